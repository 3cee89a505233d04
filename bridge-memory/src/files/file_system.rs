//! The file system: paths, changes and what tests may arrange.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    BoxStream, BridgeError, ByteStream, Clock, DirectoryEntry, ErrorKind, FileMetadata,
    FileSystemAccess, ReadAt, Result,
};
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;

use super::changes::Changes;
use super::file::MemoryFile;
use super::tree::{Directory, File, Node};

/// When the first change of a file system without a clock seems to happen: 2024-01-01 UTC.
const FIRST_CHANGE_MILLIS: u64 = 1_704_067_200_000;

/// Files and directories in memory.
///
/// A leading `/` is allowed and means nothing: `/a` and `a` are the same file. The empty path and
/// `/` are the root. Without a clock every change happens one second after the one before it, so
/// that modification times differ and are the same in every run.
///
/// # Examples
///
/// ```
/// use bridge_memory::MemoryFileSystem;
/// use bridge_traits::{FileSystemAccess, Result};
///
/// # #[core_async::main]
/// # async fn main() -> Result<()> {
/// let files = MemoryFileSystem::new();
/// files.insert("music/a.flac", "fLaC")?;
/// let file = files.open("music/a.flac").await?;
/// assert_eq!(file.read_at(1, 2).await?, "La");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct MemoryFileSystem {
    state: Mutex<State>,
    changes: Changes,
    clock: Option<Arc<dyn Clock>>,
    waits: bool,
    tells_nothing: bool,
    capacity: Option<u64>,
}

#[derive(Debug, Default)]
struct State {
    root: Directory,
    changes: u64,
}

impl MemoryFileSystem {
    /// An empty file system.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty file system whose files answer only asynchronously, as remote ones do: for testing
    /// parsers that have to start again once their bytes have arrived.
    pub fn async_only() -> Self {
        Self { waits: true, ..Self::default() }
    }

    /// Takes modification times from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Refuses with `Unsupported` to be watched, as browsers do.
    #[must_use]
    pub fn without_watching(mut self) -> Self {
        self.tells_nothing = true;
        self
    }

    /// Refuses with `QuotaExceeded` to hold more than this many bytes.
    #[must_use]
    pub fn with_capacity(mut self, bytes: u64) -> Self {
        self.capacity = Some(bytes);
        self
    }

    /// Writes a file at once, creating its directories.
    ///
    /// # Errors
    ///
    /// As for [`FileSystemAccess::write`].
    pub fn insert(&self, path: &str, content: impl Into<Bytes>) -> Result<()> {
        self.put(path, content.into(), "files.write")
    }

    /// Sets when a file seems to have been changed.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`.
    pub fn set_modified(&self, path: &str, unix_millis: u64) -> Result<()> {
        self.change_file(path, |file| file.modified_millis = unix_millis)
    }

    /// Makes every attempt to open this file fail with `PermissionDenied`, until it is replaced.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`.
    pub fn deny(&self, path: &str) -> Result<()> {
        self.change_file(path, |file| file.denied = true)
    }

    fn change_file(&self, path: &str, change: impl FnOnce(&mut File)) -> Result<()> {
        let operation = "files.change";
        let (directory, name) = split(path, operation)?;
        let mut state = self.state();
        match state.root.descend_mut(&directory, operation)?.entry_mut(name) {
            Some(Node::File(file)) => {
                change(file);
                self.changes.tell(path);
                Ok(())
            }
            Some(Node::Directory(_)) => Err(wrong_kind(operation, path)),
            None => Err(missing(operation, path)),
        }
    }

    fn put(&self, path: &str, content: Bytes, operation: &'static str) -> Result<()> {
        let (directory, name) = split(path, operation)?;
        let mut state = self.state();
        let now = self.now(&mut state);
        let replaced = match state.root.descend(&directory, operation) {
            Ok(parent) => match parent.entry(name) {
                Some(Node::Directory(_)) => return Err(wrong_kind(operation, path)),
                Some(Node::File(file)) => file.content.len() as u64,
                None => 0,
            },
            Err(_) => 0,
        };
        let needed = state.root.size() - replaced + content.len() as u64;
        if self.capacity.is_some_and(|capacity| needed > capacity) {
            return Err(BridgeError::new(ErrorKind::QuotaExceeded, operation));
        }
        let file = Node::File(File { content, modified_millis: now, denied: false });
        state.root.create(&directory, now, operation)?.insert(name, file, now);
        self.changes.tell(path);
        Ok(())
    }

