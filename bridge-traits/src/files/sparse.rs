//! Synchronous reads over an asynchronous source, for parsers that know nothing of waiting.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use core_async::marker::ThreadBound;

use super::ReadAt;
use crate::{BridgeError, ErrorKind, Result};

/// How much is kept at once, in one piece.
const BLOCK: u64 = 64 * 1024;

/// The most one wait fetches. Each wait of an operation fetches twice as much as the one before,
/// so an operation that starts again after each wait costs at most twice its last run.
const LARGEST_FETCH: u64 = 4 * 1024 * 1024;

/// A `Read + Seek` over a [`ReadAt`], for parsers of foreign bytes.
///
/// Where the source answers at once (local files), reads just work. Elsewhere a read of bytes
/// that are not here yet fails with [`io::ErrorKind::WouldBlock`]; the caller then awaits
/// [`fetch_missing`](Self::fetch_missing) and **starts its operation again**, which finds them.
/// Clones share what was read and have positions of their own.
///
/// # Examples
///
/// ```
/// # use std::{io::Read, sync::Arc};
/// # use bridge_traits::{ReadAt, Result, SparseReader};
/// async fn magic(file: Arc<dyn ReadAt>) -> Result<[u8; 4]> {
///     let reader = SparseReader::new(file, 1 << 20);
///     loop {
///         let mut magic = [0; 4];
///         match reader.clone().read_exact(&mut magic) {
///             Ok(()) => return Ok(magic),
///             Err(_) if reader.is_waiting() => reader.fetch_missing().await?,
///             Err(_) => return Err(reader.take_error("magic")),
///         }
///     }
/// }
/// ```
#[derive(Clone)]
pub struct SparseReader {
    source: Arc<ThreadBound<Arc<dyn ReadAt>>>,
    length: u64,
    position: u64,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    blocks: BTreeMap<u64, Block>,
    limit: usize,
    uses: u64,
    missing: Option<u64>,
    next_fetch: u64,
    fetched: u64,
    error: Option<BridgeError>,
}

struct Block {
    bytes: Bytes,
    last_use: u64,
}

impl SparseReader {
    /// A reader at the start of `source` that keeps at most about `limit` bytes in memory.
    pub fn new(source: Arc<dyn ReadAt>, limit: usize) -> Self {
        let length = source.length();
        let state = State { limit, next_fetch: BLOCK, ..State::default() };
        Self {
            source: Arc::new(ThreadBound::new(source)),
            length,
            position: 0,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The length of the source.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether a read failed only because its bytes have not been fetched yet.
    pub fn is_waiting(&self) -> bool {
        self.state().missing.is_some()
    }

    /// Starts a new operation: the fetch budget is full again.
    pub fn begin(&self) {
        let mut state = self.state();
        state.missing = None;
        state.error = None;
        state.next_fetch = BLOCK;
        state.fetched = 0;
    }

    /// Fetches what the last failed read was missing, and some more behind it.
    ///
    /// # Errors
    ///
    /// Fails as the source does, or with `QuotaExceeded` once one operation has asked for more
    /// than the limit given to [`new`](Self::new).
    pub async fn fetch_missing(&self) -> Result<()> {
        let (first, length) = {
            let mut state = self.state();
            let Some(first) = state.missing.take() else { return Ok(()) };
            let length = state.next_fetch.min(self.length - first * BLOCK);
            state.fetched += length;
            if state.fetched > state.limit as u64 {
                return Err(BridgeError::new(ErrorKind::QuotaExceeded, "sparse.fetch")
                    .with_detail("the parser asks for more of the file than is allowed"));
            }
            state.next_fetch = (state.next_fetch * 2).min(LARGEST_FETCH);
            (first, length)
        };
        self.fetch_blocks(first, length).await
    }

    /// Fetches what is not here yet of these bytes, in one read, for operations to come. It takes
    /// nothing from the budget of any.
    ///
    /// # Errors
    ///
    /// Fails as the source does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves everything as it was.
    pub async fn fetch(&self, bytes: Range<u64>) -> Result<()> {
        let end = bytes.end.min(self.length);
        let missing = {
            let state = self.state();
            let blocks = bytes.start / BLOCK..end.div_ceil(BLOCK);
            let mut missing = blocks.filter(|number| !state.blocks.contains_key(number));
            let first = missing.next();
            first.map(|first| (first, missing.next_back().unwrap_or(first)))
        };
        let Some((first, last)) = missing else { return Ok(()) };
        let end = ((last + 1) * BLOCK).min(self.length);
        self.fetch_blocks(first, end - first * BLOCK).await
    }

    /// Reads blocks from the source, and keeps them.
    async fn fetch_blocks(&self, first: u64, length: u64) -> Result<()> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let bytes = self.source.read_at(first * BLOCK, length).await?;
        let mut state = self.state();
        for (number, start) in (first..).zip((0..bytes.len()).step_by(to_usize(BLOCK))) {
            let end = bytes.len().min(start + to_usize(BLOCK));
            state.insert(number, bytes.slice(start..end));
        }
        Ok(())
    }

    /// The host's error behind the last failed read, or `Corrupt` if the host is not to blame.
    pub fn take_error(&self, operation: &'static str) -> BridgeError {
        let error = self.state().error.take();
        error.unwrap_or_else(|| BridgeError::new(ErrorKind::Corrupt, operation))
    }

    /// The host's error behind the last failed read, if there was one.
    pub fn host_error(&self) -> Option<BridgeError> {
        self.state().error.take()
    }

    fn block(&self, number: u64) -> io::Result<Bytes> {
        if let Some(bytes) = self.state().find(number) {
            return Ok(bytes);
        }
        let length = to_usize(BLOCK.min(self.length - number * BLOCK));
        let mut buffer = vec![0; length];
        match self.source.read_at_now(number * BLOCK, &mut buffer) {
            Some(Ok(read)) => {
                buffer.truncate(read);
                let bytes = Bytes::from(buffer);
                self.state().insert(number, bytes.clone());
                Ok(bytes)
            }
            Some(Err(error)) => {
                let message = error.to_string();
                self.state().error = Some(error);
                Err(io::Error::other(message))
            }
            None => {
                self.state().missing = Some(number);
                Err(io::ErrorKind::WouldBlock.into())
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole after every statement, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn find(&mut self, number: u64) -> Option<Bytes> {
        self.uses += 1;
        let block = self.blocks.get_mut(&number)?;
        block.last_use = self.uses;
        Some(block.bytes.clone())
    }

    fn insert(&mut self, number: u64, bytes: Bytes) {
        self.uses += 1;
        let room = (self.limit / to_usize(BLOCK)).max(2);
        while self.blocks.len() >= room {
            let oldest = self.blocks.iter().min_by_key(|(_, block)| block.last_use);
            let Some(oldest) = oldest.map(|(number, _)| *number) else { break };
            self.blocks.remove(&oldest);
        }
        self.blocks.insert(number, Block { bytes, last_use: self.uses });
    }
}

impl Read for SparseReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.position >= self.length {
            return Ok(0);
        }
        let block = self.block(self.position / BLOCK)?;
        let start = to_usize(self.position % BLOCK);
        // A file that shrank since it was opened ends here, without a made-up zero.
        let Some(available) = block.get(start..) else { return Ok(0) };
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SparseReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl fmt::Debug for SparseReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparseReader")
            .field("length", &self.length)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

/// Block sizes and offsets within a block always fit.
fn to_usize(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
