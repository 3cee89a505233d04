//! Directories and files by name.

use std::collections::BTreeMap;

use bridge_traits::{BridgeError, DirectoryEntry, EntryKind, ErrorKind, FileMetadata, Result};
use bytes::Bytes;

/// A file or a directory.
#[derive(Clone, Debug)]
pub(super) enum Node {
    File(File),
    Directory(Directory),
}

#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) content: Bytes,
    pub(super) modified_millis: u64,
    pub(super) denied: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Directory {
    entries: BTreeMap<String, Node>,
    modified_millis: u64,
}

impl Node {
    pub(super) fn metadata(&self) -> FileMetadata {
        match self {
            Self::File(file) => FileMetadata {
                kind: EntryKind::File,
                length: file.content.len() as u64,
                modified_millis: Some(file.modified_millis),
            },
            Self::Directory(directory) => directory.metadata(),
        }
    }
}

impl Directory {
    pub(super) fn metadata(&self) -> FileMetadata {
        FileMetadata {
            kind: EntryKind::Directory,
            length: 0,
            modified_millis: Some(self.modified_millis),
        }
    }

    pub(super) fn list(&self) -> Vec<DirectoryEntry> {
        let entry = |(name, node): (&String, &Node)| DirectoryEntry {
            name: name.clone(),
            metadata: node.metadata(),
        };
        self.entries.iter().map(entry).collect()
    }

    /// The bytes of all files below.
    pub(super) fn size(&self) -> u64 {
        let size = |node: &Node| match node {
            Node::File(file) => file.content.len() as u64,
            Node::Directory(directory) => directory.size(),
        };
        self.entries.values().map(size).sum()
    }

    pub(super) fn entry(&self, name: &str) -> Option<&Node> {
        self.entries.get(name)
    }

    pub(super) fn entry_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries.get_mut(name)
    }

    /// The directory `parts` lead to.
    pub(super) fn descend(&self, parts: &[&str], operation: &'static str) -> Result<&Self> {
        let mut directory = self;
        for part in parts {
            match directory.entries.get(*part) {
                Some(Node::Directory(next)) => directory = next,
                _ => return Err(BridgeError::new(ErrorKind::NotFound, operation)),
            }
        }
        Ok(directory)
    }

    /// The directory `parts` lead to, for changing it.
    pub(super) fn descend_mut(
        &mut self,
        parts: &[&str],
        operation: &'static str,
    ) -> Result<&mut Self> {
        let mut directory = self;
        for part in parts {
            match directory.entries.get_mut(*part) {
                Some(Node::Directory(next)) => directory = next,
                _ => return Err(BridgeError::new(ErrorKind::NotFound, operation)),
            }
        }
        Ok(directory)
    }

    /// The directory `parts` lead to, created where it is missing.
    pub(super) fn create(
        &mut self,
        parts: &[&str],
        now: u64,
        operation: &'static str,
    ) -> Result<&mut Self> {
        let mut directory = self;
        for &part in parts {
            let fresh = Self { entries: BTreeMap::new(), modified_millis: now };
            if !directory.entries.contains_key(part) {
                directory.modified_millis = now;
            }
            let node = directory.entries.entry(part.to_owned());
            match node.or_insert(Node::Directory(fresh)) {
                Node::Directory(next) => directory = next,
                Node::File(_) => {
                    return Err(BridgeError::new(ErrorKind::Conflict, operation)
                        .with_detail(format!("{part:?} is a file")));
                }
            }
        }
        Ok(directory)
    }

    pub(super) fn insert(&mut self, name: &str, node: Node, now: u64) {
        self.modified_millis = now;
        self.entries.insert(name.to_owned(), node);
    }

    pub(super) fn remove(&mut self, name: &str, now: u64) -> Option<Node> {
        self.modified_millis = now;
        self.entries.remove(name)
    }
}
