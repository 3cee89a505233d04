//! A file system that a core was given.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::path::to_str;
use super::{File, Metadata, OpenOptions, Permissions, Provider, ReadDir, scope};

/// How much is read at once.
const CHUNK: usize = 1024 * 1024;

/// A file system that a core was given. Clones are the same file system.
#[derive(Clone, Debug)]
pub struct FileSystem {
    provider: Arc<dyn Provider>,
}

impl FileSystem {
    /// Makes a file system out of what `provider` can do.
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Self { provider }
    }

    /// Returns the file system of this task; see [`scope`](super::scope).
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` if the task has none.
    pub fn current() -> io::Result<Self> {
        scope::current()
    }

    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, or as the file system does.
    pub async fn read(&self, path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        let file =
            self.provider.open(&to_str(path.as_ref())?, OpenOptions::new().read(true)).await?;
        let mut content = Vec::new();
        loop {
            let chunk = file.read_at(content.len() as u64, CHUNK).await?;
            if chunk.is_empty() {
                return Ok(content);
            }
            content.extend_from_slice(&chunk);
        }
    }

    /// Reads a whole file that is UTF-8.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidData` if it is not, with `NotFound`, or as the file system does.
    pub async fn read_to_string(&self, path: impl AsRef<Path>) -> io::Result<String> {
        let content = self.read(path).await?;
        String::from_utf8(content)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the file is not valid UTF-8"))
    }

    /// Replaces the content of a file, creating it if need be.
    ///
    /// # Errors
    ///
    /// Fails as the file system does, for example with `StorageFull` or `QuotaExceeded`.
    pub async fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let content = Bytes::copy_from_slice(content.as_ref());
        let file = self.provider.open(&to_str(path.as_ref())?, &options).await?;
        if !content.is_empty() {
            file.write_at(0, content).await?;
        }
        file.flush().await
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, or as the file system does.
    pub async fn open(&self, path: impl AsRef<Path>) -> io::Result<File> {
        self.open_with(path, OpenOptions::new().read(true)).await
    }

    /// Creates a file, or empties it, and opens it for writing.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    pub async fn create(&self, path: impl AsRef<Path>) -> io::Result<File> {
        self.open_with(path, OpenOptions::new().write(true).create(true).truncate(true)).await
    }

    /// Opens a file as `options` say.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidInput` if the options contradict each other, with `NotFound` if the file is
    /// missing and not to be created, with `AlreadyExists` if it has to be new.
    pub async fn open_with(
        &self,
        path: impl AsRef<Path>,
        options: &OpenOptions,
    ) -> io::Result<File> {
        options.check()?;
        let file = self.provider.open(&to_str(path.as_ref())?, options).await?;
        Ok(File::new(file, options.is_append()))
    }

    /// Describes what is at `path`.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, or as the file system does.
    pub async fn metadata(&self, path: impl AsRef<Path>) -> io::Result<Metadata> {
        self.provider.metadata(&to_str(path.as_ref())?).await
    }

    /// Returns whether there is something at `path`.
    ///
    /// # Errors
    ///
    /// Fails if the file system cannot tell.
    pub async fn try_exists(&self, path: impl AsRef<Path>) -> io::Result<bool> {
        match self.metadata(path).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lists a directory.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, `NotADirectory`, or as the file system does.
    pub async fn read_dir(&self, path: impl AsRef<Path>) -> io::Result<ReadDir> {
        let path = path.as_ref();
        let entries = self.provider.read_dir(&to_str(path)?).await?;
        Ok(ReadDir::new(path.to_owned(), entries))
    }

    /// Creates one directory.
    ///
    /// # Errors
    ///
    /// Fails with `AlreadyExists`, with `NotFound` if the directory above is missing, or as the file
    /// system does.
    pub async fn create_dir(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.provider.create_dir(&to_str(path.as_ref())?).await
    }

    /// Creates a directory and those above it; one that exists is fine.
    ///
    /// # Errors
    ///
    /// Fails with `AlreadyExists` if a file is in the way, or as the file system does.
    pub async fn create_dir_all(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.provider.create_dir_all(&to_str(path.as_ref())?).await
    }

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, `IsADirectory`, or as the file system does.
    pub async fn remove_file(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.provider.remove_file(&to_str(path.as_ref())?).await
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    ///
    /// Fails with `DirectoryNotEmpty`, `NotFound`, or as the file system does.
    pub async fn remove_dir(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.provider.remove_dir(&to_str(path.as_ref())?).await
    }

    /// Removes a directory and everything in it.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, or as the file system does; some entries may be gone then.
    pub async fn remove_dir_all(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.provider.remove_dir_all(&to_str(path.as_ref())?).await
    }

    /// Moves a file or directory, replacing an existing file.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, or as the file system does.
    pub async fn rename(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        self.provider.rename(&to_str(from.as_ref())?, &to_str(to.as_ref())?).await
    }

    /// Copies a file, replacing an existing one, and returns its length.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound`, or as the file system does.
    pub async fn copy(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<u64> {
        self.provider.copy(&to_str(from.as_ref())?, &to_str(to.as_ref())?).await
    }

    /// Changes what may be done with a file.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` where there are no permissions, or as the file system does.
    pub async fn set_permissions(
        &self,
        path: impl AsRef<Path>,
        permissions: Permissions,
    ) -> io::Result<()> {
        self.provider.set_permissions(&to_str(path.as_ref())?, permissions).await
    }

    /// Creates a symbolic link at `link`.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` where there are no links, or as the file system does.
    pub async fn symlink(
        &self,
        original: impl AsRef<Path>,
        link: impl AsRef<Path>,
    ) -> io::Result<()> {
        self.provider.symlink(&to_str(original.as_ref())?, &to_str(link.as_ref())?).await
    }

    /// Creates a second name for a file.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` where there are no links, or as the file system does.
    pub async fn hard_link(
        &self,
        original: impl AsRef<Path>,
        link: impl AsRef<Path>,
    ) -> io::Result<()> {
        self.provider.hard_link(&to_str(original.as_ref())?, &to_str(link.as_ref())?).await
    }

    /// Returns where a symbolic link leads.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` where there are no links, or as the file system does.
    pub async fn read_link(&self, path: impl AsRef<Path>) -> io::Result<PathBuf> {
        self.provider.read_link(&to_str(path.as_ref())?).await.map(PathBuf::from)
    }
}