    fn now(&self, state: &mut State) -> u64 {
        state.changes += 1;
        match &self.clock {
            Some(clock) => clock.unix_millis(),
            None => FIRST_CHANGE_MILLIS + state.changes * 1000,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The tree is whole after every statement, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[core_async::async_trait]
impl FileSystemAccess for MemoryFileSystem {
    async fn metadata(&self, path: &str) -> Result<FileMetadata> {
        let operation = "files.metadata";
        let parts = parts(path, operation)?;
        let state = self.state();
        let Some((name, directory)) = parts.split_last() else {
            return Ok(state.root.metadata());
        };
        let directory = state.root.descend(directory, operation)?;
        let node = directory.entry(name).ok_or_else(|| missing(operation, path))?;
        Ok(node.metadata())
    }

    async fn list(&self, path: &str) -> Result<Vec<DirectoryEntry>> {
        let operation = "files.list";
        let parts = parts(path, operation)?;
        Ok(self.state().root.descend(&parts, operation)?.list())
    }

    async fn open(&self, path: &str) -> Result<Arc<dyn ReadAt>> {
        let file = self.state().find_file(path, "files.open")?;
        if file.denied {
            return Err(BridgeError::new(ErrorKind::PermissionDenied, "files.open"));
        }
        Ok(Arc::new(MemoryFile::new(file.content, !self.waits)))
    }

    async fn write(&self, path: &str, mut body: ByteStream) -> Result<()> {
        let operation = "files.write";
        split(path, operation)?;
        let mut content = BytesMut::new();
        while let Some(piece) = body.try_next().await? {
            content.extend_from_slice(&piece);
            if self.capacity.is_some_and(|capacity| content.len() as u64 > capacity) {
                return Err(BridgeError::new(ErrorKind::QuotaExceeded, operation));
            }
        }
        self.put(path, content.freeze(), operation)
    }

    async fn create_directory(&self, path: &str) -> Result<()> {
        let operation = "files.create_directory";
        let parts = parts(path, operation)?;
        let mut state = self.state();
        let now = self.now(&mut state);
        state.root.create(&parts, now, operation)?;
        self.changes.tell(path);
        Ok(())
    }

    async fn remove_file(&self, path: &str) -> Result<()> {
        let operation = "files.remove_file";
        let mut state = self.state();
        state.find_file(path, operation)?;
        let now = self.now(&mut state);
        state.unlink(path, now, operation)?;
        self.changes.tell(path);
        Ok(())
    }

    async fn remove_directory(&self, path: &str) -> Result<()> {
        let operation = "files.remove_directory";
        let parts = parts(path, operation)?;
        if parts.is_empty() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail("the root cannot be removed"));
        }
        let (directory, name) = split(path, operation)?;
        let mut state = self.state();
        match state.root.descend(&directory, operation)?.entry(name) {
            Some(Node::Directory(_)) => {}
            Some(Node::File(_)) => return Err(wrong_kind(operation, path)),
            None => return Err(missing(operation, path)),
        }
        let now = self.now(&mut state);
        state.unlink(path, now, operation)?;
        self.changes.tell(path);
        Ok(())
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.rename";
        let (directory, name) = split(to, operation)?;
        let mut state = self.state();
        let file = state.find_file(from, operation)?;
        if parts(from, operation)? == parts(to, operation)? {
            return Ok(());
        }
        let now = self.now(&mut state);
        let target = state.root.create(&directory, now, operation)?;
        if let Some(Node::Directory(_)) = target.entry(name) {
            return Err(wrong_kind(operation, to));
        }
        target.insert(name, Node::File(file), now);
        state.unlink(from, now, operation)?;
        self.changes.tell(from);
        self.changes.tell(to);
        Ok(())
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.copy";
        let file = self.state().find_file(from, operation)?;
        if parts(from, operation)? == parts(to, operation)? {
            return Ok(());
        }
        self.put(to, file.content, operation)
    }

    async fn free_space(&self) -> Result<Option<u64>> {
        let used = self.state().root.size();
        Ok(self.capacity.map(|capacity| capacity.saturating_sub(used)))
    }

    async fn watch(&self, path: &str) -> Result<BoxStream<'static, ()>> {
        let operation = "files.watch";
        if self.tells_nothing {
            return Err(BridgeError::new(ErrorKind::Unsupported, operation));
        }
        self.state().root.descend(&parts(path, operation)?, operation)?;
        Ok(self.changes.below(path))
    }
}

impl State {
    /// A copy of a file, which is cheap: the content is shared.
    fn find_file(&self, path: &str, operation: &'static str) -> Result<File> {
        let (directory, name) = split(path, operation)?;
        match self.root.descend(&directory, operation)?.entry(name) {
            Some(Node::File(file)) => Ok(file.clone()),
            Some(Node::Directory(_)) => Err(wrong_kind(operation, path)),
            None => Err(missing(operation, path)),
        }
    }

    fn unlink(&mut self, path: &str, now: u64, operation: &'static str) -> Result<()> {
        let (directory, name) = split(path, operation)?;
        let parent = self.root.descend_mut(&directory, operation)?;
        parent.remove(name, now).map(drop).ok_or_else(|| missing(operation, path))
    }
}

/// The names `path` is made of; none for the root.
fn parts<'a>(path: &'a str, operation: &'static str) -> Result<Vec<&'a str>> {
    let relative = path.strip_prefix('/').unwrap_or(path);
    if relative.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<_> = relative.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "" | "." | "..") || part.contains('\0')) {
        return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
            .with_detail(format!("{path:?} is not a plain path")));
    }
    Ok(parts)
}

/// The directory and the name of something that is not the root.
fn split<'a>(path: &'a str, operation: &'static str) -> Result<(Vec<&'a str>, &'a str)> {
    let mut parts = parts(path, operation)?;
    let name = parts.pop().ok_or_else(|| wrong_kind(operation, path))?;
    Ok((parts, name))
}

fn missing(operation: &'static str, path: &str) -> BridgeError {
    BridgeError::new(ErrorKind::NotFound, operation).with_detail(format!("{path:?}"))
}

fn wrong_kind(operation: &'static str, path: &str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, operation)
        .with_detail(format!("{path:?} is a file where a directory is meant, or the reverse"))
}
