//! What the examples read from.

use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;

/// A file that is all there, or pretends not to be.
#[derive(Debug, Default)]
pub(crate) struct MemoryFile {
    bytes: Bytes,
    /// It is far away: nothing can be read without waiting.
    pub(crate) remote: bool,
    /// It is so at times.
    pub(crate) moody: bool,
    calls: AtomicUsize,
}

impl From<Vec<u8>> for MemoryFile {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: bytes.into(), ..Self::default() }
    }
}

#[core_async::async_trait]
impl ReadAt for MemoryFile {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
        Ok(self.bytes.slice(start..self.bytes.len().min(start + length)))
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.remote || (self.moody && call % 3 == 1) {
            return None;
        }
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
        let bytes = &self.bytes[start..];
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        Some(Ok(count))
    }
}
