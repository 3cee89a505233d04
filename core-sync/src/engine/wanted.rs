//! What is on the screen and wants its tags first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More tracks than any screen shows. The oldest wishes make room.
const MOST: usize = 1_000;

/// The tracks somebody waits for, by account. Clones are the same. It is not stored: after a restart
/// another screen is seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted(Arc<Mutex<BTreeMap<String, OfAccount>>>);

#[derive(Debug, Default)]
struct OfAccount {
    tracks: VecDeque<String>,
    /// Whether a sync is under way that takes them.
    is_heard: bool,
}

impl Wanted {
    /// Wants these tracks of an account before those that were wanted earlier.
    pub(super) fn add(&self, account: &str, tracks: &[String]) {
        let mut all = self.lock();
        let wanted = &mut all.entry(account.to_owned()).or_default().tracks;
        for track in tracks.iter().take(MOST).rev() {
            wanted.push_front(track.clone());
        }
        wanted.truncate(MOST);
    }

    /// The next wishes, the latest first.
    pub(super) fn take(&self, account: &str, count: usize) -> Vec<String> {
        let mut all = self.lock();
        let Some(OfAccount { tracks, .. }) = all.get_mut(account) else { return Vec::new() };
        let count = count.min(tracks.len());
        tracks.drain(..count).collect()
    }

    /// Notes that a sync takes what is wanted of an account, until the result is dropped.
    pub(super) fn hear(&self, account: &str) -> Hearing {
        self.set_heard(account, true);
        Hearing { wanted: self.clone(), account: account.to_owned() }
    }

    /// Whether a sync takes what is wanted of an account.
    pub(super) fn is_heard(&self, account: &str) -> bool {
        self.lock().get(account).is_some_and(|wanted| wanted.is_heard)
    }

    fn set_heard(&self, account: &str, is_heard: bool) {
        self.lock().entry(account.to_owned()).or_default().is_heard = is_heard;
    }

    /// Forgets what was wanted of an account.
    pub(super) fn clear(&self, account: &str) {
        self.lock().remove(account);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, OfAccount>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sync that takes what is wanted, as long as this lives.
#[derive(Debug)]
pub(super) struct Hearing {
    wanted: Wanted,
    account: String,
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.wanted.set_heard(&self.account, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_wishes_come_first_and_there_is_an_end_to_them() {
        let wanted = Wanted::default();
        let names = |from, to| (from..to).map(|at| format!("t{at}")).collect::<Vec<_>>();
        wanted.add("a", &names(0, 3));
        wanted.add("a", &names(3, 5));
        wanted.add("b", &names(9, 10));
        assert_eq!(wanted.take("a", 3), ["t3", "t4", "t0"]);
        assert_eq!(wanted.take("a", 9), ["t1", "t2"]);
        assert_eq!(wanted.take("b", 9), ["t9"]);
        wanted.add("a", &names(0, 5_000));
        assert_eq!(wanted.take("a", 5_000).len(), MOST);
        wanted.add("a", &names(0, 2));
        wanted.clear("a");
        assert!(wanted.take("a", 1).is_empty());
    }
}
