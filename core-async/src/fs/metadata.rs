//! What is known of a file without reading it.

use std::io;

use super::provider::unsupported;
use crate::time::SystemTime;

/// What is known of a file or directory.
#[derive(Clone, Debug)]
pub struct Metadata {
    file_type: FileType,
    len: u64,
    modified: Option<SystemTime>,
}

impl Metadata {
    /// Describes a file of `len` bytes. For implementations of [`Provider`](super::Provider).
    pub fn file(len: u64) -> Self {
        Self { file_type: FileType::File, len, modified: None }
    }

    /// Describes a directory. For implementations of [`Provider`](super::Provider).
    pub fn directory() -> Self {
        Self { file_type: FileType::Directory, len: 0, modified: None }
    }

    /// Describes something that is neither, such as a device. For implementations of
    /// [`Provider`](super::Provider).
    pub fn other() -> Self {
        Self { file_type: FileType::Other, len: 0, modified: None }
    }

    /// Adds when the content last changed.
    #[must_use]
    pub fn with_modified(self, modified: SystemTime) -> Self {
        Self { modified: Some(modified), ..self }
    }

    /// Returns what it is.
    pub fn file_type(&self) -> FileType {
        self.file_type
    }

    /// Returns true for a directory.
    pub fn is_dir(&self) -> bool {
        self.file_type.is_dir()
    }

    /// Returns true for a file.
    pub fn is_file(&self) -> bool {
        self.file_type.is_file()
    }

    /// Returns true for a symbolic link, which is never the case: links are followed.
    pub fn is_symlink(&self) -> bool {
        self.file_type.is_symlink()
    }

    /// Returns the length in bytes; 0 for a directory.
    #[expect(clippy::len_without_is_empty, reason = "a directory is neither empty nor not empty")]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Returns when the content last changed.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` if the file system does not know.
    pub fn modified(&self) -> io::Result<SystemTime> {
        self.modified.ok_or_else(|| unsupported("the time of the last change"))
    }

    /// Returns what may be done with it.
    pub fn permissions(&self) -> Permissions {
        Permissions { readonly: false }
    }
}

/// What a directory entry is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FileType {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Anything else.
    Other,
}

impl FileType {
    /// Returns true for a directory.
    pub fn is_dir(&self) -> bool {
        *self == Self::Directory
    }

    /// Returns true for a file.
    pub fn is_file(&self) -> bool {
        *self == Self::File
    }

    /// Returns true for a symbolic link, which is never the case: links are followed.
    pub fn is_symlink(&self) -> bool {
        false
    }
}

/// What may be done with a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Permissions {
    readonly: bool,
}

impl Permissions {
    /// Returns true if the file may not be written.
    pub fn readonly(&self) -> bool {
        self.readonly
    }

    /// Says whether the file may not be written; takes effect with
    /// [`set_permissions`](super::set_permissions), where the file system can.
    pub fn set_readonly(&mut self, readonly: bool) {
        self.readonly = readonly;
    }
}
