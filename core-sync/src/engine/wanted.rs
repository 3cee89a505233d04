//! What is on the screen and wants its tags first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More tracks than any screen shows. The oldest wishes make room.
const MOST: usize = 1_000;

/// The tracks somebody waits for, by account. Clones are the same. It is not stored: after a restart
/// another screen is seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted(Arc<Mutex<BTreeMap<String, VecDeque<String>>>>);

impl Wanted {
    /// Wants these tracks of an account before those that were wanted earlier.
    pub(super) fn add(&self, account: &str, tracks: &[String]) {
        let mut all = self.lock();
        let wanted = all.entry(account.to_owned()).or_default();
        for track in tracks.iter().take(MOST).rev() {
            wanted.push_front(track.clone());
        }
        wanted.truncate(MOST);
    }

    /// The next wishes, the latest first.
    pub(super) fn take(&self, account: &str, count: usize) -> Vec<String> {
        let mut all = self.lock();
        let Some(wanted) = all.get_mut(account) else { return Vec::new() };
        let count = count.min(wanted.len());
        wanted.drain(..count).collect()
    }

    /// Forgets what was wanted of an account.
    pub(super) fn clear(&self, account: &str) {
        self.lock().remove(account);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, VecDeque<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
