//! Addresses of content, which are good for a while.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::provider::RemoteItem;

/// How many are kept: twice as many as a sync says it is about to read, so that those of what is
/// played stay.
const KEPT: usize = 128;

/// The addresses that were given for files. Whoever has one can read the file: they are never shown.
#[derive(Default)]
pub(super) struct Links {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    links: BTreeMap<String, Link>,
    given: u64,
}

struct Link {
    url: String,
    /// What the file was when it was given: for other content another one has to be asked for.
    item: RemoteItem,
    number: u64,
}

impl Links {
    /// The address of an item's content.
    pub(super) fn get(&self, item: &RemoteItem) -> Option<String> {
        let state = self.state();
        let link = state.links.get(&item.id)?;
        let is_same = link.item.revision == item.revision
            && link.item.hash == item.hash
            && link.item.size == item.size;
        is_same.then(|| link.url.clone())
    }

    /// Keeps the address of an item's content.
    pub(super) fn put(&self, item: &RemoteItem, url: &str) {
        let mut state = self.state();
        state.given += 1;
        let link = Link { url: url.to_owned(), item: item.clone(), number: state.given };
        state.links.insert(item.id.clone(), link);
        if state.links.len() > KEPT {
            let oldest = state.links.iter().min_by_key(|(_, link)| link.number);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                state.links.remove(&id);
            }
        }
    }

    /// Forgets this address if it is still the one.
    pub(super) fn forget(&self, item: &RemoteItem, url: &str) {
        let mut state = self.state();
        if state.links.get(&item.id).is_some_and(|link| link.url == url) {
            state.links.remove(&item.id);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The map is whole after every statement, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links").field("kept", &self.state().links.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_for_the_content_they_were_given_for() {
        let links = Links::default();
        let item = |number: usize| RemoteItem::file(&format!("i{number}"), "root", "x");
        for number in 0..=KEPT {
            links.put(&item(number), &format!("https://content.test/{number}?canary"));
        }
        assert_eq!(links.get(&item(0)), None, "the oldest had to go");
        let url = links.get(&item(1)).expect("it is kept");
        let changed = RemoteItem { size: Some(7), ..item(1) };
        assert_eq!(links.get(&changed), None);
        links.forget(&item(1), "https://content.test/another");
        assert!(links.get(&item(1)).is_some());
        links.forget(&item(1), &url);
        assert_eq!(links.get(&item(1)), None);
        assert!(!format!("{links:?}").contains("canary"));
    }
}
