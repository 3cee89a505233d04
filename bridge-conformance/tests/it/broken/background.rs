//! Broken background executors, and the cases that catch them.

use std::sync::Arc;

use bridge_conformance::background::{BackgroundUnderTest, conditions, failures, jobs};
use bridge_memory::{ManualClock, MemoryDatabase};
use bridge_traits::{
    BackgroundExecutor, BackgroundHandler, BackgroundHost, Clock, DatabaseAdapter,
    DatabaseBackground, ErrorKind, Job, JobRun, JobStatus, Result, Schedule, Schema, WhenUnknown,
};
use core_async::task::yield_now;
use futures::FutureExt;

use crate::broken::faults;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    AcceptsAnything,
    CutsPayloads,
    ForgetsAtRestart,
    ForgetsFailures,
    ForgetsMissedRuns,
    HidesBlockers,
    IgnoresConstraints,
    IgnoresTheNetwork,
    IgnoresWhenUnknown,
    KeepsCancelledJobs,
    NeverRetries,
    PutsOffAtEachSchedule,
    RunsAtOnce,
    RunsTwice,
    TransfersTwice,
    TriesAgainAtOnce,
}

struct Broken {
    inner: DatabaseBackground,
    clock: Arc<dyn Clock>,
    fault: Fault,
}

impl std::fmt::Debug for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broken").finish_non_exhaustive()
    }
}

fn open() -> Arc<MemoryDatabase> {
    let database = Arc::new(MemoryDatabase::new());
    let opened = database.open(Schema::new(vec![DatabaseBackground::schema()]));
    opened.now_or_never().unwrap().unwrap();
    database
}

fn subject(fault: Fault) -> BackgroundUnderTest {
    let kept = open();
    BackgroundUnderTest::new(move |parts| {
        let database = if fault == Fault::ForgetsAtRestart { open() } else { Arc::clone(&kept) };
        async move {
            let clock = match fault {
                // Always far ahead of any time that a job may name.
                Fault::RunsAtOnce => Arc::new(ManualClock::new(u64::MAX / 4)) as Arc<dyn Clock>,
                _ => Arc::clone(&parts.clock),
            };
            let network = (fault != Fault::IgnoresTheNetwork).then_some(parts.network);
            let host = BackgroundHost { database, clock, network, device: Some(parts.device) };
            let inner = DatabaseBackground::start(host).await.unwrap();
            Arc::new(Broken { inner, clock: parts.clock, fault }) as Arc<dyn BackgroundExecutor>
        }
    })
}

faults! { subject:
    AcceptsAnything => jobs::jobs_out_of_bounds_are_refused,
    CutsPayloads => jobs::odd_jobs_come_back_as_they_were,
    ForgetsAtRestart => jobs::jobs_survive_a_restart,
    ForgetsFailures => failures::a_job_that_failed_for_good_stays,
    ForgetsMissedRuns => jobs::missed_runs_are_made_up_for_by_one,
    HidesBlockers => conditions::what_the_host_cannot_tell_is_named,
    IgnoresConstraints => conditions::a_job_waits_for_power_and_rest,
    IgnoresTheNetwork => conditions::a_job_waits_for_the_network,
    IgnoresWhenUnknown => conditions::a_job_may_take_the_unknown_as_met,
    KeepsCancelledJobs => jobs::a_cancelled_job_is_forgotten,
    NeverRetries => failures::a_retryable_failure_is_tried_again_later,
    PutsOffAtEachSchedule => jobs::the_same_job_again_changes_nothing,
    RunsAtOnce => jobs::a_job_runs_at_its_time_and_not_before,
    RunsTwice => jobs::a_recurring_job_keeps_its_rhythm,
    TransfersTwice => conditions::a_flapping_network_resumes_work_once,
    TriesAgainAtOnce => failures::pauses_between_tries_grow,
}

/// A handler that a broken executor calls in its own way.
struct Handler {
    inner: Arc<dyn BackgroundHandler>,
    fault: Fault,
}

#[core_async::async_trait]
impl BackgroundHandler for Handler {
    async fn run(&self, mut run: JobRun) -> Result<()> {
        if self.fault == Fault::ForgetsMissedRuns {
            run.missed = 0;
        }
        if matches!(self.fault, Fault::RunsTwice | Fault::TransfersTwice) {
            self.inner.run(run.clone()).await?;
        }
        let outcome = self.inner.run(run.clone()).await;
        match (self.fault, outcome) {
            (Fault::ForgetsFailures | Fault::NeverRetries, Err(_)) => Ok(()),
            (Fault::TriesAgainAtOnce, Err(error)) if error.kind() == ErrorKind::Unavailable => {
                self.inner.run(run).await
            }
            (_, outcome) => outcome,
        }
    }
}

#[core_async::async_trait]
impl BackgroundExecutor for Broken {
    fn register(&self, handler: &str, run: Arc<dyn BackgroundHandler>) {
        self.inner.register(handler, Arc::new(Handler { inner: run, fault: self.fault }));
    }

    async fn schedule(&self, mut job: Job) -> Result<()> {
        match self.fault {
            Fault::AcceptsAnything => {
                self.inner.schedule(job).await.ok();
                return Ok(());
            }
            Fault::CutsPayloads => {
                if let Some((cut, _)) = job.payload.split_once('\0') {
                    job.payload = cut.to_owned();
                }
            }
            Fault::IgnoresConstraints => job.constraints = Default::default(),
            Fault::IgnoresWhenUnknown => job.constraints.when_unknown = WhenUnknown::Wait,
            Fault::PutsOffAtEachSchedule => {
                self.inner.cancel(&job.id).await?;
            }
            _ => {}
        }
        if let (Fault::RunsAtOnce, Schedule::Every { .. }) = (self.fault, job.schedule) {
            job.schedule = Schedule::Once { at_millis: self.clock.unix_millis() };
        }
        self.inner.schedule(job).await
    }

    async fn cancel(&self, id: &str) -> Result<bool> {
        if self.fault == Fault::KeepsCancelledJobs {
            return Ok(self.inner.status(id).await?.is_some());
        }
        self.inner.cancel(id).await
    }

    async fn status(&self, id: &str) -> Result<Option<JobStatus>> {
        yield_now().await;
        let mut status = self.inner.status(id).await?;
        if let (Fault::HidesBlockers, Some(status)) = (self.fault, &mut status) {
            status.blockers.clear();
        }
        Ok(status)
    }

    async fn list(&self) -> Result<Vec<JobStatus>> {
        self.inner.list().await
    }

    fn wake(&self) {
        self.inner.wake();
    }
}
