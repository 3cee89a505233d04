//! The part of a file that holds audio, as the demuxers read it.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::SparseReader;
use symphonia::core::io::MediaSource;

/// A range of a file that looks like a whole file, and tells how far it was read.
pub(crate) struct Source {
    reader: SparseReader,
    range: Range<u64>,
    // Relative to the start of the range.
    position: u64,
    head: Arc<AtomicU64>,
}

impl Source {
    /// The `range` of what `reader` reads. `head` follows the end of the last read, counted from
    /// the start of the file.
    pub(crate) fn new(reader: SparseReader, range: Range<u64>, head: Arc<AtomicU64>) -> Self {
        Self { reader, range, position: 0, head }
    }

    fn length(&self) -> u64 {
        self.range.end.saturating_sub(self.range.start)
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length().saturating_sub(self.position);
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let start = self.range.start + self.position;
        self.reader.seek(SeekFrom::Start(start))?;
        let read = self.reader.read(&mut buffer[..wanted])?;
        self.position += read as u64;
        self.head.store(start + read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        // A position past the end would overflow in `read`, and no demuxer needs one.
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?.min(self.length());
        Ok(self.position)
    }
}

impl MediaSource for Source {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length())
    }
}
