//! The file system trait and its contract.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream;

use super::ReadAt;
use crate::{BoxStream, BridgeError, ByteStream, ErrorKind, PlatformSend, PlatformSync, Result};

/// What a directory entry is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Something the core does not read: a device, a broken link, a name that is not UTF-8.
    Other,
}

/// What is known of a file or directory without opening it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileMetadata {
    /// What it is.
    pub kind: EntryKind,
    /// Its length in bytes; 0 for a directory.
    pub length: u64,
    /// When its content last changed, in milliseconds since the Unix epoch, where known.
    pub modified_millis: Option<u64>,
}

/// One name in a directory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DirectoryEntry {
    /// The name, without its directory. Not valid UTF-8: a readable approximation.
    pub name: String,
    /// What it is; links are followed.
    pub metadata: FileMetadata,
}

/// Reads and writes files.
///
/// Paths are UTF-8 with `/` between the parts. Whether they are absolute or relative to a root of
/// the bridge's own is the bridge's business; the core only joins names below paths it was given.
///
/// # Contract
///
/// * A missing path is `NotFound`; a path through a file is `NotFound` too.
/// * `write` is atomic: afterwards, and after a crash at any moment, the path holds the old
///   content or the new, never a mixture. Missing directories are created. If the body stream
///   fails, the old content stays.
/// * `list` gives every entry once, sorted by name, without `.` and `..`.
/// * `rename` replaces an existing file; `rename` and `copy` create missing directories.
/// * `remove_file` of a missing file is `NotFound`; `remove_directory` removes a whole tree.
/// * Empty files, names of 255 bytes, spaces, Unicode and leading dots work.
/// * Parts `.`, `..`, empty ones and NUL are refused with `InvalidRequest`.
/// * `watch`, where it is offered, tells of every change after it answered, whoever made it.
#[core_async::async_trait]
pub trait FileSystemAccess: fmt::Debug + PlatformSend + PlatformSync {
    /// What is known of `path`.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` or `PermissionDenied`.
    async fn metadata(&self, path: &str) -> Result<FileMetadata>;

    /// The entries of a directory.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` or `PermissionDenied`.
    async fn list(&self, path: &str) -> Result<Vec<DirectoryEntry>>;

    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` or `PermissionDenied`; a directory is `InvalidRequest`.
    async fn open(&self, path: &str) -> Result<Arc<dyn ReadAt>>;

    /// Replaces the content of a file, creating it if need be.
    ///
    /// # Errors
    ///
    /// Fails with `QuotaExceeded` if the host is full, or as `body` fails.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the old content.
    async fn write(&self, path: &str, body: ByteStream) -> Result<()>;

    /// Creates a directory and those above it; one that exists is fine.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict` if a file is in the way.
    async fn create_directory(&self, path: &str) -> Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`; a directory is `InvalidRequest`.
    async fn remove_file(&self, path: &str) -> Result<()>;

    /// Removes a directory and everything in it.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`; a file is `InvalidRequest`.
    async fn remove_directory(&self, path: &str) -> Result<()>;

    /// Moves a file.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`.
    async fn rename(&self, from: &str, to: &str) -> Result<()>;

    /// Copies a file.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` or `QuotaExceeded`.
    async fn copy(&self, from: &str, to: &str) -> Result<()>;

    /// Bytes that can still be written, where the host says.
    ///
    /// # Errors
    ///
    /// Fails if the host refuses to say.
    async fn free_space(&self) -> Result<Option<u64>>;

    /// Tells of changes: an item after something at or below a directory came, went or was written,
    /// by whomever, from when the stream was handed out. Reading is no change. Changes that come
    /// together may be one item. Nothing is told any more once the directory itself has gone.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` unless there is a directory, with `Unsupported`, as here, where the
    /// host tells of nothing, and with `QuotaExceeded` if it has no watch to spare.
    ///
    /// # Cancellation
    ///
    /// Dropping the stream ends the watching.
    async fn watch(&self, path: &str) -> Result<BoxStream<'static, ()>> {
        let _ = path;
        Err(BridgeError::new(ErrorKind::Unsupported, "files.watch"))
    }
}

/// Conveniences over [`FileSystemAccess`].
#[core_async::async_trait]
pub trait FileSystemExt: FileSystemAccess {
    /// Writes a file from memory.
    ///
    /// # Errors
    ///
    /// As for [`FileSystemAccess::write`].
    async fn write_bytes(&self, path: &str, content: Bytes) -> Result<()> {
        self.write(path, Box::pin(stream::iter([Ok(content)]))).await
    }

    /// Reads a whole file that is expected to be small, refusing more than `limit` bytes.
    ///
    /// # Errors
    ///
    /// As for [`FileSystemAccess::open`]; a larger file is `QuotaExceeded`.
    async fn read_bytes(&self, path: &str, limit: usize) -> Result<Bytes> {
        let file = self.open(path).await?;
        match usize::try_from(file.length()) {
            Ok(length) if length <= limit => file.read_at(0, length).await,
            _ => Err(BridgeError::new(ErrorKind::QuotaExceeded, "files.read_bytes")
                .with_detail(format!("the file is longer than {limit} bytes"))),
        }
    }
}

impl<T: FileSystemAccess + ?Sized> FileSystemExt for T {}
