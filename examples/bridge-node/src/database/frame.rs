//! Entries as they are in the file: a mark, a length, checksums, and the value in postcard.

use bridge_traits::{BridgeError, ErrorKind, Result};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

/// What every entry begins with: three letters and the version of the format.
const MARK: [u8; 4] = *b"mpc\x01";

/// Mark, length of the value, checksum of the value, checksum of the three.
pub(super) const HEADER: usize = 4 + 4 + 8 + 4;

/// The largest value.
const LARGEST: usize = 1 << 30;

/// What was found at a place in the file.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Found<'a> {
    /// A whole entry: its value, and how many bytes it takes with its header.
    Entry(&'a [u8], usize),
    /// Nothing is there any more: the file ends here.
    End,
    /// An entry of a newer release.
    Newer,
    /// Something that is no whole entry.
    Damaged,
}

/// Packs a value.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let refuse = || BridgeError::new(ErrorKind::InvalidRequest, "database.encode");
    let mut bytes =
        postcard::to_extend(value, vec![0; HEADER]).map_err(|error| refuse().with_source(error))?;
    let length = bytes.len() - HEADER;
    if length > LARGEST {
        return Err(refuse().with_detail("a batch has at most 1 GiB"));
    }
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let checksum = xxh3_64(&bytes[HEADER..]);
    bytes[..4].copy_from_slice(&MARK);
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
    let head = short_checksum(&bytes[..16]);
    bytes[16..HEADER].copy_from_slice(&head);
    Ok(bytes)
}

/// What is at the beginning of `bytes`.
pub(super) fn decode(bytes: &[u8]) -> Found<'_> {
    if bytes.is_empty() {
        return Found::End;
    }
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else { return Found::Damaged };
    if header[16..] != short_checksum(&header[..16]) || header[..3] != MARK[..3] {
        return Found::Damaged;
    }
    if header[3] != MARK[3] {
        return Found::Newer;
    }
    let (length, checksum) = (&header[4..8], &header[8..16]);
    let length = length.try_into().map_or(u32::MAX, u32::from_le_bytes) as usize;
    match rest.get(..length) {
        Some(value) if xxh3_64(value).to_le_bytes() == checksum => {
            Found::Entry(value, HEADER + length)
        }
        _ => Found::Damaged,
    }
}

/// Whether there is a whole entry anywhere in `bytes`.
pub(super) fn has_entry(bytes: &[u8]) -> bool {
    let starts = bytes.windows(3).enumerate().filter(|(_, window)| *window == &MARK[..3]);
    starts.map(|(at, _)| &bytes[at..]).any(|rest| matches!(decode(rest), Found::Entry(..)))
}

fn short_checksum(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = xxh3_64(bytes).to_le_bytes();
    [a, b, c, d]
}
