//! The files of a drive and the log of what happened to them.

use std::collections::BTreeMap;
use std::fmt::Write;

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const FOLDER: &str = "application/vnd.google-apps.folder";

/// What the user of a drive does with it. The root folder is `root`.
#[derive(Clone, Debug, Default)]
pub struct DriveFiles {
    files: BTreeMap<String, File>,
    /// The ids of what changed, in order.
    log: Vec<String>,
    made: u64,
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    parent: String,
    content: Option<Bytes>,
    revision: u64,
    trashed: bool,
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

    fn path(&self, id: &str) -> Option<String> {
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
        self.files.insert(id.clone(), File { name, parent, content, revision: 1, trashed: false });
        self.log.push(id.clone());
        id
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut File)) {
        if let Some(file) = self.files.get_mut(id) {
            change(file);
            self.log.push(id.to_owned());
        }
    }

    /// Where the log ends.
    pub(super) fn now(&self) -> usize {
        self.log.len()
    }

    /// A page of what is not in the bin, in the order of ids, behind `after`.
    pub(super) fn page(&self, after: &str, length: usize) -> (Vec<Value>, Option<String>) {
        let start = (std::ops::Bound::Excluded(after.to_owned()), std::ops::Bound::Unbounded);
        let there = self.files.range(start).filter(|(_, file)| !file.trashed);
        let page: Vec<_> = there.take(length + 1).map(|(id, _)| id.clone()).collect();
        let next = (page.len() > length).then(|| page[length - 1].clone());
        (page.iter().take(length).filter_map(|id| self.describe(id)).collect(), next)
    }

    /// A page of changes from `start`: each item as it is now.
    pub(super) fn changes(&self, start: usize, length: usize) -> (Vec<Value>, Option<usize>) {
        let rest = self.log.get(start..).unwrap_or_default();
        let changes = rest.iter().take(length).map(|id| match self.describe(id) {
            Some(file) => {
                json!({ "changeType": "file", "fileId": id, "removed": false, "file": file })
            }
            None => json!({ "changeType": "file", "fileId": id, "removed": true }),
        });
        (changes.collect(), (rest.len() > length).then_some(start + length))
    }

    fn describe(&self, id: &str) -> Option<Value> {
        let file = self.files.get(id)?;
        let mut value = json!({
            "id": id,
            "name": file.name,
            "parents": [file.parent],
            "trashed": file.trashed,
            "modifiedTime": "2024-05-01T10:00:00.000Z",
        });
        match &file.content {
            None => value["mimeType"] = FOLDER.into(),
            Some(content) => {
                value["mimeType"] = "audio/wav".into();
                value["size"] = content.len().to_string().into();
                value["md5Checksum"] = checksum(content).into();
                value["headRevisionId"] = format!("r{}", file.revision).into();
            }
        }
        Some(value)
    }
}

/// Equal for equal content, in the shape of an MD5.
fn checksum(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(16).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").ok();
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(page: &[Value]) -> Vec<&str> {
        page.iter().filter_map(|item| item["id"].as_str().or(item["fileId"].as_str())).collect()
    }

    #[test]
    fn pages_name_everything_once_and_changes_everything_that_happened() {
        let mut files = DriveFiles::default();
        let folder = files.folder("root", "Music");
        let song = files.file(&folder, "song.wav", "content");
        let other = files.file("root", "other.wav", "content");
        let (first, next) = files.page("", 2);
        let (rest, end) = files.page(&next.expect("there is more"), 2);
        assert_eq!([ids(&first), ids(&rest)].concat(), [&*folder, &song, &other]);
        assert_eq!(end, None);
        assert_eq!(rest[0]["md5Checksum"], first[1]["md5Checksum"], "equal for equal content");
        let now = files.now();
        files.rename(&song, "renamed.wav");
        files.trash(&folder, true);
        files.delete(&other);
        let (changes, _) = files.changes(now, 10);
        assert_eq!(ids(&changes), [&*song, &folder, &other]);
        let removed = changes.iter().map(|change| change["removed"] == true);
        assert_eq!(removed.collect::<Vec<_>>(), [false, false, true]);
        assert!(files.paths().is_empty(), "what is in a folder in the bin cannot be reached");
    }
}
