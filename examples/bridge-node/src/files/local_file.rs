//! An open file.

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;

use crate::host::{File, NodeError, fs_promises};

const READ: &str = "files.read";

/// A file that is read at positions, by several at once.
#[derive(Debug)]
pub(super) struct LocalFile {
    file: File,
    length: u64,
}

impl LocalFile {
    /// Opens a file. Anything else than a file, such as a named pipe, could wait for ever.
    pub(super) async fn open(path: &str) -> Result<Self, NodeError> {
        let found = fs_promises::stat(path).await?;
        if found.is_directory() {
            return Err(NodeError::new("EISDIR", "a directory is not opened"));
        }
        if !found.is_file() {
            return Err(NodeError::new("EINVAL", "it is not a file"));
        }
        let file = File::open(path, "r", 0).await?;
        let length = file.length().await?;
        Ok(Self { file, length })
    }

    /// How much of a range existed when the file was opened.
    fn available(&self, offset: u64, length: usize) -> usize {
        let left = self.length.saturating_sub(offset);
        usize::try_from(left).map_or(length, |left| left.min(length))
    }
}

#[core_async::async_trait]
impl ReadAt for LocalFile {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let length = self.available(offset, length);
        if length == 0 {
            return Ok(Bytes::new());
        }
        self.file.read(offset, length).await.map(Bytes::from).map_err(|error| error.at(READ))
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let length = self.available(offset, buffer.len());
        Some(self.file.read_now(offset, &mut buffer[..length]).map_err(|error| error.at(READ)))
    }
}
