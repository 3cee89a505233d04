//! What is known of syncs by the program that ran them, and is not stored.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The last sync of each account to which something happened here, and when. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct LastOf(Arc<Mutex<BTreeMap<String, (u64, u64)>>>);

impl LastOf {
    /// Notes that it happened to sync `number` of the account.
    pub(super) fn note(&self, account: &str, number: u64, now: u64) {
        self.lock().insert(account.to_owned(), (number, now));
    }

    /// When it happened to sync `number` of the account, if it did.
    pub(super) fn when(&self, account: &str, number: u64) -> Option<u64> {
        let (last, when) = *self.lock().get(account)?;
        (last == number).then_some(when)
    }

    /// Forgets an account.
    pub(super) fn clear(&self, account: &str) {
        self.lock().remove(account);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (u64, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
