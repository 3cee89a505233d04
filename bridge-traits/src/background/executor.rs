//! The background trait and its contract.

use std::fmt;
use std::sync::Arc;

use super::{Job, JobStatus};
use crate::{PlatformSend, PlatformSync, Result};

/// What a handler is told about a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JobRun {
    /// Which job it is.
    pub job_id: String,
    /// The job's payload.
    pub payload: String,
    /// When it was due, in milliseconds since the Unix epoch.
    pub due_millis: u64,
    /// How many earlier runs were missed, while the program was not running or conditions were not
    /// met; this run stands for them.
    pub missed: u64,
    /// How many runs have failed before this one, one after the other.
    pub failures: u32,
}

/// Does the work of jobs.
#[core_async::async_trait]
pub trait BackgroundHandler: PlatformSend + PlatformSync {
    /// Does what `run` asks for. It may have been done before, in part or in full, if the program
    /// ended meanwhile.
    ///
    /// # Errors
    ///
    /// An error that [is retryable](crate::BridgeError::is_retryable) has the run repeated, later
    /// each time; any other gives up this run.
    ///
    /// # Cancellation
    ///
    /// The future is dropped when the job is cancelled or the executor goes away.
    async fn run(&self, run: JobRun) -> Result<()>;
}

/// Does work later: jobs survive the end of the program.
///
/// # Contract
///
/// * A job that `schedule` has returned for survives a restart; it is done at least once, never
///   before its time, and never twice at a time.
/// * A job runs when its time has come, its handler is registered and its constraints are met. A
///   constraint the host cannot tell keeps it waiting unless the job says otherwise, and its status
///   names it.
/// * A recurring job runs first one period after it was scheduled. Runs that were missed are made
///   up for by one, which is told how many they were.
/// * A one-shot job is gone once it is done. One that failed for good stays, as `Failed`.
/// * A retryable failure is followed by another try, after a pause that grows from
///   [`FIRST_PAUSE`](crate::DatabaseBackground::FIRST_PAUSE) to
///   [`LONGEST_PAUSE`](crate::DatabaseBackground::LONGEST_PAUSE), or as long as the error asks for.
/// * Scheduling the same job again changes nothing; another job of the same id replaces it.
/// * `cancel` stops a job that is running at its next `await` and forgets it.
/// * A clock that is set back does not put a recurring job off by more than its period.
/// * Dropping the executor stops what is running; it runs again after a restart.
#[core_async::async_trait]
pub trait BackgroundExecutor: fmt::Debug + PlatformSend + PlatformSync {
    /// Says who does the jobs for `handler`, replacing who did so before.
    fn register(&self, handler: &str, run: Arc<dyn BackgroundHandler>);

    /// Keeps `job` and runs it when it is due.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for a job out of bounds, or as the host's storage does.
    async fn schedule(&self, job: Job) -> Result<()>;

    /// Forgets a job; says whether there was one.
    ///
    /// # Errors
    ///
    /// Fails as the host's storage does.
    async fn cancel(&self, id: &str) -> Result<bool>;

    /// How a job stands.
    ///
    /// # Errors
    ///
    /// Fails as the host's storage does.
    async fn status(&self, id: &str) -> Result<Option<JobStatus>>;

    /// How every job stands, sorted by id.
    ///
    /// # Errors
    ///
    /// Fails as the host's storage does.
    async fn list(&self) -> Result<Vec<JobStatus>>;

    /// Looks at the clock again. Call it when the clock was set or the device has slept: timers do
    /// not notice.
    fn wake(&self);
}
