//! The jobs in memory, their records on disk, and the task that runs them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use core_async::sync::{CancellationToken, Notify};
use core_async::task::{self, AbortOnDropHandle};
use futures::stream::{FuturesUnordered, StreamExt};
use futures::{FutureExt, TryStreamExt, future};

use super::executor::{BackgroundHandler, JobRun};
use super::records::{COLLECTION, StoredJob, from_record, to_record};
use super::{BackgroundHost, DatabaseBackground, Job, JobState, JobStatus, plan};
use crate::{
    BridgeError, DatabaseExt, DeviceState, ErrorKind, NetworkState, Query, Result, StateWatcher,
    WriteBatch,
};

pub(super) struct Queue {
    host: BackgroundHost,
    state: Mutex<State>,
    /// Held over a write and the change in memory that belongs to it.
    writing: core_async::sync::Mutex<()>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    jobs: BTreeMap<String, Entry>,
    handlers: HashMap<String, Arc<dyn BackgroundHandler>>,
}

struct Entry {
    stored: StoredJob,
    /// There while the job runs; cancelling it stops the run.
    running: Option<CancellationToken>,
}

/// A run that is about to begin.
struct Start {
    run: JobRun,
    handler: Arc<dyn BackgroundHandler>,
    stop: CancellationToken,
}

impl Queue {
    pub(super) async fn load(host: BackgroundHost) -> Result<Self> {
        let rows: Vec<_> = host.database.scan(Query::new(COLLECTION)).try_collect().await?;
        let mut state = State::default();
        for row in rows {
            let stored = from_record(row.record)?;
            state.jobs.insert(stored.job.id.clone(), Entry { stored, running: None });
        }
        let (writing, changed) = (core_async::sync::Mutex::new(()), Notify::new());
        Ok(Self { host, state: Mutex::new(state), writing, changed })
    }

    pub(super) fn register(&self, handler: &str, run: Arc<dyn BackgroundHandler>) {
        self.state().handlers.insert(handler.to_owned(), run);
        self.wake();
    }

    pub(super) fn wake(&self) {
        self.changed.notify_one();
    }

    pub(super) async fn schedule(&self, job: Job) -> Result<()> {
        let _writing = self.writing.lock().await;
        let now = self.now();
        let is_there =
            |entry: &Entry| entry.stored.job == job && entry.stored.state != JobState::Failed;
        if self.state().jobs.get(&job.id).is_some_and(is_there) {
            return Ok(());
        }
        let due_millis = plan::first_due(job.schedule, now);
        let stored = StoredJob {
            job,
            state: JobState::Waiting,
            due_millis,
            planned_millis: due_millis,
            last_run_millis: None,
            last_error: None,
            failures: 0,
        };
        let mut batch = WriteBatch::new();
        batch.put(COLLECTION, to_record(&stored));
        self.host.database.write(batch.strict()).await?;
        let id = stored.job.id.clone();
        let replaced = self.state().jobs.insert(id, Entry { stored, running: None });
        stop(replaced);
        self.wake();
        Ok(())
    }

    pub(super) async fn cancel(&self, id: &str) -> Result<bool> {
        let _writing = self.writing.lock().await;
        if !self.state().jobs.contains_key(id) {
            return Ok(false);
        }
        let mut batch = WriteBatch::new();
        batch.delete(COLLECTION, id);
        self.host.database.write(batch.strict()).await?;
        let removed = self.state().jobs.remove(id);
        stop(removed);
        Ok(true)
    }

    pub(super) fn status(&self, id: &str) -> Option<JobStatus> {
        let (network, device) = (self.network(), self.device());
        let state = self.state();
        state.jobs.get(id).map(|entry| entry.status(&state, network, device))
    }

    pub(super) fn list(&self) -> Vec<JobStatus> {
        let (network, device) = (self.network(), self.device());
        let state = self.state();
        state.jobs.values().map(|entry| entry.status(&state, network, device)).collect()
    }

    /// Runs what is due, for ever.
    pub(super) async fn drive(self: Arc<Self>) {
        let mut network = self.host.network.as_ref().map(|monitor| monitor.watch());
        let mut device = self.host.device.clone();
        let mut running = FuturesUnordered::new();
        loop {
            let (starts, wait) = self.begin(DatabaseBackground::AT_ONCE - running.len());
            running.extend(starts.into_iter().map(|start| Arc::clone(&self).run(start)));
            core_async::select! {
                Some(()) = running.next(), if !running.is_empty() => {}
                () = self.changed.notified() => {}
                () = next(&mut network) => {}
                () = next(&mut device) => {}
                () = sleep(wait) => {}
            }
        }
    }

