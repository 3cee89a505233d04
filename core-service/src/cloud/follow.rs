//! Accounts that are kept in line for as long as somebody wants it.

use bridge_traits::{BoxStream, ErrorKind};
use core_async::sync::CancellationToken;
use core_async::time::{Duration, Instant, sleep, timeout, timeout_at};
use core_sync::SyncReport;
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
        let each = accounts.into_iter().map(|account| {
            let follower = Follower { core: self, account, cancel, waits: Waits::NotAtAll };
            Box::pin(stream::unfold(follower, Follower::next))
        });
        Box::pin(each.collect::<SelectAll<_>>())
    }
}

/// One account that is followed.
struct Follower<'a> {
    core: &'a CoreService,
    account: String,
    cancel: &'a CancellationToken,
    waits: Waits,
}

/// What the next sync waits for.
enum Waits {
    NotAtAll,
    AWhile,
    ForChanges(BoxStream<'static, ()>),
}

impl Follower<'_> {
    async fn next(mut self) -> Option<(Followed, Self)> {
        self.cancel.run_until_cancelled(self.waits.over()).await?;
        if let Waits::NotAtAll | Waits::AWhile = self.waits {
            // Watched before it is looked into.
            self.waits = Waits::of(self.core, &self.account).await;
        }
        let outcome = self.core.sync(&self.account, self.cancel).await;
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

    /// Returns when it is time for a sync.
    async fn over(&mut self) {
        match self {
            Self::NotAtAll => {}
            Self::AWhile => sleep(OFTEN).await,
            Self::ForChanges(changes) => {
                match timeout(SELDOM, changes.next()).await {
                    Ok(Some(())) => return settle(changes).await,
                    Ok(None) => sleep(OFTEN).await,
                    Err(_) => {}
                }
                *self = Self::AWhile;
            }
        }
    }
}

/// Waits for a change to be over.
async fn settle(changes: &mut BoxStream<'static, ()>) {
    let latest = Instant::now() + PATIENCE;
    let quiet = async { while let Ok(Some(())) = timeout(QUIET, changes.next()).await {} };
    // A change that goes on is followed by the next sync.
    timeout_at(latest, quiet).await.ok();
}
