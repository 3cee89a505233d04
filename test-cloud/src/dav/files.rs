//! The files of a WebDAV server.

use std::collections::BTreeMap;

use bytes::Bytes;

/// When the first file was uploaded, in seconds since the Unix epoch.
const BEGIN: u64 = 1_700_000_000;

/// What the user of a server does with its files. They are named by their paths, without a slash
/// at either end; folders are made where they are needed.
#[derive(Clone, Debug, Default)]
pub struct DavFiles {
    pub(super) nodes: BTreeMap<String, Node>,
    /// What is gone, and when it went.
    pub(super) gone: BTreeMap<String, u64>,
    /// How many things have happened.
    pub(super) now: u64,
    /// When something last happened anywhere.
    pub(super) touched: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: u64,
    /// None for folders.
    pub(super) content: Option<Bytes>,
    /// In seconds since the Unix epoch.
    pub(super) modified: u64,
    /// When it came to this address, or its content changed.
    pub(super) changed: u64,
    /// When something last happened to it or below it.
    pub(super) touched: u64,
}

impl DavFiles {
    /// Makes a folder.
    pub fn folder(&mut self, path: &str) {
        if !path.is_empty() && !self.nodes.contains_key(path) {
            self.folder(parent(path));
            self.put(path, None);
        }
    }

    /// Uploads a file, or other content for one.
    pub fn file(&mut self, path: &str, content: impl Into<Bytes>) {
        self.folder(parent(path));
        self.put(path, Some(content.into()));
    }

    /// Moves or renames a file or folder with everything in it. What was there before is gone.
    pub fn rename(&mut self, from: &str, to: &str) {
        self.delete(to);
        self.folder(parent(to));
        self.now += 1;
        let moved: Vec<_> = self.nodes.keys().filter(|path| is_in(path, from)).cloned().collect();
        for path in moved {
            if let Some(mut node) = self.nodes.remove(&path) {
                self.gone.insert(path.clone(), self.now);
                node.changed = self.now;
                let path = format!("{to}{}", &path[from.len()..]);
                self.gone.remove(&path);
                self.nodes.insert(path, node);
            }
        }
        self.touch(parent(from));
        self.touch(parent(to));
    }

    /// Removes a file or folder with everything in it.
    pub fn delete(&mut self, path: &str) {
        self.now += 1;
        let gone: Vec<_> = self.nodes.keys().filter(|known| is_in(known, path)).cloned().collect();
        for path in gone {
            self.nodes.remove(&path);
            self.gone.insert(path, self.now);
        }
        self.touch(parent(path));
    }

    /// Sets when a file was last changed, in seconds since the Unix epoch.
    pub fn set_modified(&mut self, path: &str, modified: u64) {
        if let Some(node) = self.nodes.get_mut(path) {
            node.modified = modified;
        }
    }

    /// The content of a file.
    pub fn content(&self, path: &str) -> Option<&Bytes> {
        self.nodes.get(path)?.content.as_ref()
    }

    /// Every file.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter(|(_, node)| node.content.is_some()).map(|(path, _)| path.as_str())
    }

    /// What is directly in a folder.
    pub(super) fn children<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a String, &'a Node)> {
        self.nodes.iter().filter(move |(path, _)| parent(path) == folder)
    }

    fn put(&mut self, path: &str, content: Option<Bytes>) {
        self.now += 1;
        let now = self.now;
        let known = self.nodes.get(path).map(|node| node.id);
        let id = known.unwrap_or(now);
        let node = Node { id, content, modified: BEGIN + now, changed: now, touched: now };
        self.nodes.insert(path.to_owned(), node);
        self.gone.remove(path);
        self.touch(parent(path));
    }

    /// Tells every folder up to the root.
    fn touch(&mut self, folder: &str) {
        self.touched = self.now;
        let mut at = folder;
        while !at.is_empty() {
            if let Some(node) = self.nodes.get_mut(at) {
                node.touched = self.now;
            }
            at = parent(at);
        }
    }
}

/// The folder a path is in; empty for the root.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether `path` is `folder` or below it.
fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_change_with_what_is_below_them() {
        let mut files = DavFiles::default();
        files.file("a/b/song.wav", "content");
        files.file("c/other.wav", "content");
        let touched = |files: &DavFiles, path: &str| files.nodes[path].touched;
        let (a, c) = (touched(&files, "a"), touched(&files, "c"));
        files.file("a/b/song.wav", "other content");
        assert!(touched(&files, "a") > a);
        assert_eq!(touched(&files, "c"), c);
        let b = files.nodes["a/b"].clone();
        files.rename("a/b", "c/d");
        assert_eq!(files.paths().collect::<Vec<_>>(), ["c/d/song.wav", "c/other.wav"]);
        assert_eq!((files.nodes["c/d"].id, files.nodes["c/d"].touched), (b.id, b.touched));
        assert!(files.gone.contains_key("a/b/song.wav"));
        files.delete("c");
        assert_eq!(files.paths().count(), 0);
    }
}
