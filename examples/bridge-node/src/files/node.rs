//! The file system adapter.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, ByteStream, DirectoryEntry, EntryKind, ErrorKind, FileMetadata, FileSystemAccess,
    ReadAt, Result, path,
};
use futures::StreamExt;
use js_sys::Reflect;

use super::list::list;
use super::local_file::LocalFile;
use super::paths::Root;
use super::replacement::{Replacement, create_directories};
use crate::host::{NodeError, Stats, fs_promises, fs_sync, options, sync_directory};

/// The files of this computer.
///
/// Links are followed, except that [`list`](FileSystemAccess::list) gives a link that leads back to a
/// directory on the way to it as [`EntryKind::Other`]: every walk through a tree ends. A file that is
/// written anew keeps its permissions.
#[derive(Clone, Debug)]
pub struct NodeFileSystem {
    root: Root,
}

impl NodeFileSystem {
    /// All files, by absolute path.
    pub fn new() -> Self {
        Self { root: Root::None }
    }

    /// The files below `root`, by path relative to it; a leading `/` means the root as well. No path
    /// names anything outside, though a link inside may lead there.
    pub fn rooted(root: impl Into<String>) -> Self {
        Self { root: Root::Directory(root.into()) }
    }
}

impl Default for NodeFileSystem {
    fn default() -> Self {
        Self::new()
    }
}

#[core_async::async_trait]
impl FileSystemAccess for NodeFileSystem {
    async fn metadata(&self, path: &str) -> Result<FileMetadata> {
        let operation = "files.metadata";
        let path = self.root.resolve(path, operation)?;
        let found = fs_promises::stat(&path).await.map_err(failed(operation))?;
        Ok(describe(&found))
    }

    async fn list(&self, path: &str) -> Result<Vec<DirectoryEntry>> {
        let operation = "files.list";
        let path = self.root.resolve(path, operation)?;
        list(&path).await.map_err(failed(operation))
    }

    async fn open(&self, path: &str) -> Result<Arc<dyn ReadAt>> {
        let operation = "files.open";
        let path = self.root.resolve(path, operation)?;
        let file = LocalFile::open(&path).await.map_err(failed(operation))?;
        Ok(Arc::new(file))
    }

    async fn write(&self, path: &str, mut body: ByteStream) -> Result<()> {
        let operation = "files.write";
        let path = self.root.resolve(path, operation)?;
        expect_no_directory(&path).await.map_err(failed(operation))?;
        // Cancellation: dropping the replacement anywhere removes the new file.
        let mut replacement = Replacement::create(&path, 0o666).await.map_err(failed(operation))?;
        while let Some(piece) = body.next().await {
            replacement.write(&piece?).await.map_err(failed(operation))?;
        }
        replacement.commit().await.map_err(failed(operation))
    }

    async fn create_directory(&self, path: &str) -> Result<()> {
        let operation = "files.create_directory";
        let path = self.root.resolve(path, operation)?;
        create_directories(&path).await.map_err(failed(operation))
    }

    async fn remove_file(&self, path: &str) -> Result<()> {
        let operation = "files.remove_file";
        let path = self.root.resolve(path, operation)?;
        expect_file(&path).await.map_err(failed(operation))?;
        fs_promises::unlink(&path).await.map_err(failed(operation))
    }

    async fn remove_directory(&self, path: &str) -> Result<()> {
        let operation = "files.remove_directory";
        if path::file_name(path).is_empty() {
            self.root.resolve(path, operation)?;
            return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail("the root cannot be removed"));
        }
        let path = self.root.resolve(path, operation)?;
        remove_directory(&path).await.map_err(failed(operation))
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.rename";
        let from = self.root.resolve(from, operation)?;
        let to = self.root.resolve(to, operation)?;
        rename(&from, &to).await.map_err(failed(operation))
    }

    async fn copy(&self, from: &str, to: &str) -> Result<()> {
        let operation = "files.copy";
        let from = self.root.resolve(from, operation)?;
        let to = self.root.resolve(to, operation)?;
        copy(&from, &to).await.map_err(failed(operation))
    }

    async fn free_space(&self) -> Result<Option<u64>> {
        // Without a root there is no one disk to speak of.
        let Root::Directory(root) = &self.root else { return Ok(None) };
        let found = fs_promises::statfs(root).await.map_err(failed("files.free_space"))?;
        let number = |key: &str| Reflect::get(&found, &key.into()).ok()?.as_f64();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        Ok(number("bavail").zip(number("bsize")).map(|(blocks, size)| (blocks * size) as u64))
    }
}

fn failed<E: Into<NodeError>>(operation: &'static str) -> impl Fn(E) -> BridgeError {
    move |error| error.into().at(operation)
}

/// What `stat` has found.
pub(super) fn describe(found: &Stats) -> FileMetadata {
    let kind = if found.is_file() {
        EntryKind::File
    } else if found.is_directory() {
        EntryKind::Directory
    } else {
        EntryKind::Other
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let (size, modified) = (found.size() as u64, found.modified_millis() as u64);
    FileMetadata {
        kind,
        length: if kind == EntryKind::File { size } else { 0 },
        modified_millis: Some(modified),
    }
}

async fn expect_file(path: &str) -> Result<(), NodeError> {
    match fs_promises::lstat(path).await {
        Ok(found) if found.is_directory() => Err(is_a_directory()),
        found => found.map(drop).map_err(NodeError::from),
    }
}

async fn expect_no_directory(path: &str) -> Result<(), NodeError> {
    match fs_promises::stat(path).await {
        Ok(found) if found.is_directory() => Err(is_a_directory()),
        _ => Ok(()),
    }
}

fn is_a_directory() -> NodeError {
    NodeError::new("EISDIR", "it is a directory")
}

async fn remove_directory(path: &str) -> Result<(), NodeError> {
    let found = fs_promises::lstat(path).await?;
    // A link to a directory goes by itself, and what it leads to stays.
    if found.is_link() && fs_promises::stat(path).await.is_ok_and(|target| target.is_directory()) {
        return Ok(fs_promises::unlink(path).await?);
    }
    if !found.is_directory() {
        return Err(NodeError::new("EINVAL", "it is not a directory"));
    }
    Ok(fs_promises::rm(path, &options(&[("recursive", true.into())])).await?)
}

async fn rename(from: &str, to: &str) -> Result<(), NodeError> {
    expect_file(from).await?;
    if fs_promises::lstat(to).await.is_ok_and(|found| found.is_directory()) {
        return Err(is_a_directory());
    }
    create_directories(path::parent(to)).await?;
    match fs_sync::rename(from, to).map_err(NodeError::from) {
        // Between disks a move is a copy and a removal; the file is at one of the places at least,
        // whatever happens.
        Err(error) if error.code() == "EXDEV" => {
            copy(from, to).await?;
            Ok(fs_promises::unlink(from).await?)
        }
        renamed => {
            renamed?;
            sync_directory(path::parent(to)).await
        }
    }
}

async fn copy(from: &str, to: &str) -> Result<(), NodeError> {
    let found = fs_promises::stat(from).await?;
    if found.is_directory() {
        return Err(is_a_directory());
    }
    if !found.is_file() {
        return Err(NodeError::new("EINVAL", "it is not a file"));
    }
    if from == to {
        return Ok(());
    }
    expect_no_directory(to).await?;
    let mut replacement = Replacement::create(to, 0o666).await?;
    replacement.copy_from(from).await?;
    replacement.commit().await
}
