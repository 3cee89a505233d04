//! An open file: a snapshot of its content.

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;
use core_async::task;

/// An open file. Replacing the file does not change what is read from it.
#[derive(Debug)]
pub(super) struct MemoryFile {
    content: Bytes,
    answers_now: bool,
}

impl MemoryFile {
    pub(super) fn new(content: Bytes, answers_now: bool) -> Self {
        Self { content, answers_now }
    }

    fn range(&self, offset: u64, length: usize) -> std::ops::Range<usize> {
        let total = self.content.len();
        let start = usize::try_from(offset).unwrap_or(total).min(total);
        start..start.saturating_add(length).min(total)
    }
}

#[core_async::async_trait]
impl ReadAt for MemoryFile {
    fn length(&self) -> u64 {
        self.content.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        if !self.answers_now {
            // A remote file is never there at once; callers must cope with the turn in between.
            task::yield_now().await;
        }
        Ok(self.content.slice(self.range(offset, length)))
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        if !self.answers_now {
            return None;
        }
        let bytes = &self.content[self.range(offset, buffer.len())];
        buffer[..bytes.len()].copy_from_slice(bytes);
        Some(Ok(bytes.len()))
    }
}
