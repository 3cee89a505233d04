//! The lines of a file, read a piece at a time.

use std::sync::Arc;

use bridge_traits::{ReadAt, Result};

use super::error::BackupError;

/// How much is read at once.
const CHUNK: usize = 256 * 1024;

/// The longest line: a record with the longest lyrics is far below it.
const LONGEST_LINE: usize = 64 << 20;

/// Reads lines one after the other.
#[derive(Debug)]
pub(super) struct Lines {
    file: Arc<dyn ReadAt>,
    offset: u64,
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer.
    start: usize,
    /// The number of the last line that was read; the first is 1.
    pub(super) number: u64,
}

impl Lines {
    pub(super) fn new(file: Arc<dyn ReadAt>) -> Self {
        Self { file, offset: 0, buffer: Vec::new(), start: 0, number: 0 }
    }

    /// The next line with its end; a last line without one has none.
    pub(super) async fn next(&mut self) -> Result<Option<&[u8]>, BackupError> {
        let mut searched = self.start;
        loop {
            let found = self.buffer[searched..].iter().position(|byte| *byte == b'\n');
            if let Some(found) = found {
                let line = self.start..searched + found + 1;
                self.start = line.end;
                self.number += 1;
                return Ok(Some(&self.buffer[line]));
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            searched = self.buffer.len();
            if searched > LONGEST_LINE {
                let what = "a line is too long".to_owned();
                return Err(BackupError::Damaged { line: self.number + 1, what });
            }
            let chunk = self.file.read_at(self.offset, CHUNK).await?;
            if chunk.is_empty() {
                if self.buffer.is_empty() {
                    return Ok(None);
                }
                self.start = self.buffer.len();
                self.number += 1;
                return Ok(Some(&self.buffer));
            }
            self.offset += chunk.len() as u64;
            self.buffer.extend_from_slice(&chunk);
        }
    }
}