    /// Marks up to `room` jobs as running, and says how long until the next is due.
    fn begin(&self, room: usize) -> (Vec<Start>, Option<Duration>) {
        let (now, network, device) = (self.now(), self.network(), self.device());
        let mut state = self.state();
        let State { jobs, handlers } = &mut *state;
        let mut starts = Vec::new();
        let mut wait: Option<u64> = None;
        for entry in jobs.values_mut() {
            let stored = &mut entry.stored;
            let Some(handler) = handlers.get(&stored.job.handler) else { continue };
            if entry.running.is_some() || stored.state == JobState::Failed {
                continue;
            }
            if let Some(due) = plan::due_after_jump(stored, now) {
                (stored.due_millis, stored.planned_millis) = (due, due);
            }
            let ahead = stored.due_millis.saturating_sub(now);
            if ahead > 0 {
                wait = Some(wait.map_or(ahead, |wait| wait.min(ahead)));
            } else if starts.len() < room
                && stored.job.constraints.blockers(network, device).is_empty()
            {
                let stop = CancellationToken::new();
                entry.running = Some(stop.clone());
                starts.push(Start { run: stored.run(now), handler: Arc::clone(handler), stop });
            }
        }
        (starts, wait.map(Duration::from_millis))
    }

    async fn run(self: Arc<Self>, Start { run, handler, stop }: Start) {
        let id = run.job_id.clone();
        // A task of its own, so that a handler that panics takes nobody else down.
        let mut task = AbortOnDropHandle::new(task::spawn(async move { handler.run(run).await }));
        let outcome = core_async::select! {
            () = stop.cancelled() => return,
            outcome = &mut task => outcome.unwrap_or_else(|error| {
                Err(BridgeError::new(ErrorKind::Other, "background.run").with_source(error))
            }),
        };
        self.finish(&id, &stop, outcome).await;
    }

    /// Writes down how a run has ended, unless its job was cancelled or replaced meanwhile.
    async fn finish(&self, id: &str, stop: &CancellationToken, outcome: Result<()>) {
        let _writing = self.writing.lock().await;
        if stop.is_cancelled() {
            return;
        }
        let now = self.now();
        let Some(stored) = self.state().jobs.get(id).map(|entry| entry.stored.clone()) else {
            return;
        };
        let next = plan::after_run(&stored, outcome, now);
        let mut batch = WriteBatch::new();
        match &next {
            Some(next) => batch.put(COLLECTION, to_record(next)),
            None => batch.delete(COLLECTION, id),
        };
        // If it cannot be written the job is done again after a restart, which is what "at least
        // once" allows for; meanwhile the memory knows better.
        self.host.database.write(batch).await.ok();
        let mut state = self.state();
        match next {
            Some(stored) => state.jobs.insert(id.to_owned(), Entry { stored, running: None }),
            None => state.jobs.remove(id),
        };
    }

    fn now(&self) -> u64 {
        self.host.clock.unix_millis()
    }

    fn network(&self) -> NetworkState {
        self.host.network.as_ref().map(|monitor| monitor.state()).unwrap_or_default()
    }

    fn device(&self) -> DeviceState {
        self.host.device.as_ref().map(StateWatcher::current).unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The maps are whole after every statement, so a panic elsewhere does not spoil them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn status(&self, state: &State, network: NetworkState, device: DeviceState) -> JobStatus {
        let stored = &self.stored;
        let has_failed = stored.state == JobState::Failed;
        JobStatus {
            job: stored.job.clone(),
            state: if self.running.is_some() { JobState::Running } else { stored.state },
            next_run_millis: (!has_failed).then_some(stored.due_millis),
            last_run_millis: stored.last_run_millis,
            last_error: stored.last_error.clone(),
            failures: stored.failures,
            blockers: stored.job.constraints.blockers(network, device),
            has_handler: state.handlers.contains_key(&stored.job.handler),
        }
    }
}

impl StoredJob {
    fn run(&self, now: u64) -> JobRun {
        JobRun {
            job_id: self.job.id.clone(),
            payload: self.job.payload.clone(),
            due_millis: self.planned_millis,
            missed: plan::missed(self.job.schedule, self.planned_millis, now),
            failures: self.failures,
        }
    }
}

fn stop(entry: Option<Entry>) {
    if let Some(running) = entry.and_then(|entry| entry.running) {
        running.cancel();
    }
}

/// Waits for a change of something that may not be there.
async fn next<T: Clone + PartialEq>(watcher: &mut Option<StateWatcher<T>>) {
    match watcher {
        Some(watcher) => watcher.next().map(drop).await,
        None => future::pending().await,
    }
}

async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => core_async::time::sleep(wait).await,
        None => future::pending().await,
    }
}
