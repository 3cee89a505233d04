//! A bridge's files behind [`core_async::fs`]: for code that is written like a tokio program.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use core_async::fs::{FileSystem, Metadata, OpenFile, OpenOptions, Provider};
use core_async::time::UNIX_EPOCH;
use futures::stream;

use super::rewrite::RewrittenFile;
use super::{EntryKind, FileMetadata, FileSystemAccess, path};
use crate::{BridgeError, ErrorKind};

/// Offers the files of a bridge through [`core_async::fs`].
///
/// A file is replaced as a whole, as [`FileSystemAccess::write`] does it: what is written through an
/// open file takes effect with `flush`, `shutdown` or `sync_all`, all at once, and a file that is
/// dropped before leaves the old content. Reading and writing stream; changing a few bytes of a large
/// file copies it.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use bridge_traits::FileSystemAccess;
/// use core_async::fs;
///
/// async fn host(files: Arc<dyn FileSystemAccess>) -> std::io::Result<String> {
///     fs::scope(bridge_traits::async_files(files), fs::read_to_string("notes.txt")).await
/// }
/// ```
pub fn async_files(files: Arc<dyn FileSystemAccess>) -> FileSystem {
    FileSystem::new(Arc::new(AsyncFiles(files)))
}

#[derive(Debug)]
struct AsyncFiles(Arc<dyn FileSystemAccess>);

impl AsyncFiles {
    async fn find(&self, path: &str) -> io::Result<Option<FileMetadata>> {
        match self.0.metadata(path).await {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(to_io(error)),
        }
    }

    /// Fails unless the directory that `path` is in exists: bridges would create it.
    async fn check_parent(&self, path: &str) -> io::Result<()> {
        let parent = path::parent(path);
        if parent.is_empty() || parent == "/" {
            return Ok(());
        }
        match self.find(parent).await? {
            Some(FileMetadata { kind: EntryKind::Directory, .. }) => Ok(()),
            Some(_) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    async fn check_directory(&self, path: &str) -> io::Result<()> {
        match self.0.metadata(path).await.map_err(to_io)?.kind {
            EntryKind::Directory => Ok(()),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }
}

#[core_async::async_trait]
impl Provider for AsyncFiles {
    async fn metadata(&self, path: &str) -> io::Result<Metadata> {
        self.0.metadata(path).await.map(|metadata| describe(&metadata)).map_err(to_io)
    }

    async fn read_dir(&self, path: &str) -> io::Result<Vec<(String, Metadata)>> {
        self.check_directory(path).await?;
        let entries = self.0.list(path).await.map_err(to_io)?;
        Ok(entries.into_iter().map(|entry| (entry.name, describe(&entry.metadata))).collect())
    }

    async fn open(&self, path: &str, options: &OpenOptions) -> io::Result<Arc<dyn OpenFile>> {
        match self.find(path).await? {
            Some(_) if options.is_create_new() => return Err(io::ErrorKind::AlreadyExists.into()),
            Some(FileMetadata { kind: EntryKind::Directory, .. }) => {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Some(_) => {}
            None if options.is_create() => {
                self.check_parent(path).await?;
                let nothing = Box::pin(stream::iter([Ok(Bytes::new())]));
                self.0.write(path, nothing).await.map_err(to_io)?;
            }
            None => return Err(io::ErrorKind::NotFound.into()),
        }
        let file = RewrittenFile::open(Arc::clone(&self.0), path, options).await;
        Ok(Arc::new(file.map_err(to_io)?))
    }

    async fn create_dir(&self, path: &str) -> io::Result<()> {
        if self.find(path).await?.is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.check_parent(path).await?;
        self.0.create_directory(path).await.map_err(to_io)
    }

    async fn create_dir_all(&self, path: &str) -> io::Result<()> {
        self.0.create_directory(path).await.map_err(to_io)
    }

    async fn remove_file(&self, path: &str) -> io::Result<()> {
        if self.0.metadata(path).await.map_err(to_io)?.kind == EntryKind::Directory {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        self.0.remove_file(path).await.map_err(to_io)
    }

    async fn remove_dir(&self, path: &str) -> io::Result<()> {
        self.check_directory(path).await?;
        if !self.0.list(path).await.map_err(to_io)?.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.0.remove_directory(path).await.map_err(to_io)
    }

    async fn remove_dir_all(&self, path: &str) -> io::Result<()> {
        self.check_directory(path).await?;
        self.0.remove_directory(path).await.map_err(to_io)
    }

    async fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.check_parent(to).await?;
        self.0.rename(from, to).await.map_err(to_io)
    }

    async fn copy(&self, from: &str, to: &str) -> io::Result<u64> {
        let source = self.0.metadata(from).await.map_err(to_io)?;
        self.check_parent(to).await?;
        self.0.copy(from, to).await.map_err(to_io)?;
        Ok(source.length)
    }
}

fn describe(metadata: &FileMetadata) -> Metadata {
    let described = match metadata.kind {
        EntryKind::File => Metadata::file(metadata.length),
        EntryKind::Directory => Metadata::directory(),
        EntryKind::Other => Metadata::other(),
    };
    match metadata.modified_millis {
        Some(millis) => described.with_modified(UNIX_EPOCH + Duration::from_millis(millis)),
        None => described,
    }
}

/// Translates a bridge's error; it stays inside as the cause.
pub(super) fn to_io(error: BridgeError) -> io::Error {
    let kind = match error.kind() {
        ErrorKind::NotFound => io::ErrorKind::NotFound,
        ErrorKind::PermissionDenied => io::ErrorKind::PermissionDenied,
        ErrorKind::QuotaExceeded => io::ErrorKind::QuotaExceeded,
        ErrorKind::Offline => io::ErrorKind::NotConnected,
        ErrorKind::TimedOut => io::ErrorKind::TimedOut,
        ErrorKind::RateLimited { .. } | ErrorKind::Unavailable => io::ErrorKind::ResourceBusy,
        ErrorKind::Corrupt => io::ErrorKind::InvalidData,
        ErrorKind::Unsupported => io::ErrorKind::Unsupported,
        ErrorKind::Conflict => io::ErrorKind::AlreadyExists,
        ErrorKind::InvalidRequest => io::ErrorKind::InvalidInput,
        ErrorKind::Cancelled | ErrorKind::Other => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
