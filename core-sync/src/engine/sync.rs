//! The handle for everything about mirroring.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, Clock, DatabaseAdapter, ErrorKind, InstanceLock, NetworkMonitor, ReadAt,
    SchemaComponent,
};
use core_async::sync::CancellationToken;
use core_async::time::Instant;
use core_library::{Library, Page, Reason};
use core_runtime::{EventBus, SyncEvent};

use super::exchanged::{follow_owners, removals};
use super::gate::Gate;
use super::run::Run;
use super::turn::Turn;
use super::wanted::Wanted;
use super::{SyncError, SyncPlan, SyncReport, SyncRequest, SyncStatus};
use crate::jobs::{OpenJob, SyncHistoryQuery, SyncJob, SyncJobs};
use crate::mirror::{self, MirrorState, MirrorStore, Which};
use crate::provider::StorageProvider;
use crate::remote_file::RemoteFile;

/// Keeps the library in line with cloud drives. Clones are the same.
///
/// A sync asks the drive what is new, notes it page by page together with the cursor behind it, and
/// then tells the library: names at once, tags after, removals last. It can be killed at any moment
/// and goes on from there.
#[derive(Clone, Debug)]
pub struct Sync {
    profile: String,
    pub(super) database: Arc<dyn DatabaseAdapter>,
    pub(super) library: Library,
    lock: Arc<dyn InstanceLock>,
    network: Option<Arc<dyn NetworkMonitor>>,
    clock: Arc<dyn Clock>,
    events: EventBus,
    wanted: Wanted,
    jobs: SyncJobs,
}

impl Sync {
    /// Mirrors into `library`, which lives in the same database.
    pub fn new(
        profile: &str,
        database: Arc<dyn DatabaseAdapter>,
        library: Library,
        lock: Arc<dyn InstanceLock>,
        clock: Arc<dyn Clock>,
        events: EventBus,
    ) -> Self {
        let profile = profile.to_owned();
        let jobs = SyncJobs::new(Arc::clone(&database), Arc::clone(&clock));
        Self {
            profile,
            database,
            library,
            lock,
            network: None,
            clock,
            events,
            wanted: Wanted::default(),
            jobs,
        }
    }

    /// Waits for networks that may be used, as `network` tells.
    #[must_use]
    pub fn with_network(mut self, network: Arc<dyn NetworkMonitor>) -> Self {
        self.network = Some(network);
        self
    }

    /// The mirror's part of the database schema.
    pub fn schema() -> SchemaComponent {
        mirror::component()
    }

    /// Brings the library in line with an account's drive.
    ///
    /// # Errors
    ///
    /// Any of [`SyncError`]. What was done until then stays; files that cannot be read are in the
    /// report instead.
    ///
    /// # Cancellation
    ///
    /// Cancelling `cancel` ends it after the step at hand, dropping the future at once. Either way
    /// the next sync goes on from there.
    pub async fn sync(
        &self,
        request: &SyncRequest,
        cancel: &CancellationToken,
    ) -> Result<SyncReport, SyncError> {
        let turn = self.turn(&request.account).await?;
        self.sync_in(&turn, request, cancel).await
    }

    /// As [`sync`](Self::sync), in a turn that was taken before: what the account is, is read in it.
    ///
    /// # Errors
    ///
    /// As for [`sync`](Self::sync).
    ///
    /// # Cancellation
    ///
    /// As for [`sync`](Self::sync).
    pub async fn sync_in(
        &self,
        _turn: &Turn,
        request: &SyncRequest,
        cancel: &CancellationToken,
    ) -> Result<SyncReport, SyncError> {
        let account = request.account.clone();
        let _heard = self.wanted.hear(&account);
        let mut run = self.run(request, cancel);
        let trigger = request.options.trigger;
        let mut job = match run.gate.is_closed() {
            true => self.jobs.begin_waiting(&account, trigger).await?,
            false => self.jobs.begin(&account, trigger).await?,
        };
        self.events.emit(SyncEvent::Started { account: account.clone() });
        let cancelled = SyncEvent::Cancelled { account: account.clone() };
        let dropped = self.events.emit_on_drop(cancelled);
        let start = Instant::now();
        let outcome = self.carry_out(&mut run, &mut job).await;
        let mut report = run.report;
        report.seconds = start.elapsed().as_secs_f64();
        if let Some(meter) = &request.meter {
            report.requests = meter.requests();
            report.bytes = meter.bytes();
        }
        let outcome = end(job, outcome, &report).await;
        dropped.disarm();
        match outcome {
            Ok(()) => {
                let SyncReport { added, updated, removed, .. } = report;
                self.events.emit(SyncEvent::Completed { account, added, updated, removed });
                Ok(report)
            }
            Err(SyncError::Cancelled { .. }) => {
                self.events.emit(SyncEvent::Cancelled { account });
                Err(SyncError::Cancelled { report: Box::new(report) })
            }
            Err(error) => {
                let (code, message) = (error.code().to_owned(), error.to_string());
                self.events.emit(SyncEvent::Failed { account, code, message });
                Err(error)
            }
        }
    }

