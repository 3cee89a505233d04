//! An open file.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;
use positioned_io::ReadAt as _;

use super::bridge_error;
use super::desktop::blocking;

const READ: &str = "files.read";

/// A file that is read at positions, by several at once.
#[derive(Clone, Debug)]
pub(super) struct LocalFile {
    file: Arc<File>,
    length: u64,
}

impl LocalFile {
    /// Opens a file. Anything else than a file, such as a named pipe, could wait for ever.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let found = std::fs::metadata(path)?;
        if found.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !found.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), length })
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read_at(offset.saturating_add(filled as u64), &mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(bridge_error(READ, error)),
            }
        }
        Ok(filled)
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
        let file = self.clone();
        blocking(READ, move || {
            let mut buffer = vec![0; length];
            let filled = file.read(offset, &mut buffer)?;
            buffer.truncate(filled);
            Ok(Bytes::from(buffer))
        })
        .await
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let length = self.available(offset, buffer.len());
        Some(self.read(offset, &mut buffer[..length]))
    }
}
