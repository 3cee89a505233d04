//! What a file system has to be able to do.

use std::sync::Arc;
use std::{fmt, io};

use bytes::Bytes;

use super::path::{join, parent};
use super::{Metadata, OpenOptions, Permissions};
use crate::marker::{PlatformSend, PlatformSync};

/// How much is copied at once.
const CHUNK: usize = 256 * 1024;

/// A file system, as those who provide one see it; programs use [`FileSystem`](super::FileSystem).
///
/// # Contract
///
/// * Paths are UTF-8 with `/` between the parts.
/// * A missing path is `NotFound`.
/// * `open` finds options that make sense. It gives `NotFound` for a missing file unless it is to be
///   created, `AlreadyExists` for an existing one that has to be new, and truncates if asked to. A
///   directory is `IsADirectory`.
/// * `create_dir` creates one directory: `AlreadyExists` if there is something, `NotFound` if the
///   directory above is missing.
/// * `remove_file` refuses a directory with `IsADirectory`, `remove_dir` one that has entries with
///   `DirectoryNotEmpty`.
/// * `rename` is atomic and replaces an existing file.
/// * `read_dir` gives every entry once, without `.` and `..`.
/// * What it cannot do is `Unsupported`.
#[crate::async_trait]
pub trait Provider: fmt::Debug + PlatformSend + PlatformSync {
    /// Describes what is at `path`.
    async fn metadata(&self, path: &str) -> io::Result<Metadata>;

    /// Lists a directory: the names and what is known of them.
    async fn read_dir(&self, path: &str) -> io::Result<Vec<(String, Metadata)>>;

    /// Opens a file.
    async fn open(&self, path: &str, options: &OpenOptions) -> io::Result<Arc<dyn OpenFile>>;

    /// Creates one directory.
    async fn create_dir(&self, path: &str) -> io::Result<()>;

    /// Removes a file.
    async fn remove_file(&self, path: &str) -> io::Result<()>;

    /// Removes an empty directory.
    async fn remove_dir(&self, path: &str) -> io::Result<()>;

    /// Moves a file or directory.
    async fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Creates a directory and those above it; one that exists is fine.
    async fn create_dir_all(&self, path: &str) -> io::Result<()> {
        let mut missing = vec![path];
        while let Some(path) = missing.pop() {
            match self.create_dir(path).await {
                Err(error) if error.kind() == io::ErrorKind::NotFound => match parent(path) {
                    Some(parent) => missing.extend([path, parent]),
                    None => return Err(error),
                },
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if !self.metadata(path).await?.is_dir() {
                        return Err(error);
                    }
                }
                outcome => outcome?,
            }
        }
        Ok(())
    }

    /// Removes a directory and everything in it.
    async fn remove_dir_all(&self, path: &str) -> io::Result<()> {
        let mut directories = vec![path.to_owned()];
        let mut next = 0;
        while let Some(directory) = directories.get(next).cloned() {
            for (name, metadata) in self.read_dir(&directory).await? {
                let path = join(&directory, &name);
                if metadata.is_dir() {
                    directories.push(path);
                } else {
                    self.remove_file(&path).await?;
                }
            }
            next += 1;
        }
        for directory in directories.iter().rev() {
            self.remove_dir(directory).await?;
        }
        Ok(())
    }

    /// Copies a file over another and returns its length.
    async fn copy(&self, from: &str, to: &str) -> io::Result<u64> {
        let source = self.open(from, OpenOptions::new().read(true)).await?;
        let mut options = OpenOptions::new();
        let target = self.open(to, options.write(true).create(true).truncate(true)).await?;
        let mut copied = 0;
        loop {
            let chunk = source.read_at(copied, CHUNK).await?;
            if chunk.is_empty() {
                target.flush().await?;
                return Ok(copied);
            }
            let length = chunk.len() as u64;
            target.write_at(copied, chunk).await?;
            copied += length;
        }
    }

    /// Changes what may be done with a file.
    async fn set_permissions(&self, path: &str, permissions: Permissions) -> io::Result<()> {
        let _ = (path, permissions);
        Err(unsupported("changing permissions"))
    }

    /// Creates a symbolic link at `link`.
    async fn symlink(&self, original: &str, link: &str) -> io::Result<()> {
        let _ = (original, link);
        Err(unsupported("a symbolic link"))
    }

    /// Creates a second name for a file.
    async fn hard_link(&self, original: &str, link: &str) -> io::Result<()> {
        let _ = (original, link);
        Err(unsupported("a hard link"))
    }

    /// Returns where a symbolic link leads.
    async fn read_link(&self, path: &str) -> io::Result<String> {
        let _ = path;
        Err(unsupported("a symbolic link"))
    }
}

/// An open file, as those who provide one see it; programs use [`File`](super::File).
///
/// # Contract
///
/// * Offsets are 64-bit on every platform.
/// * `read_at` returns the bytes that exist in the range: fewer than asked for only at the end, none
///   at or past it.
/// * `write_at` past the end fills the gap with zeros.
/// * After `flush` whoever opens the file sees what was written; after `sync` it survives a crash.
/// * A future that is dropped may or may not have had its effect.
#[crate::async_trait]
pub trait OpenFile: fmt::Debug + PlatformSend + PlatformSync {
    /// Describes the file as it is now.
    async fn metadata(&self) -> io::Result<Metadata>;

    /// Reads up to `length` bytes at `offset`.
    async fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes>;

    /// Writes all of `data` at `offset`.
    async fn write_at(&self, offset: u64, data: Bytes) -> io::Result<()>;

    /// Cuts the file off or extends it with zeros.
    async fn set_len(&self, length: u64) -> io::Result<()>;

    /// Makes what was written visible to others.
    async fn flush(&self) -> io::Result<()>;

    /// Makes what was written last.
    async fn sync(&self) -> io::Result<()>;
}

/// The error of a file system that cannot do `what`.
pub(super) fn unsupported(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, format!("this file system does not offer {what}"))
}