    /// Waits for a network, if none may be used when it begins, and does everything.
    async fn carry_out(
        &self,
        run: &mut Run<'_>,
        job: &mut OpenJob,
    ) -> Result<MirrorState, SyncError> {
        if job.is_waiting() {
            run.check().await?;
            job.start().await?;
        }
        run.run(self.clock.unix_millis()).await
    }

    /// Asks the drive what is new, and says what a sync would do about it. The library stays as it
    /// is.
    ///
    /// # Errors
    ///
    /// As for [`sync`](Self::sync).
    pub async fn preview(
        &self,
        request: &SyncRequest,
        cancel: &CancellationToken,
    ) -> Result<SyncPlan, SyncError> {
        let turn = self.turn(&request.account).await?;
        self.preview_in(&turn, request, cancel).await
    }

    /// As [`preview`](Self::preview), in a turn that was taken before.
    ///
    /// # Errors
    ///
    /// As for [`sync`](Self::sync).
    pub async fn preview_in(
        &self,
        _turn: &Turn,
        request: &SyncRequest,
        cancel: &CancellationToken,
    ) -> Result<SyncPlan, SyncError> {
        self.run(request, cancel).plan().await
    }

    /// Has the tags of these tracks read before those of others, for what is on the screen. A sync
    /// under way, in whichever task, tab or process, turns to them next; without one they wait for
    /// the next that this handle, or a clone of it, begins. Tracks that are not of this account, or
    /// need no reading, change nothing.
    ///
    /// # Errors
    ///
    /// Fails as the lock does; and as the database does, to which nothing is written unless
    /// somebody else synchronises.
    pub async fn prioritise(&self, account: &str, tracks: &[String]) -> Result<(), SyncError> {
        let is_elsewhere = !self.wanted.is_heard(account)
            && self.lock.holder(&self.lock_name(account)).await?.is_some();
        if is_elsewhere {
            let store = MirrorStore::new(Arc::clone(&self.database), account);
            store.wishes().leave(tracks).await?;
        } else {
            self.wanted.add(account, tracks);
        }
        Ok(())
    }

    /// How an account's mirror is, without asking the drive.
    ///
    /// # Errors
    ///
    /// Fails as the database or the lock does.
    pub async fn status(&self, account: &str) -> Result<SyncStatus, SyncError> {
        let store = MirrorStore::new(Arc::clone(&self.database), account);
        Ok(SyncStatus {
            account: account.to_owned(),
            is_running: self.lock.holder(&self.lock_name(account)).await?.is_some(),
            completed_at: store.state().await?.completed_at,
            tracks: store.count(Which::Tracks).await?,
            to_read: store.count(Which::ToRead).await?,
            unreadable: store.count(Which::Unreadable).await?,
        })
    }

    /// A page of the syncs that ran: of the last [`SyncJobs::KEPT`] of each account.
    ///
    /// # Errors
    ///
    /// Fails as the database or the lock does.
    pub async fn history(&self, query: &SyncHistoryQuery) -> Result<Page<SyncJob>, SyncError> {
        let mut page = self.jobs.page(query).await?;
        for job in page.items.iter_mut().filter(|job| !job.state().is_over()) {
            if self.lock.holder(&self.lock_name(&job.account)).await?.is_none() {
                self.jobs.look_again(job).await?;
            }
        }
        Ok(page)
    }

