//! Accounts that are kept in line for as long as somebody wants it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::pin;

use bridge_traits::{BoxStream, ErrorKind};
use core_async::sync::{CancellationToken, watch};
use core_async::time::{Duration, Instant, sleep, sleep_until, timeout, timeout_at};
use core_auth::{Account, AccountState};
use core_sync::{SyncReport, SyncTrigger};
use futures::StreamExt;
use futures::stream::{self, SelectAll};

use crate::error::CoreError;
use crate::service::CoreService;

/// How often what tells of no changes is asked for some.
const OFTEN: Duration = Duration::from_secs(5 * 60);
/// How often a folder that tells of its changes is looked into and watched afresh: a disk that was
/// taken out and put in again tells of nothing any more.
const SELDOM: Duration = Duration::from_secs(60 * 60);
/// How long nothing happens before a change counts as over: an album takes a while to be copied.
const QUIET: Duration = Duration::from_millis(500);
/// How long a change is waited for to be over at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// For so long an account that was added in another window is left alone: which folder of it is
/// mirrored may have yet to be said.
const NEW: Duration = Duration::from_secs(60);

/// How one sync of a followed account ended.
#[derive(Debug)]
pub struct Followed {
    /// The account.
    pub account: String,
    /// What was done.
    pub outcome: Result<SyncReport, CoreError>,
}

impl CoreService {
    /// Brings the library in line with accounts, and again whenever something changes, until
    /// `cancel`: an item for each sync. A folder is synced when the host tells of a change in it, a
    /// drive, or a folder that the host cannot watch, every five minutes; every folder once an hour
    /// as well. Accounts do not wait for each other, and one that fails is tried again. All of it
    /// happens while the stream is polled: take what it gives at once.
    ///
    /// # Cancellation
    ///
    /// Cancelling `cancel` lets the batches at hand finish and ends the stream. Dropping the
    /// stream stops where everything is, as dropping [`sync`](Self::sync) does.
    pub fn follow<'a>(
        &'a self,
        accounts: Vec<String>,
        cancel: &'a CancellationToken,
    ) -> BoxStream<'a, Followed> {
        let each = accounts
            .into_iter()
            .map(|account| Follower::stream(self, account, SyncTrigger::Opened, cancel.clone()));
        Box::pin(each.collect::<SelectAll<_>>())
    }

    /// As [`follow`](Self::follow), with every account that there is: those that are added or
    /// signed in again later are followed from then on, those that are removed no longer.
    ///
    /// # Cancellation
    ///
    /// As for [`follow`](Self::follow).
    pub fn follow_all<'a>(&'a self, cancel: &'a CancellationToken) -> BoxStream<'a, Followed> {
        let (ready, look_at) = (self.cloud().ready.subscribe(), Instant::now());
        let (each, stops, done) = (SelectAll::new(), BTreeMap::new(), VecDeque::new());
        let all = Everybody { core: self, cancel, ready, look_at, each, stops, done };
        Box::pin(stream::unfold(all, Everybody::next))
    }
}

/// Every account.
struct Everybody<'a> {
    core: &'a CoreService,
    cancel: &'a CancellationToken,
    /// The accounts that were completed here, and news of them.
    ready: watch::Receiver<BTreeSet<String>>,
    /// When they are looked at anyway: other windows and programs change them too.
    look_at: Instant,
    each: SelectAll<BoxStream<'a, Followed>>,
    /// What ends the following of an account, by its id.
    stops: BTreeMap<String, CancellationToken>,
    /// Syncs that ended while accounts were looked at.
    done: VecDeque<Followed>,
}

