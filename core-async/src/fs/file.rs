//! An open file.

use std::path::Path;
use std::sync::Arc;
use std::{fmt, io};

use bytes::Bytes;

use super::{FileSystem, Metadata, OpenFile, OpenOptions};

mod stream;

use stream::Stream;

/// An open file: a stream of bytes that can be read, written and sought, never held in memory as a
/// whole.
///
/// Written bytes are on their way when `write` returns; [`flush`](crate::io::AsyncWriteExt::flush) (or
/// `shutdown`) waits for them, tells whether that worked and makes them visible to others. A file that
/// is dropped without it finishes what was under way in a task of its own, and nobody learns how that
/// went.
///
/// # Examples
///
/// Reads a range of a file.
///
/// ```
/// use core_async::{fs, io};
/// use core_async::io::{AsyncReadExt, AsyncSeekExt};
///
/// async fn tag(path: &str) -> io::Result<[u8; 128]> {
///     let mut file = fs::File::open(path).await?;
///     file.seek(io::SeekFrom::End(-128)).await?;
///     let mut tag = [0; 128];
///     file.read_exact(&mut tag).await?;
///     Ok(tag)
/// }
/// ```
pub struct File {
    file: Arc<dyn OpenFile>,
    stream: Stream,
}

impl File {
    pub(super) fn new(file: Arc<dyn OpenFile>, append: bool) -> Self {
        Self { stream: Stream::new(Arc::clone(&file), append), file }
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// Fails like [`FileSystem::open`], and with `Unsupported` outside of a
    /// [`scope`](super::scope).
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        FileSystem::current()?.open(path).await
    }

    /// Creates a file, or empties it, and opens it for writing.
    ///
    /// # Errors
    ///
    /// Fails like [`FileSystem::create`], and with `Unsupported` outside of a
    /// [`scope`](super::scope).
    pub async fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        FileSystem::current()?.create(path).await
    }

    /// Creates a file that must not exist and opens it for reading and writing.
    ///
    /// # Errors
    ///
    /// Fails with `AlreadyExists`, like [`FileSystem::open_with`], and with `Unsupported` outside of a
    /// [`scope`](super::scope).
    pub async fn create_new(path: impl AsRef<Path>) -> io::Result<Self> {
        OpenOptions::new().read(true).write(true).create_new(true).open(path).await
    }

    /// Returns options to open a file with.
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// Describes the file as it is now.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    pub async fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata().await
    }

    /// Reads up to `length` bytes at `offset`, fewer only at the end, wherever the stream stands.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    pub async fn read_at(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        self.file.read_at(offset, length).await
    }

    /// Cuts the file off or extends it with zeros.
    ///
    /// # Errors
    ///
    /// Fails as the file system does.
    pub async fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.stream.finish().await?;
        self.file.set_len(length).await
    }

    /// Waits until everything that was written survives a crash of the machine.
    ///
    /// # Errors
    ///
    /// Fails as the file system does, or as an earlier write did.
    pub async fn sync_all(&mut self) -> io::Result<()> {
        self.stream.finish().await?;
        self.file.sync().await
    }

    /// Like [`sync_all`](Self::sync_all); what is known about the file may be written later.
    ///
    /// # Errors
    ///
    /// Fails as the file system does, or as an earlier write did.
    pub async fn sync_data(&mut self) -> io::Result<()> {
        self.sync_all().await
    }

    /// Returns how many bytes one read or write handles at most.
    pub fn max_buf_size(&self) -> usize {
        self.stream.max_buf_size
    }

    /// Sets how many bytes one read or write handles at most.
    pub fn set_max_buf_size(&mut self, max_buf_size: usize) {
        self.stream.max_buf_size = max_buf_size.max(1);
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("file", &self.file).finish_non_exhaustive()
    }
}
