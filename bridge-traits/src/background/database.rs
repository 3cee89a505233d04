//! The background trait over any database: written once, the same on every platform.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use core_async::sync::oneshot;
use core_async::task::{self, AbortOnDropHandle};

use super::executor::{BackgroundExecutor, BackgroundHandler};
use super::queue::Queue;
use super::{DeviceState, Job, JobStatus, plan, records};
use crate::{
    BridgeError, Clock, DatabaseAdapter, ErrorKind, NetworkMonitor, Result, SchemaComponent,
    StateWatcher,
};

/// What [`DatabaseBackground`] needs of its host.
#[derive(Clone, Debug)]
pub struct BackgroundHost {
    /// Keeps the jobs; open, with [`DatabaseBackground::schema`] in its schema.
    pub database: Arc<dyn DatabaseAdapter>,
    /// Says when a job is due.
    pub clock: Arc<dyn Clock>,
    /// Says which network there is; without it no job knows.
    pub network: Option<Arc<dyn NetworkMonitor>>,
    /// Says how the device is doing; without it no job knows.
    pub device: Option<StateWatcher<DeviceState>>,
}

/// A [`BackgroundExecutor`] that keeps its jobs in a [`DatabaseAdapter`].
///
/// One task owns the queue and ends with this value. It sleeps until the next job is due, the
/// network or the device changes, or somebody calls: an idle queue costs nothing. The jobs of a
/// profile belong to one program at a time, the one that holds the profile's
/// [`InstanceLock`](crate::InstanceLock).
pub struct DatabaseBackground {
    queue: Arc<Queue>,
    _driver: AbortOnDropHandle<()>,
}

impl DatabaseBackground {
    /// How many jobs run at a time.
    pub const AT_ONCE: usize = 4;
    /// The pause after the first failure.
    pub const FIRST_PAUSE: Duration = plan::FIRST_PAUSE;
    /// The longest pause between two tries, unless the other side asks for a longer one.
    pub const LONGEST_PAUSE: Duration = plan::LONGEST_PAUSE;

    /// The part of the database schema that belongs to background jobs.
    pub fn schema() -> SchemaComponent {
        records::schema()
    }

    /// Loads the jobs and begins to run them as their handlers are registered.
    ///
    /// # Errors
    ///
    /// Fails as the database does.
    pub async fn start(host: BackgroundHost) -> Result<Self> {
        let queue = Arc::new(Queue::load(host).await?);
        let driver = AbortOnDropHandle::new(task::spawn(Arc::clone(&queue).drive()));
        Ok(Self { queue, _driver: driver })
    }

    /// Does something to the queue in a task of its own: what is on its way to the disk has to
    /// reach the memory too, even if the caller has gone away.
    async fn detached<T, F>(
        &self,
        operation: &'static str,
        work: impl FnOnce(Arc<Queue>) -> F,
    ) -> Result<T>
    where
        T: crate::PlatformSend + 'static,
        F: Future<Output = Result<T>> + crate::PlatformSend + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        let work = work(Arc::clone(&self.queue));
        task::spawn(async move { answer.send(work.await).ok() });
        outcome.await.unwrap_or_else(|_| {
            Err(BridgeError::new(ErrorKind::Other, operation).with_detail("it was broken off"))
        })
    }
}

#[core_async::async_trait]
impl BackgroundExecutor for DatabaseBackground {
    fn register(&self, handler: &str, run: Arc<dyn BackgroundHandler>) {
        self.queue.register(handler, run);
    }

    async fn schedule(&self, job: Job) -> Result<()> {
        check(&job)?;
        self.detached("background.schedule", |queue| async move { queue.schedule(job).await }).await
    }

    async fn cancel(&self, id: &str) -> Result<bool> {
        let id = id.to_owned();
        self.detached("background.cancel", |queue| async move { queue.cancel(&id).await }).await
    }

    async fn status(&self, id: &str) -> Result<Option<JobStatus>> {
        Ok(self.queue.status(id))
    }

    async fn list(&self) -> Result<Vec<JobStatus>> {
        Ok(self.queue.list())
    }

    fn wake(&self) {
        self.queue.wake();
    }
}

impl fmt::Debug for DatabaseBackground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseBackground").finish_non_exhaustive()
    }
}

fn check(job: &Job) -> Result<()> {
    let refuse = |why: &str| {
        Err(BridgeError::new(ErrorKind::InvalidRequest, "background.schedule").with_detail(why))
    };
    if !(1..=255).contains(&job.id.len()) || !(1..=255).contains(&job.handler.len()) {
        return refuse("an id and a handler's name have 1 to 255 bytes");
    }
    if job.payload.len() > 64 * 1024 {
        return refuse("a payload has at most 64 KiB");
    }
    match job.schedule {
        super::Schedule::Every { period_millis } if period_millis < 1_000 => {
            refuse("a period has at least a second")
        }
        _ => Ok(()),
    }
}
