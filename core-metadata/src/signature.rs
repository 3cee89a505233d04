//! Partial fingerprints of files, as evidence that a moved file is the same file.

use std::fmt;

use bridge_traits::{ReadAt, Result};
use bytes::Bytes;
use serde::{Serialize, Serializer};
use xxhash_rust::xxh3::Xxh3;

/// How much of the start and of the end of a file goes in.
const EDGE: u64 = 64 * 1024;

/// How much of the middle of a file goes in.
const MIDDLE: u64 = 16 * 1024;

/// A *partial* fingerprint: xxh3-128 over the length, the first 64 KiB, 16 KiB from the middle and
/// the last 64 KiB of a file.
///
/// It is evidence and nothing more. Two files with different signatures are different; two with the
/// same one, and the same length, are very likely the same, which is enough to recognise a file that
/// was moved. It is never the hash of the file: its text form says which kind it is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FileSignature(u128);

impl FileSignature {
    /// The signature of a file.
    ///
    /// # Errors
    ///
    /// Fails as the file does.
    pub async fn of(file: &dyn ReadAt) -> Result<Self> {
        let mut pieces = Vec::new();
        for (offset, length) in Self::ranges(file.length()) {
            pieces.push(file.read_at(offset, length).await?);
        }
        Ok(Self::new(file.length(), &pieces))
    }

    /// The ranges of a file of `length` bytes that go into its signature: `(offset, length)`.
    pub(crate) fn ranges(length: u64) -> Vec<(u64, usize)> {
        if length <= 2 * EDGE + MIDDLE {
            return vec![(0, size(length))];
        }
        vec![(0, size(EDGE)), (length / 2 - MIDDLE / 2, size(MIDDLE)), (length - EDGE, size(EDGE))]
    }

    /// The signature of a file of which [`ranges`](Self::ranges) were read.
    pub(crate) fn new(length: u64, pieces: &[Bytes]) -> Self {
        let mut hasher = Xxh3::new();
        hasher.update(&length.to_le_bytes());
        for piece in pieces {
            hasher.update(piece);
        }
        Self(hasher.digest128())
    }
}

impl Serialize for FileSignature {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for FileSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partial-xxh3-128:{:032x}", self.0)
    }
}

fn size(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(content: &[u8]) -> FileSignature {
        let length = content.len() as u64;
        let pieces: Vec<Bytes> = FileSignature::ranges(length)
            .into_iter()
            .map(|(offset, length)| {
                let offset = usize::try_from(offset).unwrap();
                Bytes::copy_from_slice(&content[offset..offset + length])
            })
            .collect();
        FileSignature::new(length, &pieces)
    }

    #[test]
    fn every_declared_part_counts() {
        let content: Vec<u8> = (0..300_000_u32).map(|i| i.to_le_bytes()[0]).collect();
        let original = sign(&content);
        for at in [0, 65_535, 150_000, 234_464, 299_999] {
            let mut changed = content.clone();
            changed[at] ^= 1;
            assert_ne!(sign(&changed), original, "{at}");
        }
        assert_ne!(sign(&content[..299_999]), original);
        assert_eq!(sign(&content), original);
    }

    #[test]
    fn small_files_count_as_a_whole() {
        assert_eq!(FileSignature::ranges(147_456), [(0, 147_456)]);
        assert_eq!(FileSignature::ranges(147_457).len(), 3);
        assert_ne!(sign(b""), sign(b"\0"));
    }

    #[test]
    fn the_text_names_the_kind() {
        let text = sign(b"abc").to_string();
        assert!(text.starts_with("partial-xxh3-128:"), "{text}");
        assert_eq!(text.len(), "partial-xxh3-128:".len() + 32);
    }
}
