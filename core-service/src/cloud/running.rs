//! The syncs that are under way here, so that an account can be removed in the middle of one.

use std::sync::Arc;

use core_async::sync::{CancellationToken, watch};
use core_async::time::{Duration, timeout};

/// How long a sync that was told to stop may finish what it has at hand.
const PATIENCE: Duration = Duration::from_secs(10);

/// The syncs that are under way, in the order in which they began: a number, whose they are, and
/// what stops them.
type Syncs = Vec<(u64, String, CancellationToken)>;

/// Who synchronises what. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Running(Arc<watch::Sender<Syncs>>);

impl Running {
    /// Notes that a sync begins. It ends when what is returned is dropped.
    pub(super) fn begin(&self, account: &str, cancel: &CancellationToken) -> RunningSync {
        let cancel = cancel.child_token();
        let mut id = 0;
        self.0.send_modify(|syncs| {
            id = syncs.last().map_or(0, |(last, ..)| last + 1);
            syncs.push((id, account.to_owned(), cancel.clone()));
        });
        RunningSync { id, cancel, running: self.clone() }
    }

    /// Stops the syncs of an account and waits until they have ended; not for ever, as nobody may
    /// be there to carry them on.
    pub(super) async fn stop(&self, account: &str) {
        let mut syncs = self.0.subscribe();
        let ended = async {
            loop {
                let mut is_over = true;
                for (_, whose, cancel) in &*syncs.borrow_and_update() {
                    if whose == account {
                        cancel.cancel();
                        is_over = false;
                    }
                }
                if is_over || syncs.changed().await.is_err() {
                    return;
                }
            }
        };
        timeout(PATIENCE, ended).await.ok();
    }
}

/// A sync that is under way.
pub(super) struct RunningSync {
    id: u64,
    /// What the sync heeds.
    pub(super) cancel: CancellationToken,
    running: Running,
}

impl Drop for RunningSync {
    fn drop(&mut self) {
        self.running.0.send_modify(|syncs| syncs.retain(|(id, ..)| *id != self.id));
    }
}