    /// The history, for syncs of what is no drive.
    pub fn jobs(&self) -> &SyncJobs {
        &self.jobs
    }

    /// The file of the track at `path`, read from the drive by ranges.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` for what is no file of the drive any more.
    pub async fn open(
        &self,
        provider: Arc<dyn StorageProvider>,
        account: &str,
        path: &str,
    ) -> Result<Arc<dyn ReadAt>, SyncError> {
        let store = MirrorStore::new(Arc::clone(&self.database), account);
        let found = store.first(Which::At { path }).await?.pop();
        let item = found.ok_or_else(|| BridgeError::new(ErrorKind::NotFound, "remote.open"))?;
        Ok(Arc::new(RemoteFile::new(provider, item.remote)?))
    }

    /// Takes an account's tracks out of the library and forgets what its drive said, and its syncs.
    ///
    /// # Errors
    ///
    /// As for [`sync`](Self::sync); calling again goes on.
    pub async fn forget(&self, account: &str) -> Result<(), SyncError> {
        let turn = self.turn(account).await?;
        self.forget_in(&turn, account).await
    }

    /// As [`forget`](Self::forget), in a turn that was taken before.
    ///
    /// # Errors
    ///
    /// As for [`forget`](Self::forget).
    pub async fn forget_in(&self, _turn: &Turn, account: &str) -> Result<(), SyncError> {
        let store = MirrorStore::new(Arc::clone(&self.database), account);
        loop {
            // Those that are gone but not yet out of the library are tracks, too.
            let mut items = store.first(Which::EveryTrack).await?;
            if items.is_empty() {
                break;
            }
            follow_owners(&self.library, &mut items).await?;
            let changes = removals(&self.library, account, &items).await?;
            self.library.apply_for(Reason::Sync, changes).await?;
            let done = items.into_iter().map(|mut item| {
                item.track_id = None;
                item
            });
            store.write(done, None).await?;
        }
        self.wanted.clear(account);
        self.jobs.forget(account).await?;
        while store.forget_some().await? {}
        Ok(())
    }

    fn run<'a>(&'a self, request: &'a SyncRequest, cancel: &CancellationToken) -> Run<'a> {
        let store = MirrorStore::new(Arc::clone(&self.database), &request.account);
        let gate = Gate {
            account: request.account.clone(),
            network: self.network.clone(),
            events: self.events.clone(),
            metered: request.options.metered,
            cancel: cancel.clone(),
        };
        Run::new(request, store, &self.library, gate, self.wanted.clone())
    }

    /// Has an account to oneself, over tasks, tabs and processes, until the turn is dropped.
    ///
    /// # Errors
    ///
    /// Fails with [`SyncError::UnderWay`] if somebody else has it, or as the lock does.
    pub async fn turn(&self, account: &str) -> Result<Turn, SyncError> {
        let guard = self.lock.try_acquire(&self.lock_name(account)).await?;
        guard.map(Turn::new).ok_or(SyncError::UnderWay)
    }

    /// As [`turn`](Self::turn), and stands in line for it.
    ///
    /// # Errors
    ///
    /// Fails as the lock does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future gives up the place in the line.
    pub async fn next_turn(&self, account: &str) -> Result<Turn, SyncError> {
        Ok(Turn::new(self.lock.acquire(&self.lock_name(account)).await?))
    }

    fn lock_name(&self, account: &str) -> String {
        format!("{}/sync/{account}", self.profile)
    }
}

/// Notes how a sync ended: in the same commit as how far the mirror is, if everything is done.
async fn end(
    job: OpenJob,
    outcome: Result<MirrorState, SyncError>,
    report: &SyncReport,
) -> Result<(), SyncError> {
    match outcome {
        Ok(state) => job.complete_with(report, state).await,
        Err(error) => {
            match &error {
                SyncError::Cancelled { .. } => job.cancel(report).await,
                error => job.fail(&error.to_string(), report).await,
            }
            Err(error)
        }
    }
}
