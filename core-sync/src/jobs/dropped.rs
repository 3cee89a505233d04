//! Syncs that ended because nobody wanted them any more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The last sync of each account that was dropped here before it ended, and when. Nothing can be
/// written while something is dropped; whoever reads or begins the next sync does it. Clones are the
/// same. It is not stored: what is not in it ended with its program.
#[derive(Clone, Debug, Default)]
pub(super) struct Dropped(Arc<Mutex<BTreeMap<String, (u64, u64)>>>);

impl Dropped {
    /// Notes that sync `number` of the account was dropped.
    pub(super) fn note(&self, account: &str, number: u64, now: u64) {
        self.lock().insert(account.to_owned(), (number, now));
    }

    /// When sync `number` of the account was dropped, if it was.
    pub(super) fn when(&self, account: &str, number: u64) -> Option<u64> {
        let (dropped, when) = *self.lock().get(account)?;
        (dropped == number).then_some(when)
    }

    /// Forgets an account.
    pub(super) fn clear(&self, account: &str) {
        self.lock().remove(account);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (u64, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
