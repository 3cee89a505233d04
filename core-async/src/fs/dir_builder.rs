//! How a directory is created.

use std::io;
use std::path::Path;

use super::FileSystem;

/// Creates directories, with those above them if asked to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DirBuilder {
    recursive: bool,
}

impl DirBuilder {
    /// Starts with a builder that creates one directory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says whether missing directories above are created, too, and existing ones are fine.
    pub fn recursive(&mut self, recursive: bool) -> &mut Self {
        self.recursive = recursive;
        self
    }

    /// Creates a directory of the file system in [`scope`](super::scope).
    ///
    /// # Errors
    ///
    /// Fails like [`create_dir`](super::create_dir) or, if recursive,
    /// [`create_dir_all`](super::create_dir_all).
    pub async fn create(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let files = FileSystem::current()?;
        if self.recursive { files.create_dir_all(path).await } else { files.create_dir(path).await }
    }
}
