//! A sync that is under way, in the history.

use super::job::SyncJob;
use super::state::JobState;
use super::store::SyncJobs;
use super::trigger::SyncTrigger;
use crate::engine::{SyncError, SyncReport};
use crate::mirror::MirrorState;

/// A sync that is under way, in the history. Dropping it before it has ended cancels it there.
#[derive(Debug)]
#[must_use = "dropping it cancels the sync in the history"]
pub struct OpenJob {
    jobs: SyncJobs,
    job: SyncJob,
    is_noted: bool,
}

impl OpenJob {
    pub(super) fn new(jobs: SyncJobs, job: SyncJob) -> Self {
        Self { jobs, job, is_noted: false }
    }

    /// Whether it waits for a network.
    pub(crate) fn is_waiting(&self) -> bool {
        self.job.state() == JobState::Pending
    }

    /// Notes that it waits no more.
    pub(crate) async fn start(&mut self) -> Result<(), SyncError> {
        self.job.become_next(JobState::Running)?;
        Ok(self.jobs.write(&self.job, None).await?)
    }

    /// Notes that everything is done.
    ///
    /// # Errors
    ///
    /// Fails as the database does.
    pub async fn complete(self, report: &SyncReport) -> Result<(), SyncError> {
        self.end(JobState::Completed, report, None, None).await
    }

    /// Notes that everything is done, and in the same commit how far the mirror is.
    pub(crate) async fn complete_with(
        self,
        report: &SyncReport,
        state: MirrorState,
    ) -> Result<(), SyncError> {
        self.end(JobState::Completed, report, None, Some(state)).await
    }

    /// Notes that an error ended it. If that cannot be noted, the error still is what matters, and
    /// the sync will count as interrupted.
    pub async fn fail(self, error: &str, report: &SyncReport) {
        let noted = self.end(JobState::Failed, report, Some(error), None).await;
        warn(noted);
    }

    /// Notes that it was cancelled. If that cannot be noted, it will count as interrupted.
    pub async fn cancel(self, report: &SyncReport) {
        warn(self.end(JobState::Cancelled, report, None, None).await);
    }

    async fn end(
        mut self,
        how: JobState,
        report: &SyncReport,
        error: Option<&str>,
        state: Option<MirrorState>,
    ) -> Result<(), SyncError> {
        self.job.end(how, self.jobs.now())?;
        self.job.keep(report, error);
        let written = self.jobs.write(&self.job, state).await;
        self.is_noted = true;
        let is_quiet = how == JobState::Completed
            && self.job.trigger == SyncTrigger::Scheduled
            && report.found_nothing();
        if is_quiet && written.is_ok() {
            self.jobs.note_quiet(&self.job);
        }
        Ok(written?)
    }
}

impl Drop for OpenJob {
    fn drop(&mut self) {
        if !self.is_noted {
            self.jobs.note_dropped(&self.job);
        }
    }
}

fn warn(noted: Result<(), SyncError>) {
    if let Err(error) = noted {
        tracing::warn!(%error, "how a sync ended is not in the history");
    }
}
