//! The executor a case works on, and the world around it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use bridge_memory::{ManualClock, MemoryNetwork};
use bridge_traits::{
    BackgroundExecutor, BackgroundHandler, BackgroundHost, BoxFuture, BridgeError, Clock,
    DatabaseAdapter, DatabaseBackground, DeviceState, JobRun, JobStatus, NetworkMonitor,
    NetworkState, PlatformSend, Result, Schema, StatePublisher, StateWatcher,
};
use core_async::sync::{Notify, mpsc};
use core_async::time::{Duration, timeout};

use crate::expect::soon;

/// When the tests take place: 2025-06-15 UTC.
pub(super) const NOW: u64 = 1_750_000_000_000;

/// What an executor under test is to use.
#[derive(Clone, Debug)]
pub struct BackgroundParts {
    /// The time of day, which the case moves.
    pub clock: Arc<dyn Clock>,
    /// The network, which the case changes.
    pub network: Arc<dyn NetworkMonitor>,
    /// The device, which the case changes.
    pub device: StateWatcher<DeviceState>,
}

/// A place that keeps jobs, and how to connect to it.
pub struct BackgroundUnderTest {
    connect: Box<dyn Fn(BackgroundParts) -> BoxFuture<'static, Arc<dyn BackgroundExecutor>>>,
    clock: Arc<ManualClock>,
    network: Arc<MemoryNetwork>,
    device: StatePublisher<DeviceState>,
}

impl BackgroundUnderTest {
    /// `connect` makes an executor for the *same* place each time it is called, as a program does
    /// when it starts again; the place must be empty before the first call. What the closure
    /// holds lives as long as the test.
    pub fn new<F, A>(connect: F) -> Self
    where
        F: Fn(BackgroundParts) -> A + 'static,
        A: Future<Output = Arc<dyn BackgroundExecutor>> + PlatformSend + 'static,
    {
        Self {
            connect: Box::new(move |parts| Box::pin(connect(parts))),
            clock: Arc::new(ManualClock::new(NOW)),
            network: Arc::new(MemoryNetwork::new(NetworkState::default())),
            device: StatePublisher::new(DeviceState::default()),
        }
    }

    /// Tests [`DatabaseBackground`] over the database that `database` gives, which is not open yet.
    pub fn over_database<D: DatabaseAdapter + 'static>(database: impl Fn() -> D + 'static) -> Self {
        Self::new(move |parts| {
            let database = Arc::new(database());
            async move {
                database.open(Schema::new(vec![DatabaseBackground::schema()])).await.unwrap();
                let BackgroundParts { clock, network, device } = parts;
                let (network, device) = (Some(network), Some(device));
                let host = BackgroundHost { database, clock, network, device };
                let executor = DatabaseBackground::start(host).await.unwrap();
                Arc::new(executor) as Arc<dyn BackgroundExecutor>
            }
        })
    }

    pub(super) async fn connect(&self) -> Connected<'_> {
        let parts = BackgroundParts {
            clock: Arc::<ManualClock>::clone(&self.clock),
            network: Arc::<MemoryNetwork>::clone(&self.network),
            device: self.device.watch(),
        };
        Connected { executor: (self.connect)(parts).await, world: self }
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.unix_millis()
    }

    pub(super) fn set_clock(&self, unix_millis: u64) {
        self.clock.set(unix_millis);
    }

    pub(super) fn set_network(&self, state: NetworkState) {
        self.network.set(state);
    }

    pub(super) fn set_device(&self, state: DeviceState) {
        self.device.set(state);
    }
}

impl fmt::Debug for BackgroundUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackgroundUnderTest").finish_non_exhaustive()
    }
}

/// An executor, and the time it goes by.
pub(super) struct Connected<'a> {
    pub(super) executor: Arc<dyn BackgroundExecutor>,
    world: &'a BackgroundUnderTest,
}

impl Connected<'_> {
    /// Lets time pass, as a device that sleeps does.
    pub(super) fn pass(&self, time: Duration) {
        self.world.clock.advance(time);
        self.executor.wake();
    }

    pub(super) async fn status(&self, id: &str) -> JobStatus {
        self.executor.status(id).await.unwrap().expect("the job is there")
    }

    /// Waits until a job is gone.
    pub(super) async fn gone(&self, id: &str) {
        let gone = async {
            while self.executor.status(id).await.unwrap().is_some() {
                core_async::task::yield_now().await;
            }
        };
        soon("the job to be gone", gone).await;
    }

    /// Waits until a job stands as `is_so` wants it.
    pub(super) async fn until(&self, id: &str, is_so: impl Fn(&JobStatus) -> bool) -> JobStatus {
        let settled = async {
            loop {
                let status = self.status(id).await;
                if is_so(&status) {
                    return status;
                }
                core_async::task::yield_now().await;
            }
        };
        soon("the status of a job", settled).await
    }

    pub(super) async fn ids(&self) -> Vec<String> {
        let list = self.executor.list().await.unwrap();
        list.into_iter().map(|status| status.job.id).collect()
    }
}

/// A handler that tells of its runs and ends them as it was told.
pub(super) struct Recorder {
    told: mpsc::UnboundedSender<JobRun>,
    outcomes: Mutex<VecDeque<Result<()>>>,
    /// There while runs wait to be let go.
    gate: Option<Notify>,
}

/// The runs a [`Recorder`] tells of.
pub(super) struct Runs(mpsc::UnboundedReceiver<JobRun>);

impl Recorder {
    /// A handler whose runs all succeed at once.
    pub(super) fn new() -> (Arc<Self>, Runs) {
        Self::make(None)
    }

    /// A handler whose runs wait for [`release`](Self::release), one by one.
    pub(super) fn gated() -> (Arc<Self>, Runs) {
        Self::make(Some(Notify::new()))
    }

    fn make(gate: Option<Notify>) -> (Arc<Self>, Runs) {
        let (told, runs) = mpsc::unbounded_channel();
        (Arc::new(Self { told, outcomes: Mutex::default(), gate }), Runs(runs))
    }

    /// Makes the next runs end with these errors.
    pub(super) fn fail(&self, errors: impl IntoIterator<Item = BridgeError>) {
        self.outcomes.lock().unwrap().extend(errors.into_iter().map(Err));
    }

    pub(super) fn release(&self) {
        if let Some(gate) = &self.gate {
            gate.notify_one();
        }
    }
}

#[core_async::async_trait]
impl BackgroundHandler for Recorder {
    async fn run(&self, run: JobRun) -> Result<()> {
        self.told.send(run).ok();
        if let Some(gate) = &self.gate {
            gate.notified().await;
        }
        self.outcomes.lock().unwrap().pop_front().unwrap_or(Ok(()))
    }
}

impl Runs {
    pub(super) async fn next(&mut self) -> JobRun {
        soon("a run", self.0.recv()).await.expect("the handler is registered")
    }

    /// Fails if there is a run although none is due.
    pub(super) async fn none(&mut self) {
        let run = timeout(Duration::from_millis(40), self.0.recv()).await;
        assert!(run.is_err(), "not expected to run: {run:?}");
    }
}
