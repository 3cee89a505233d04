//! Background work while this core owns its profile.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    BackgroundExecutor, BackgroundHandler, BridgeError, ErrorKind, Job, JobStatus, Result,
};

/// A [`BackgroundExecutor`] that passes on to the one that runs while this core owns its profile.
/// Handlers are remembered, so that jobs find them whenever the ownership arrives.
#[derive(Default)]
pub(crate) struct BackgroundSlot(Mutex<Slot>);

#[derive(Default)]
struct Slot {
    executor: Option<Arc<dyn BackgroundExecutor>>,
    handlers: BTreeMap<String, Arc<dyn BackgroundHandler>>,
}

impl BackgroundSlot {
    /// Passes on to `executor` from now on, or to nobody.
    pub(crate) fn set(&self, executor: Option<Arc<dyn BackgroundExecutor>>) {
        let mut slot = self.slot();
        if let Some(executor) = &executor {
            for (name, handler) in &slot.handlers {
                executor.register(name, Arc::clone(handler));
            }
        }
        let last = std::mem::replace(&mut slot.executor, executor);
        // Dropping it stops what is running, which is nothing to do under a lock.
        drop(slot);
        drop(last);
    }

    fn current(&self, operation: &'static str) -> Result<Arc<dyn BackgroundExecutor>> {
        self.slot().executor.clone().ok_or_else(|| {
            BridgeError::new(ErrorKind::Conflict, operation)
                .with_detail("another program or tab owns the profile, and its jobs with it")
        })
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // It is whole after every statement, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[core_async::async_trait]
impl BackgroundExecutor for BackgroundSlot {
    fn register(&self, handler: &str, run: Arc<dyn BackgroundHandler>) {
        let mut slot = self.slot();
        if let Some(executor) = &slot.executor {
            executor.register(handler, Arc::clone(&run));
        }
        slot.handlers.insert(handler.to_owned(), run);
    }

    async fn schedule(&self, job: Job) -> Result<()> {
        self.current("background.schedule")?.schedule(job).await
    }

    async fn cancel(&self, id: &str) -> Result<bool> {
        self.current("background.cancel")?.cancel(id).await
    }

    async fn status(&self, id: &str) -> Result<Option<JobStatus>> {
        self.current("background.status")?.status(id).await
    }

    async fn list(&self) -> Result<Vec<JobStatus>> {
        self.current("background.list")?.list().await
    }

    fn wake(&self) {
        if let Ok(executor) = self.current("background.wake") {
            executor.wake();
        }
    }
}

impl fmt::Debug for BackgroundSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slot = self.slot();
        f.debug_struct("BackgroundSlot")
            .field("executor", &slot.executor)
            .field("handlers", &slot.handlers.keys().collect::<Vec<_>>())
            .finish()
    }
}
