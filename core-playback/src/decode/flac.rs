//! What a FLAC file says of itself that its demuxer must not believe.
//!
//! The demuxer refuses every frame that does not fit the sizes of blocks in the stream description,
//! and adds up whatever a seek table says. So it is shown other bytes in those places; the file
//! itself stays as it is.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::frames::fill;

/// The most metadata blocks that are looked at.
const MOST_BLOCKS: usize = 128;

/// The most seek tables that are hidden; a file may have one.
const MOST_TABLES: usize = 16;

/// The types of metadata blocks that matter, and one that nobody looks into.
const STREAM_INFO: u8 = 0;
const PADDING: u8 = 1;
const SEEK_TABLE: u8 = 3;

/// The longest header of a frame (RFC 9639 § 9.1).
const LONGEST_HEADER: usize = 16;

/// The shortest block that a stream description may name.
const SHORTEST_BLOCK: u16 = 16;

/// A byte that is read as another: its position in the file, and what to see there.
pub(crate) type Patch = (u64, u8);

/// What must be seen differently in the FLAC file that starts at `start`.
pub(crate) fn find_patches(
    reader: &mut (impl Read + Seek),
    start: u64,
) -> io::Result<Arc<[Patch]>> {
    let mut patches = Vec::new();
    let mut sizes = None;
    let mut position = start + 4;
    for _ in 0..MOST_BLOCKS {
        let Some(header) = read_array::<4>(reader, position)? else { break };
        let content = position + 4;
        match header[0] & 0x7f {
            STREAM_INFO if sizes.is_none() => {
                sizes = read_array::<4>(reader, content)?.map(|sizes| (content, sizes));
            }
            // The demuxer finds its way at least as well without.
            SEEK_TABLE if patches.len() < MOST_TABLES => {
                patches.push((position, (header[0] & 0x80) | PADDING));
            }
            _ => {}
        }
        position = content + u64::from(u32::from_be_bytes([0, header[1], header[2], header[3]]));
        if header[0] & 0x80 != 0 {
            if let Some((at, sizes)) = sizes {
                patches.extend(block_sizes(reader, at, sizes, position)?);
            }
            break;
        }
    }
    Ok(patches.into())
}

/// Makes the smallest block as large as the largest where all but the last are of one size.
///
/// The smallest block is that without the last one (RFC 9639 § 8.2), but some encoders count it.
/// Whether the size is fixed stands in the header of every frame.
fn block_sizes(
    reader: &mut (impl Read + Seek),
    at: u64,
    sizes: [u8; 4],
    first_frame: u64,
) -> io::Result<Vec<Patch>> {
    if sizes[..2] == sizes[2..] {
        return Ok(Vec::new());
    }
    let mut header = [0; LONGEST_HEADER];
    reader.seek(SeekFrom::Start(first_frame))?;
    let filled = fill(reader, &mut header)?;
    let size = fixed_block_size(&header[..filled]).filter(|size| *size >= SHORTEST_BLOCK);
    let truth = size.map(|size| [size.to_be_bytes(), size.to_be_bytes()].concat());
    Ok((at..).zip(truth.unwrap_or_default()).collect())
}

/// The size of the block that a frame header describes, if that is the size of all (RFC 9639 § 9.1).
fn fixed_block_size(header: &[u8]) -> Option<u16> {
    // The last bit of the second byte is the blocking strategy.
    let &[0xff, 0xf8, codes, form, number, ..] = header else { return None };
    let number = match number.leading_ones() {
        0 => 1,
        length @ 2..=6 => length as usize,
        _ => return None,
    };
    let rate = match codes & 15 {
        12 => 1,
        13 | 14 => 2,
        15 => return None,
        _ => 0,
    };
    let at = 4 + number;
    let (size, length) = match codes >> 4 {
        0 => return None,
        1 => (192, 0),
        code @ 2..=5 => (144 << code, 0),
        6 => (u16::from(*header.get(at)?) + 1, 1),
        7 => (u16::from_be_bytes([*header.get(at)?, *header.get(at + 1)?]).checked_add(1)?, 2),
        code => (1 << code, 0),
    };
    let end = at + length + rate;
    // A reserved bit, and the checksum: what only looks like a frame proves nothing.
    let is_frame = form & 1 == 0 && checksum(header.get(..end)?) == *header.get(end)?;
    is_frame.then_some(size)
}

/// The checksum of a frame header (RFC 9639 § 9.1.8).
fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ byte, |sum, _| if sum & 0x80 == 0 { sum << 1 } else { (sum << 1) ^ 7 })
    })
}

/// The bytes at `position`, unless the file ends before.
fn read_array<const N: usize>(
    reader: &mut (impl Read + Seek),
    position: u64,
) -> io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    reader.seek(SeekFrom::Start(position))?;
    let filled = fill(reader, &mut bytes)?;
    Ok((filled == N).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codes: u8, rest: &[u8], expected: Option<u16>) {
        let mut header = [&[0xff, 0xf8, codes, 0x08][..], rest].concat();
        header.push(checksum(&header));
        assert_eq!(fixed_block_size(&header), expected, "{codes:x}");
        // Damaged in any place, it proves nothing.
        for at in 0..header.len() {
            let mut damaged = header.clone();
            damaged[at] ^= 1;
            assert_eq!(fixed_block_size(&damaged), None, "{codes:x} at {at}");
            assert_eq!(fixed_block_size(&header[..at]), None, "{codes:x} up to {at}");
        }
    }

    #[test]
    fn checksums_are_those_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xf4);
    }

    #[test]
    fn every_form_of_a_block_size_is_read() {
        check(0x10, &[0], Some(192));
        check(0x20, &[0], Some(576));
        check(0x59, &[5], Some(4608));
        check(0x80, &[0], Some(256));
        check(0xc9, &[0xc2, 0x80], Some(4096));
        check(0xf0, &[0], Some(32_768));
        check(0x60, &[0, 99], Some(100));
        check(0x7c, &[0, 0x04, 0xff, 48], Some(1280));
        check(0x7d, &[0, 0x27, 0x0f, 0, 48], Some(10_000));
        check(0x70, &[0, 0xff, 0xff], None);
        check(0x00, &[0], None);
        check(0xcf, &[0], None);
        check(0xc9, &[0x80], None);
    }
}
