//! One sync from its beginning to its end.

use std::collections::BTreeSet;

use bridge_traits::{BoxFuture, ErrorKind};
use core_async::sync::CancellationToken;
use core_async::time::{Duration, Instant, sleep};
use core_library::{FileChange, Library, LibraryError, Reason};
use core_runtime::{EventBus, SyncEvent};

use super::early::Early;
use super::gate::Gate;
use super::places::account_of;
use super::placing::Placed;
use super::report::{SyncPlan, SyncReport};
use super::wanted::Wanted;
use super::{SyncError, SyncRequest};
use crate::mirror::{MirrorState, MirrorStore, Which, Wishes};

/// How much later than a request a host may notice that its network has gone.
const MOMENT: Duration = Duration::from_secs(1);

/// How often, and in which intervals, a drive is tried that does not answer although the network is
/// back: requests that failed as it went may have its host left alone for half a minute.
const TRIES: u32 = 2;
const LEFT_ALONE: Duration = Duration::from_secs(31);

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(100);

/// Where the library has a track.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shelf {
    InUse,
    /// It is in use, and its file is another account's or the host's.
    Elsewhere,
    /// It is another copy of a track.
    Copy,
    Bin,
    /// Somebody has emptied the bin.
    Nowhere,
}

/// One sync under way.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) request: &'a SyncRequest,
    pub(super) store: MirrorStore,
    pub(super) gate: Gate,
    pub(super) cancel: CancellationToken,
    pub(super) report: SyncReport,
    /// How many items of the phase are done.
    done: u64,
    pub(super) total: u64,
    phase: &'static str,
    pub(super) wanted: Wanted,
    /// What other programs want.
    pub(super) wishes: Wishes,
    /// Files that were added again or moved, and have other content as well.
    pub(super) placed_to_read: BTreeSet<String>,
    /// How many of them are in the report twice.
    pub(super) counted_twice: u64,
    /// How often everything was listed again.
    pub(super) relistings: u32,
    /// What is known of placing tracks before the drive has told everything.
    pub(super) early: Early,
    /// Folders that are reported as closed.
    pub(super) closed: BTreeSet<String>,
    /// Folders that are looked into because changes do not tell of them.
    pub(super) untold: BTreeSet<String>,
    /// Whether the folder where a walk begins was looked into.
    pub(super) asked_top: bool,
    library: &'a Library,
    events: EventBus,
    told: Option<Instant>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        request: &'a SyncRequest,
        store: MirrorStore,
        library: &'a Library,
        gate: Gate,
        wanted: Wanted,
    ) -> Self {
        let account = request.account.clone();
        Self {
            request,
            wishes: store.wishes(),
            store,
            cancel: gate.cancel.clone(),
            events: gate.events.clone(),
            gate,
            report: SyncReport { account, ..SyncReport::default() },
            done: 0,
            total: 0,
            phase: "listing",
            wanted,
            placed_to_read: BTreeSet::new(),
            counted_twice: 0,
            relistings: 0,
            early: Early::default(),
            closed: BTreeSet::new(),
            untold: BTreeSet::new(),
            asked_top: false,
            library,
            told: None,
        }
    }

    /// Does everything but note that it is done: gives how far the mirror is then. The report is true
    /// whether it ends well or not.
    ///
    /// In a box, because its code would be compiled once more for every crate that awaits it.
    pub(super) fn run(&mut self, now: u64) -> BoxFuture<'_, Result<MirrorState, SyncError>> {
        Box::pin(async move {
            let mut tries = 0;
            loop {
                let outcome = self.do_everything(now).await;
                let Err(SyncError::Provider(error)) = &outcome else { return outcome };
                let kind = error.kind();
                // A host may notice a moment later that its network has gone.
                if kind == ErrorKind::Offline && !self.gate.is_closed() {
                    self.pause(MOMENT).await;
                }
                if kind.is_retryable() && self.gate.is_closed() {
                    tries = TRIES;
                    self.check().await?;
                } else if kind.is_retryable() && tries > 0 {
                    tries -= 1;
                    self.pause(LEFT_ALONE).await;
                    self.check_cancelled()?;
                } else {
                    return outcome;
                }
                // What was told until then is stored: it goes on from there. What was looked into is
                // looked into again, since time has passed.
                self.untold.clear();
                self.asked_top = false;
            }
        })
    }

    /// Waits for so long, or until the sync is cancelled.
    async fn pause(&self, length: Duration) {
        core_async::select! {
            () = sleep(length) => {}
            () = self.cancel.cancelled() => {}
        }
    }

    async fn do_everything(&mut self, now: u64) -> Result<MirrorState, SyncError> {
        self.early.is_wanted = true;
        self.follow_restore().await?;
        self.enter("listing");
        let state = self.pull().await?;
        self.bring_in_line(state).await?;
        self.enter("listing");
        let state = self.store.state().await?;
        // Last: what fails for these must not keep us from anything else.
        if let Some(state) = self.knock(state).await? {
            self.bring_in_line(state).await?;
        }
        let tracks = self.store.count(Which::Tracks).await?;
        let SyncReport { added, updated, moved, .. } = self.report;
        let changed = added + updated + moved - self.counted_twice;
        self.report.unchanged = tracks.saturating_sub(changed);
        let state = self.store.state().await?;
        Ok(MirrorState { completed_at: Some(now), ..state })
    }

    /// Brings the library in line with what the drive has told, tags included.
    async fn bring_in_line(&mut self, mut state: MirrorState) -> Result<(), SyncError> {
        loop {
            self.enter("placing");
            match self.place(state).await? {
                Placed::All => break,
                Placed::ToConfirm => {}
            }
            self.enter("listing");
            state = self.pull().await?;
        }
        self.enter("reading");
        self.read().await
    }

    /// Asks the drive, and says what would be done. In a box, as [`run`](Self::run) is.
    pub(super) fn plan(&mut self) -> BoxFuture<'_, Result<SyncPlan, SyncError>> {
        Box::pin(self.make_plan())
    }

    async fn make_plan(&mut self) -> Result<SyncPlan, SyncError> {
        self.follow_restore().await?;
        let state = self.pull().await?;
        let state = match self.knock(state.clone()).await? {
            Some(told) => told,
            None => state,
        };
        // What is in a folder that is gone is gone as well.
        self.place_folders(&mut self.places()).await?;
        let to_remove = self.store.count(Which::LostTracks).await?;
        Ok(SyncPlan {
            to_place: self.store.count(Which::FilesToPlace).await?,
            to_remove,
            to_read: self.store.count(Which::ToRead).await?,
            needs_confirmation: !state.confirming && self.needs_confirmation(to_remove).await?,
        })
    }

    pub(super) fn library(&self) -> &Library {
        self.library
    }

    pub(super) async fn apply(&self, changes: Vec<FileChange>) -> Result<(), SyncError> {
        Ok(self.library.apply_for(Reason::Sync, changes).await?)
    }

    /// Where the library has a track.
    pub(super) async fn shelf(&self, track: &str) -> Result<Shelf, SyncError> {
        match self.library.track(track).await {
            Ok(found) if found.id != track => Ok(Shelf::Copy),
            Ok(found) if account_of(&found.path) == Some(&*self.request.account) => {
                Ok(Shelf::InUse)
            }
            Ok(_) => Ok(Shelf::Elsewhere),
            Err(LibraryError::NotFound { .. }) => match self.library.has_track(track).await? {
                true => Ok(Shelf::Bin),
                false => Ok(Shelf::Nowhere),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for a network, and ends the sync if it was cancelled.
    pub(super) async fn check(&self) -> Result<(), SyncError> {
        self.gate.pass().await;
        self.check_cancelled()
    }

    /// Ends the sync if it was cancelled.
    pub(super) fn check_cancelled(&self) -> Result<(), SyncError> {
        if self.cancel.is_cancelled() {
            return Err(SyncError::Cancelled { report: Box::new(self.report.clone()) });
        }
        Ok(())
    }

    /// Begins a phase, with a count of its own.
    fn enter(&mut self, phase: &'static str) {
        self.phase = phase;
        (self.done, self.total, self.told) = (0, 0, None);
    }

    /// Notes that this many more items are done, and tells of it now and then.
    pub(super) fn tell(&mut self, items: usize) {
        self.done += items as u64;
        let now = Instant::now();
        if self.told.is_some_and(|told| now.duration_since(told) < PROGRESS) {
            return;
        }
        self.told = Some(now);
        let total = (self.phase != "listing").then_some(self.total.max(self.done));
        let (account, phase) = (self.report.account.clone(), self.phase.to_owned());
        self.events.emit(SyncEvent::Progress { account, phase, done: self.done, total });
    }
}
