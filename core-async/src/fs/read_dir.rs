//! The entries of a directory, one after the other.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::task::{Context, Poll};

use super::{FileType, Metadata};

/// The entries of a directory; see [`read_dir`](super::read_dir).
#[derive(Debug)]
pub struct ReadDir {
    directory: PathBuf,
    entries: std::vec::IntoIter<(String, Metadata)>,
}

impl ReadDir {
    pub(super) fn new(directory: PathBuf, entries: Vec<(String, Metadata)>) -> Self {
        Self { directory, entries: entries.into_iter() }
    }

    /// Returns the next entry; `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no entry.
    #[expect(clippy::unused_async, reason = "a program written for tokio awaits it")]
    pub async fn next_entry(&mut self) -> io::Result<Option<DirEntry>> {
        Ok(self.next())
    }

    /// Polls for the next entry.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    pub fn poll_next_entry(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<Option<DirEntry>>> {
        Poll::Ready(Ok(self.next()))
    }

    fn next(&mut self) -> Option<DirEntry> {
        let (name, metadata) = self.entries.next()?;
        Some(DirEntry { path: self.directory.join(&name), name, metadata })
    }
}

/// A file or directory in a directory.
#[derive(Clone, Debug)]
pub struct DirEntry {
    path: PathBuf,
    name: String,
    metadata: Metadata,
}

impl DirEntry {
    /// Returns the path: the directory's, as it was asked for, and the name.
    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Returns the name.
    pub fn file_name(&self) -> OsString {
        OsString::from(&self.name)
    }

    /// Returns what was known of it when the directory was read.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    #[expect(clippy::unused_async, reason = "a program written for tokio awaits it")]
    pub async fn metadata(&self) -> io::Result<Metadata> {
        Ok(self.metadata.clone())
    }

    /// Returns what it is.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    #[expect(clippy::unused_async, reason = "a program written for tokio awaits it")]
    pub async fn file_type(&self) -> io::Result<FileType> {
        Ok(self.metadata.file_type())
    }
}