impl Everybody<'_> {
    async fn next(mut self) -> Option<(Followed, Self)> {
        loop {
            if let Some(followed) = self.done.pop_front() {
                return Some((followed, self));
            }
            core_async::select! {
                biased;
                () = self.cancel.cancelled() => break,
                _ = self.ready.changed() => {}
                Some(followed) = self.each.next() => return Some((followed, self)),
                () = sleep_until(self.look_at) => {}
            }
            self.look().await;
        }
        // What is at hand is finished.
        let followed = self.each.next().await?;
        Some((followed, self))
    }

    /// Begins to follow who is new and ends following who is gone.
    async fn look(&mut self) {
        self.look_at = Instant::now() + OFTEN;
        let ready = self.ready.borrow_and_update().clone();
        let core = self.core;
        let mut listing = pin!(core.accounts());
        // Syncs go on meanwhile: what one of them has locked, listing may have to write to.
        let listed = loop {
            core_async::select! {
                listed = &mut listing => break listed,
                Some(followed) = self.each.next() => self.done.push_back(followed),
            }
        };
        let accounts = match listed {
            Ok(accounts) => {
                self.end_all_but(&accounts);
                accounts
            }
            Err(error) => {
                tracing::warn!(%error, "the drives to follow are not known");
                // Folders need no secrets.
                self.core.folder_accounts().await.unwrap_or_default()
            }
        };
        let now = self.core.cloud().clock.unix_millis();
        for account in accounts.into_iter().filter(is_usable) {
            if self.stops.contains_key(&account.id) {
                continue;
            }
            let age = Duration::from_millis(now.saturating_sub(account.added_at));
            if !ready.contains(&account.id) && age < NEW {
                self.look_at = Instant::now() + NEW;
                continue;
            }
            let first = match ready.contains(&account.id) {
                true => SyncTrigger::SignedIn,
                false => SyncTrigger::Opened,
            };
            let stop = self.cancel.child_token();
            self.stops.insert(account.id.clone(), stop.clone());
            self.each.push(Follower::stream(self.core, account.id, first, stop));
        }
    }

    fn end_all_but(&mut self, accounts: &[Account]) {
        self.stops.retain(|id, stop| {
            let is_there = accounts.iter().any(|it| it.id == *id && is_usable(it));
            if !is_there {
                stop.cancel();
            }
            is_there
        });
    }
}

fn is_usable(account: &Account) -> bool {
    account.state == AccountState::SignedIn
}

/// One account that is followed.
struct Follower<'a> {
    core: &'a CoreService,
    account: String,
    cancel: CancellationToken,
    waits: Waits,
}

/// What the next sync waits for.
enum Waits {
    /// Nothing: it is the first, for this reason.
    NotAtAll(SyncTrigger),
    AWhile,
    ForChanges(BoxStream<'static, ()>),
}

impl<'a> Follower<'a> {
    fn stream(
        core: &'a CoreService,
        account: String,
        first: SyncTrigger,
        cancel: CancellationToken,
    ) -> BoxStream<'a, Followed> {
        let follower = Self { core, account, cancel, waits: Waits::NotAtAll(first) };
        Box::pin(stream::unfold(follower, Self::next))
    }

    async fn next(mut self) -> Option<(Followed, Self)> {
        let trigger = self.cancel.run_until_cancelled(self.waits.over()).await?;
        if let Waits::NotAtAll(_) | Waits::AWhile = self.waits {
            // Watched before it is looked into.
            self.waits = Waits::of(self.core, &self.account).await;
        }
        let outcome = self.core.sync_for(&self.account, trigger, &self.cancel).await;
        if self.cancel.is_cancelled() {
            return None;
        }
        if outcome.is_err() {
            self.waits = Waits::AWhile;
        }
        Some((Followed { account: self.account.clone(), outcome }, self))
    }
}

impl Waits {
    /// Listens to the account, if it is a folder and the host tells of changes.
    async fn of(core: &CoreService, account: &str) -> Self {
        // What is wrong with the settings, the sync says.
        let Ok(Some(folder)) = core.local_folder(account).await else {
            return Self::AWhile;
        };
        match core.files().watch(&folder.path).await {
            Ok(changes) => Self::ForChanges(changes),
            Err(error) => {
                if error.kind() != ErrorKind::Unsupported {
                    tracing::warn!(%error, "a folder cannot be watched, and is looked into instead");
                }
                Self::AWhile
            }
        }
    }

    /// Returns when it is time for a sync, and why it is.
    async fn over(&mut self) -> SyncTrigger {
        match self {
            Self::NotAtAll(first) => return *first,
            Self::AWhile => sleep(OFTEN).await,
            Self::ForChanges(changes) => {
                match timeout(SELDOM, changes.next()).await {
                    Ok(Some(())) => {
                        settle(changes).await;
                        return SyncTrigger::Changed;
                    }
                    Ok(None) => sleep(OFTEN).await,
                    Err(_) => {}
                }
                *self = Self::AWhile;
            }
        }
        SyncTrigger::Scheduled
    }
}

/// Waits for a change to be over.
async fn settle(changes: &mut BoxStream<'static, ()>) {
    let latest = Instant::now() + PATIENCE;
    let quiet = async { while let Ok(Some(())) = timeout(QUIET, changes.next()).await {} };
    // A change that goes on is followed by the next sync.
    timeout_at(latest, quiet).await.ok();
}
