//! The files of a drive and the log of what happened to them.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// What the user of a drive does with it. The root folder is `root`.
#[derive(Clone, Debug, Default)]
pub struct DriveFiles {
    files: BTreeMap<String, File>,
    /// The ids of what changed, in order.
    log: Vec<String>,
    /// The places in the log where something came out of the bin.
    returns: BTreeSet<usize>,
    made: u64,
}

/// A file, or a folder, which has no content.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) parent: String,
    pub(super) content: Option<Bytes>,
    /// Counts contents.
    pub(super) revision: u64,
    /// Counts changes of any kind.
    pub(super) version: u64,
    pub(super) trashed: bool,
}

impl DriveFiles {
    /// Makes a folder.
    pub fn folder(&mut self, parent: &str, name: &str) -> String {
        self.add(parent, name, None)
    }

    /// Uploads a file.
    pub fn file(&mut self, parent: &str, name: &str, content: impl Into<Bytes>) -> String {
        self.add(parent, name, Some(content.into()))
    }

    /// Gives a file or folder another name.
    pub fn rename(&mut self, id: &str, name: &str) {
        self.change(id, |file| name.clone_into(&mut file.name));
    }

    /// Moves a file or folder into another folder.
    pub fn move_to(&mut self, id: &str, parent: &str) {
        self.change(id, |file| parent.clone_into(&mut file.parent));
    }

    /// Uploads other content for a file.
    pub fn replace(&mut self, id: &str, content: impl Into<Bytes>) {
        let content = content.into();
        self.change(id, |file| {
            file.content = Some(content);
            file.revision += 1;
        });
    }

    /// Puts it into the bin, or takes it out again.
    pub fn trash(&mut self, id: &str, trashed: bool) {
        if !trashed {
            self.returns.insert(self.log.len());
        }
        self.change(id, |file| file.trashed = trashed);
    }

    /// Removes it for good.
    pub fn delete(&mut self, id: &str) {
        if self.files.remove(id).is_some() {
            self.log.push(id.to_owned());
        }
    }

    /// Every file that can be reached from the root, with its path below it.
    pub fn paths(&self) -> BTreeMap<String, String> {
        let reached = self.files.iter().filter(|(_, file)| file.content.is_some());
        reached.filter_map(|(id, _)| Some((id.clone(), self.path(id)?))).collect()
    }

    /// The content of a file.
    pub fn content(&self, id: &str) -> Option<&Bytes> {
        self.files.get(id)?.content.as_ref()
    }

    /// The path of what can be reached from the root.
    pub(super) fn path(&self, id: &str) -> Option<String> {
        let mut path = String::new();
        let mut at = id;
        for _ in 0..100 {
            if at == "root" {
                return Some(path);
            }
            let file = self.files.get(at).filter(|file| !file.trashed)?;
            path = format!("/{}{path}", file.name);
            at = &file.parent;
        }
        None
    }

    fn add(&mut self, parent: &str, name: &str, content: Option<Bytes>) -> String {
        self.made += 1;
        let id = format!("f{:06}", self.made);
        let (name, parent) = (name.to_owned(), parent.to_owned());
        let file = File { name, parent, content, revision: 1, version: 1, trashed: false };
        self.files.insert(id.clone(), file);
        self.log.push(id.clone());
        id
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut File)) {
        if let Some(file) = self.files.get_mut(id) {
            change(file);
            file.version += 1;
            self.log.push(id.to_owned());
        }
    }

    /// Where the log ends.
    pub(super) fn now(&self) -> usize {
        self.log.len()
    }

    pub(super) fn get(&self, id: &str) -> Option<&File> {
        self.files.get(id)
    }

    /// Everything but what is in the bin, in the order of ids, behind `after`.
    pub(super) fn behind(&self, after: &str) -> impl Iterator<Item = &str> {
        let start = (std::ops::Bound::Excluded(after.to_owned()), std::ops::Bound::Unbounded);
        let there = self.files.range(start).filter(|(_, file)| !file.trashed);
        there.map(|(id, _)| id.as_str())
    }

    /// What happened from `start` on, as ids, and whether the item came out of the bin then.
    pub(super) fn since(&self, start: usize) -> impl Iterator<Item = (&str, bool)> {
        let log = self.log.iter().enumerate().skip(start);
        log.map(|(at, id)| (id.as_str(), self.returns.contains(&at)))
    }

    /// Whether an item is in a folder, however deep, with no folder in the bin between.
    pub(super) fn is_in(&self, id: &str, folder: &str) -> bool {
        let mut at = id;
        for _ in 0..100 {
            let Some(file) = self.files.get(at).filter(|file| !file.trashed) else { return false };
            if file.parent == folder {
                return true;
            }
            at = &file.parent;
        }
        false
    }

    /// The folder or file with this path below the root.
    pub(super) fn find(&self, path: &str) -> Option<String> {
        self.files.keys().find(|id| self.path(id).as_deref() == Some(path)).cloned()
    }
}

/// The first sixteen bytes of a checksum: equal for equal content.
pub(super) fn checksum(content: &[u8]) -> impl Iterator<Item = u8> {
    Sha256::digest(content).into_iter().take(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_named_once_and_everything_that_happened() {
        let mut files = DriveFiles::default();
        let folder = files.folder("root", "Music");
        let song = files.file(&folder, "song.wav", "content");
        let other = files.file("root", "other.wav", "content");
        assert_eq!(files.behind("").collect::<Vec<_>>(), [&*folder, &song, &other]);
        assert_eq!(files.behind(&song).collect::<Vec<_>>(), [&*other]);
        assert_eq!(files.find("/Music/song.wav"), Some(song.clone()));
        assert!(files.is_in(&song, &folder) && !files.is_in(&other, &folder));
        let now = files.now();
        files.rename(&song, "renamed.wav");
        files.trash(&folder, true);
        files.delete(&other);
        files.trash(&folder, false);
        let happened: Vec<_> = files.since(now).collect();
        let expected = [(&*song, false), (&folder, false), (&other, false), (&folder, true)];
        assert_eq!(happened, expected);
        files.trash(&folder, true);
        assert!(files.paths().is_empty(), "what is in a folder in the bin cannot be reached");
        let equal = checksum(b"content").eq(checksum(b"content"));
        assert!(equal && !checksum(b"content").eq(checksum(b"other")));
    }
}
