//! Where items are, by the folders they are in.

use std::collections::BTreeMap;

use bridge_traits::Result;
use core_library::REMOTE;

use crate::mirror::{MirrorItem, MirrorStore, Presence};

/// Deeper than any drive allows. What claims to be deeper leads in a circle.
const DEEPEST: usize = 256;
/// How many folders are remembered.
const REMEMBERED: usize = 20_000;

/// Finds places, and remembers those of folders while nothing moves.
#[derive(Debug)]
pub(super) struct Places {
    store: MirrorStore,
    /// The folder that is mirrored; everything for `None`.
    root: Option<String>,
    ids_are_paths: bool,
    /// What is known of folders that nobody has told of.
    unknown: Unknown,
    folders: BTreeMap<String, Option<String>>,
}

/// What a folder is that nobody has told of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Unknown {
    /// The top of the drive: everything was told.
    Top,
    /// Perhaps one that is yet to be told of, unless it is this one, which is the top.
    Untold { top: Option<String> },
}

impl Places {
    pub(super) fn new(store: MirrorStore, root: Option<String>, ids_are_paths: bool) -> Self {
        Self { store, root, ids_are_paths, unknown: Unknown::Top, folders: BTreeMap::new() }
    }

    /// Finds only the places that are certain while the drive is yet telling what it holds.
    pub(super) fn so_far(mut self, top: Option<String>) -> Self {
        self.unknown = Unknown::Untold { top };
        self
    }

    /// Forgets what was found, after something moved.
    pub(super) fn forget(&mut self) {
        self.folders.clear();
    }

    /// The place of a file in the library; `None` if no folder that is mirrored leads to it.
    ///
    /// It is a name, not an address: what drives allow in names and paths do not is escaped. An item
    /// with an id of its own has it at the end: names may repeat, and may be swapped.
    pub(super) async fn of_file(&mut self, item: &MirrorItem) -> Result<Option<String>> {
        let Some(folder) = self.of_parent(item).await? else { return Ok(None) };
        let name = escaped(&item.remote.name);
        let account = self.store.account();
        let id = match self.ids_are_paths {
            true => String::new(),
            false => format!("?id={}", escaped(&item.remote.id)),
        };
        Ok(Some(format!("{REMOTE}{account}{folder}/{name}{id}")))
    }

    /// What the places of a folder's content begin with.
    pub(super) async fn of_folder(&mut self, item: &MirrorItem) -> Result<Option<String>> {
        self.folder(&item.remote.id).await
    }

    async fn of_parent(&mut self, item: &MirrorItem) -> Result<Option<String>> {
        match &item.remote.parent {
            Some(parent) => self.folder(parent).await,
            None => Ok(self.top()),
        }
    }

    /// Whether a file or folder is in the library where it belongs.
    pub(super) async fn is_up_to_date(&mut self, item: &MirrorItem) -> Result<bool> {
        let place = match item.is_folder() {
            true => self.of_folder(item).await?,
            false => self.of_file(item).await?,
        };
        Ok(place == item.path)
    }

    /// The place of what is in a folder that nobody has told of.
    fn below_unknown(&self, id: &str) -> Option<String> {
        match &self.unknown {
            Unknown::Untold { top } if top.as_deref() != Some(id) => None,
            _ => self.top(),
        }
    }

    /// The place of what no folder holds.
    fn top(&self) -> Option<String> {
        self.root.is_none().then(String::new)
    }

    async fn folder(&mut self, id: &str) -> Result<Option<String>> {
        if self.folders.len() > REMEMBERED {
            self.forget();
        }
        let mut chain: Vec<(String, String)> = Vec::new();
        let mut at = id.to_owned();
        let mut place = loop {
            if let Some(known) = self.folders.get(&at) {
                break known.clone();
            }
            if self.root.as_deref() == Some(&*at) {
                break Some(String::new());
            }
            let leads_nowhere = chain.len() >= DEEPEST || chain.iter().any(|(id, _)| *id == at);
            if leads_nowhere {
                break None;
            }
            let Some(item) = self.store.item(&at).await? else { break self.below_unknown(&at) };
            chain.push((at, escaped(&item.remote.name)));
            if item.presence == Presence::Gone {
                break None;
            }
            match item.remote.parent {
                Some(parent) => at = parent,
                None => break self.top(),
            }
        };
        for (id, name) in chain.into_iter().rev() {
            place = place.map(|place| format!("{place}/{name}"));
            self.folders.insert(id, place.clone());
        }
        Ok(place)
    }
}

/// The account on whose drive a track's file is, by the track's path.
pub fn account_of(path: &str) -> Option<&str> {
    path.strip_prefix(REMOTE)?.split('/').next()
}

/// A name as one part of a path.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '/' => text.push_str("%2F"),
            '%' => text.push_str("%25"),
            '?' => text.push_str("%3F"),
            control if control.is_control() => {
                text.push_str(&format!("%{:02X}", u32::from(control)));
            }
            plain => text.push(plain),
        }
    }
    // A part that is one of these would be a place of its own in a path.
    match text.as_str() {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        "" => "%".to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn names_are_one_part_of_a_path_whatever_they_hold() {
        for (name, part) in [
            ("AC/DC", "AC%2FDC"),
            ("100%", "100%25"),
            ("..", "%2E%2E"),
            ("a\0b\n", "a%00b%0A"),
            ("what?id=1", "what%3Fid=1"),
            ("ünï\u{202e}cödé 🎵.", "ünï\u{202e}cödé 🎵."),
        ] {
            assert_eq!(escaped(name), part);
        }
    }
}
