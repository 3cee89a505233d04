//! Bounded reads at any offset, for the container parsers.
//!
//! A window starts with the pieces every file is read for anyway (its head, middle and tail, see
//! [`FileSignature`](crate::FileSignature)). Anything else is read at once where the host can do
//! that; elsewhere the parser stops with [`Stop::Missing`], the range is fetched, and the parser
//! starts again. What one file may make us read is bounded, whatever its headers claim.

use std::sync::Arc;

use bridge_traits::ReadAt;
use bytes::Bytes;

use crate::MetadataError;

/// The least that is read at once from a local file: a page of the file system.
const LOCAL_READ: u64 = 4 * 1024;

/// The least that is fetched at once where each read costs a round trip.
pub(crate) const FETCH: u64 = 64 * 1024;

/// The least that is fetched at once where each byte counts as well.
const SPARSE_FETCH: u64 = 4 * 1024;

/// Longer ranges are handed out but not kept.
const LARGEST_KEPT: usize = 1024 * 1024;

/// Why a parser stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// These bytes have to be fetched first; then the parser starts again.
    Missing { offset: u64, length: u64 },
    /// The file is not readable as audio.
    Failed(MetadataError),
}

impl Stop {
    pub(crate) fn malformed(format: &'static str, reason: &'static str) -> Self {
        Self::Failed(MetadataError::Malformed { format, reason })
    }
}

impl From<MetadataError> for Stop {
    fn from(error: MetadataError) -> Self {
        Self::Failed(error)
    }
}

/// The outcome of a parser step.
pub(crate) type Parse<T> = Result<T, Stop>;

/// A file of which some pieces are in memory.
#[derive(Debug)]
pub(crate) struct Window {
    source: Option<Arc<dyn ReadAt>>,
    length: u64,
    pieces: Vec<Piece>,
    // What may still be read besides the pieces it started with.
    budget: u64,
    // The least that is fetched at once.
    least: u64,
}

#[derive(Debug)]
struct Piece {
    offset: u64,
    bytes: Bytes,
}

impl Window {
    /// A window that may read `budget` bytes of `source`.
    pub(crate) fn new(source: Arc<dyn ReadAt>, budget: u64) -> Self {
        let length = source.length();
        Self { source: Some(source), length, pieces: Vec::new(), budget, least: FETCH }
    }

    /// A window that reads `source` in pieces as small as possible.
    pub(crate) fn sparse(source: Arc<dyn ReadAt>, budget: u64) -> Self {
        Self { least: SPARSE_FETCH, ..Self::new(source, budget) }
    }

    /// A window over bytes that are all there.
    pub(crate) fn in_memory(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        Self {
            source: None,
            length,
            pieces: vec![Piece { offset: 0, bytes }],
            budget: 0,
            least: FETCH,
        }
    }

    /// The length of the file.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// How much of one place a parser may look at to make sure of something: no more than what is
    /// fetched at once.
    pub(crate) fn glance(&self) -> u64 {
        self.least
    }

    /// Adds bytes that were read elsewhere.
    pub(crate) fn insert(&mut self, offset: u64, bytes: Bytes) {
        self.pieces.push(Piece { offset, bytes });
    }

    /// The bytes at `offset`; a file that ends before them is [`MetadataError::Truncated`].
    pub(crate) fn read(&mut self, offset: u64, length: usize) -> Parse<Bytes> {
        let bytes = self.read_up_to(offset, length)?;
        if bytes.len() < length { Err(MetadataError::Truncated.into()) } else { Ok(bytes) }
    }

    /// The `N` bytes at `offset`.
    pub(crate) fn array<const N: usize>(&mut self, offset: u64) -> Parse<[u8; N]> {
        let bytes = self.read(offset, N)?;
        <[u8; N]>::try_from(bytes.as_ref()).map_err(|_| MetadataError::Truncated.into())
    }

    /// The bytes at `offset`, fewer at the end of the file, none behind it.
    pub(crate) fn read_up_to(&mut self, offset: u64, length: usize) -> Parse<Bytes> {
        let length = self.length.saturating_sub(offset).min(length as u64);
        if length == 0 {
            return Ok(Bytes::new());
        }
        if let Some(bytes) = self.find(offset, length) {
            return Ok(bytes);
        }
        self.fetch(offset, length)
    }

    fn find(&self, offset: u64, length: u64) -> Option<Bytes> {
        self.pieces.iter().find_map(|piece| {
            let start = offset.checked_sub(piece.offset)?;
            let end = start.checked_add(length)?;
            if end > piece.bytes.len() as u64 {
                return None;
            }
            Some(piece.bytes.slice(usize::try_from(start).ok()?..usize::try_from(end).ok()?))
        })
    }

    fn fetch(&mut self, offset: u64, length: u64) -> Parse<Bytes> {
        let Some(source) = self.source.clone() else {
            return Err(MetadataError::Truncated.into());
        };
        let wanted = length.max(LOCAL_READ).min(self.length - offset);
        self.spend(wanted)?;
        let size = usize::try_from(wanted).map_err(|_| MetadataError::TooLarge)?;
        let mut buffer = vec![0; size];
        match source.read_at_now(offset, &mut buffer) {
            Some(Ok(read)) => {
                buffer.truncate(read);
                let bytes = Bytes::from(buffer);
                if bytes.len() <= LARGEST_KEPT {
                    self.insert(offset, bytes.clone());
                }
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                // Fewer bytes than the file had when it was opened: it has shrunk since.
                Ok(bytes.slice(..length.min(bytes.len())))
            }
            Some(Err(error)) => Err(MetadataError::Read(error).into()),
            None => {
                self.budget += wanted;
                if self.budget < length.max(self.least) {
                    return Err(MetadataError::TooLarge.into());
                }
                Err(Stop::Missing { offset, length })
            }
        }
    }

    /// Fetches what a parser was missing.
    pub(crate) async fn fetch_missing(
        &mut self,
        offset: u64,
        length: u64,
    ) -> Result<(), MetadataError> {
        let Some(source) = self.source.clone() else { return Err(MetadataError::Truncated) };
        let wanted = length.max(self.least).min(self.length.saturating_sub(offset));
        if self.spend(wanted).is_err() {
            return Err(MetadataError::TooLarge);
        }
        let size = usize::try_from(wanted).map_err(|_| MetadataError::TooLarge)?;
        let bytes = source.read_at(offset, size).await.map_err(MetadataError::Read)?;
        if (bytes.len() as u64) < length {
            return Err(MetadataError::Truncated);
        }
        self.insert(offset, bytes);
        Ok(())
    }

    fn spend(&mut self, amount: u64) -> Parse<()> {
        match self.budget.checked_sub(amount) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(MetadataError::TooLarge.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stop_at_the_end_and_missing_bytes_are_truncation() {
        let mut window = Window::in_memory(Bytes::from_static(b"0123456789"));
        assert_eq!(&window.read(2, 3).unwrap()[..], b"234");
        assert_eq!(&window.read_up_to(8, 100).unwrap()[..], b"89");
        assert!(window.read_up_to(10, 1).unwrap().is_empty());
        assert!(matches!(window.read(8, 3), Err(Stop::Failed(MetadataError::Truncated))));
        assert_eq!(window.array::<2>(u64::MAX).ok(), None);
    }
}
