//! How long a Matroska file says it is (RFC 8794 § 4, RFC 9559 § 5.1).

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::frames::fill;

/// The id of the element that everything else is in.
const SEGMENT: [u8; 4] = [0x18, 0x53, 0x80, 0x67];

/// Whether the Matroska file in `range` ends before its segment does. The demuxer does not find the
/// segment then.
pub(crate) fn is_cut(reader: &mut (impl Read + Seek), range: Range<u64>) -> io::Result<bool> {
    let mut position = range.start;
    // The header, and perhaps some padding.
    for _ in 0..4 {
        let mut bytes = [0; 12];
        reader.seek(SeekFrom::Start(position))?;
        if fill(reader, &mut bytes)? < bytes.len() {
            return Ok(true);
        }
        let id_length = bytes[0].leading_zeros() as usize + 1;
        let Some((size, length)) = bytes.get(id_length..).and_then(parse_size) else { break };
        // Without a size it reaches to the end, wherever that is.
        let Some(size) = size else { break };
        let end = (position + (id_length + length) as u64).saturating_add(size);
        if end > range.end || bytes.starts_with(&SEGMENT) {
            return Ok(end > range.end);
        }
        position = end;
    }
    Ok(false)
}

/// The size at the start of `bytes`, if it is known, and how many bytes that takes.
fn parse_size(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let digits = bytes.get(..length)?.iter().fold(0, |size, byte| (size << 8) | u64::from(*byte));
    let mask = (1_u64 << (7 * length)) - 1;
    let size = digits & mask;
    Some(((size != mask).then_some(size), length))
}
