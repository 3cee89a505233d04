//! How a file is opened.

use std::io;
use std::path::Path;

use super::{File, FileSystem};

/// How a file is opened: for what, and what happens if it does not or does exist.
///
/// # Examples
///
/// ```
/// use core_async::{fs, io};
///
/// async fn append_line(line: &str) -> io::Result<()> {
///     use core_async::io::AsyncWriteExt;
///     let mut log = fs::OpenOptions::new().append(true).create(true).open("log.txt").await?;
///     log.write_all(line.as_bytes()).await?;
///     log.flush().await
/// }
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OpenOptions {
    read: bool,
    write: bool,
    append: bool,
    truncate: bool,
    create: bool,
    create_new: bool,
}

impl OpenOptions {
    /// Starts with everything switched off.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens for reading.
    pub fn read(&mut self, read: bool) -> &mut Self {
        self.read = read;
        self
    }

    /// Opens for writing.
    pub fn write(&mut self, write: bool) -> &mut Self {
        self.write = write;
        self
    }

    /// Opens for writing at the end.
    pub fn append(&mut self, append: bool) -> &mut Self {
        self.append = append;
        self
    }

    /// Throws the old content away.
    pub fn truncate(&mut self, truncate: bool) -> &mut Self {
        self.truncate = truncate;
        self
    }

    /// Creates the file if it is missing.
    pub fn create(&mut self, create: bool) -> &mut Self {
        self.create = create;
        self
    }

    /// Creates the file and fails if it exists.
    pub fn create_new(&mut self, create_new: bool) -> &mut Self {
        self.create_new = create_new;
        self
    }

    /// Returns true if the file will be read.
    pub fn is_read(&self) -> bool {
        self.read
    }

    /// Returns true if the file will be written.
    pub fn is_write(&self) -> bool {
        self.write || self.append
    }

    /// Returns true if every write goes to the end.
    pub fn is_append(&self) -> bool {
        self.append
    }

    /// Returns true if the old content is thrown away.
    pub fn is_truncate(&self) -> bool {
        self.truncate
    }

    /// Returns true if a missing file is created.
    pub fn is_create(&self) -> bool {
        self.create || self.create_new
    }

    /// Returns true if the file must not exist.
    pub fn is_create_new(&self) -> bool {
        self.create_new
    }

    /// Opens a file of the file system in [`scope`](super::scope).
    ///
    /// # Errors
    ///
    /// Fails with `InvalidInput` if the options contradict each other, with `NotFound` if the file is
    /// missing and not to be created, with `AlreadyExists` if it has to be new, and with `Unsupported`
    /// outside of a scope.
    pub async fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        FileSystem::current()?.open_with(path, self).await
    }

    /// Refuses what makes no sense, by the rules of the standard library.
    pub(super) fn check(&self) -> io::Result<()> {
        let refused = if !self.read && !self.is_write() {
            "neither reading nor writing is asked for"
        } else if !self.is_write() && (self.truncate || self.is_create()) {
            "a file that is not written cannot be created or truncated"
        } else if self.append && self.truncate && !self.create_new {
            "a file cannot be appended to and truncated"
        } else {
            return Ok(());
        };
        Err(io::Error::new(io::ErrorKind::InvalidInput, refused))
    }
}
