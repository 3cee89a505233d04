//! The part of a file that holds audio, as the demuxers read it.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::SparseReader;
use symphonia::core::io::MediaSource;

use super::sniff::Layout;

/// A range of a file that looks like a whole file, perhaps with a header of our own before it or
/// some bytes of our own in it, and tells how far it was read.
pub(crate) struct Source {
    reader: SparseReader,
    layout: Layout,
    // Relative to the start of the header.
    position: u64,
    head: Arc<AtomicU64>,
}

impl Source {
    /// The part of what `reader` reads that `layout` names. `head` follows the end of the last read,
    /// counted from the start of the file.
    pub(crate) fn new(reader: SparseReader, layout: Layout, head: Arc<AtomicU64>) -> Self {
        Self { reader, layout, position: 0, head }
    }

    fn length(&self) -> u64 {
        self.present().saturating_add(self.layout.missing)
    }

    /// How much of it can be read.
    fn present(&self) -> u64 {
        let audio = self.layout.range.end.saturating_sub(self.layout.range.start);
        self.layout.header.len() as u64 + audio
    }

    /// What is left of the header that stands before the range.
    fn header(&self) -> &[u8] {
        let position = usize::try_from(self.position).unwrap_or(usize::MAX);
        self.layout.header.get(position..).unwrap_or_default()
    }

    /// Puts other bytes where the demuxer must not see those of the file. `read` is what the file
    /// has from `start` on.
    fn patch(&self, start: u64, read: &mut [u8]) {
        for (position, byte) in self.layout.patches.iter() {
            let at = position.checked_sub(start).and_then(|at| usize::try_from(at).ok());
            if let Some(shown) = at.and_then(|at| read.get_mut(at)) {
                *shown = *byte;
            }
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let header = self.header();
        if !header.is_empty() {
            let count = header.len().min(buffer.len());
            buffer[..count].copy_from_slice(&header[..count]);
            self.position += count as u64;
            return Ok(count);
        }
        let left = self.present().saturating_sub(self.position);
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let start = self.layout.range.start + self.position - self.layout.header.len() as u64;
        self.reader.seek(SeekFrom::Start(start))?;
        let read = self.reader.read(&mut buffer[..wanted])?;
        self.patch(start, &mut buffer[..read]);
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
