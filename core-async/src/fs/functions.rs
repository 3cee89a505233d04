//! The functions of [`fs`](super): those of [`FileSystem`], on the file system of the task.

use std::io;
use std::path::{Path, PathBuf};

use super::{FileSystem, Metadata, Permissions, ReadDir};

/// Reads a whole file.
///
/// # Errors
///
/// Fails like [`FileSystem::read`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn read(path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
    FileSystem::current()?.read(path).await
}

/// Reads a whole file that is UTF-8.
///
/// # Errors
///
/// Fails like [`FileSystem::read_to_string`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn read_to_string(path: impl AsRef<Path>) -> io::Result<String> {
    FileSystem::current()?.read_to_string(path).await
}

/// Replaces the content of a file, creating it if need be.
///
/// # Errors
///
/// Fails like [`FileSystem::write`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn write(path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> io::Result<()> {
    FileSystem::current()?.write(path, content).await
}

/// Describes what is at `path`.
///
/// # Errors
///
/// Fails like [`FileSystem::metadata`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    FileSystem::current()?.metadata(path).await
}

/// Describes what is at `path`; as links are followed, the same as [`metadata`].
///
/// # Errors
///
/// Fails like [`FileSystem::metadata`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn symlink_metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    FileSystem::current()?.metadata(path).await
}

/// Returns whether there is something at `path`.
///
/// # Errors
///
/// Fails like [`FileSystem::try_exists`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn try_exists(path: impl AsRef<Path>) -> io::Result<bool> {
    FileSystem::current()?.try_exists(path).await
}

/// Lists a directory.
///
/// # Errors
///
/// Fails like [`FileSystem::read_dir`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn read_dir(path: impl AsRef<Path>) -> io::Result<ReadDir> {
    FileSystem::current()?.read_dir(path).await
}

/// Creates one directory.
///
/// # Errors
///
/// Fails like [`FileSystem::create_dir`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn create_dir(path: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.create_dir(path).await
}

/// Creates a directory and those above it; one that exists is fine.
///
/// # Errors
///
/// Fails like [`FileSystem::create_dir_all`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn create_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.create_dir_all(path).await
}

/// Removes a file.
///
/// # Errors
///
/// Fails like [`FileSystem::remove_file`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn remove_file(path: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.remove_file(path).await
}

/// Removes an empty directory.
///
/// # Errors
///
/// Fails like [`FileSystem::remove_dir`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn remove_dir(path: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.remove_dir(path).await
}

/// Removes a directory and everything in it.
///
/// # Errors
///
/// Fails like [`FileSystem::remove_dir_all`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn remove_dir_all(path: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.remove_dir_all(path).await
}

/// Moves a file or directory, replacing an existing file.
///
/// # Errors
///
/// Fails like [`FileSystem::rename`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.rename(from, to).await
}

/// Copies a file, replacing an existing one, and returns its length.
///
/// # Errors
///
/// Fails like [`FileSystem::copy`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<u64> {
    FileSystem::current()?.copy(from, to).await
}

/// Changes what may be done with a file.
///
/// # Errors
///
/// Fails like [`FileSystem::set_permissions`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn set_permissions(path: impl AsRef<Path>, permissions: Permissions) -> io::Result<()> {
    FileSystem::current()?.set_permissions(path, permissions).await
}

/// Creates a symbolic link at `link`.
///
/// # Errors
///
/// Fails like [`FileSystem::symlink`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn symlink(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.symlink(original, link).await
}

/// Creates a second name for a file.
///
/// # Errors
///
/// Fails like [`FileSystem::hard_link`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn hard_link(original: impl AsRef<Path>, link: impl AsRef<Path>) -> io::Result<()> {
    FileSystem::current()?.hard_link(original, link).await
}

/// Returns where a symbolic link leads.
///
/// # Errors
///
/// Fails like [`FileSystem::read_link`], and with `Unsupported` outside of a [`scope`](super::scope).
pub async fn read_link(path: impl AsRef<Path>) -> io::Result<PathBuf> {
    FileSystem::current()?.read_link(path).await
}
