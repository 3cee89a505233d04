//! What the first frame of an MP3 file says about the length of the rest.
//!
//! Encoders put a frame of silence first, with the number of frames and bytes that follow in it.
//! It is the only way to tell a file that was cut, as frames have no end mark.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::frames::fill;

/// What an MP3 file promises.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct MpegInfo {
    /// How many samples per channel its frames hold together, delay and padding included.
    pub(crate) frames: u64,
    /// Whether bytes are missing.
    pub(crate) is_cut: bool,
}

/// Reads the `Xing`, `Info` or `VBRI` header of the MPEG frames in `range`.
pub(crate) fn read_info(
    reader: &mut (impl Read + Seek),
    range: Range<u64>,
) -> io::Result<Option<MpegInfo>> {
    let mut bytes = [0; 64];
    reader.seek(SeekFrom::Start(range.start))?;
    let filled = fill(reader, &mut bytes)?;
    Ok(parse(&bytes[..filled]).map(|(frames, length)| MpegInfo {
        frames,
        is_cut: length.is_some_and(|length| length > range.end - range.start),
    }))
}

/// The samples and bytes that the first frame of a file promises.
fn parse(bytes: &[u8]) -> Option<(u64, Option<u64>)> {
    let header = u32_at(bytes, 0)?;
    let is_first_version = (header >> 19) & 3 == 3;
    let is_mono = (header >> 6) & 3 == 3;
    let side_info = match (is_first_version, is_mono) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    let per_frame = if is_first_version { 1152 } else { 576 };
    let (frames, length) = if bytes.get(36..40) == Some(b"VBRI") {
        (u32_at(bytes, 50)?, u32_at(bytes, 46))
    } else if matches!(bytes.get(4 + side_info..8 + side_info), Some(b"Xing" | b"Info")) {
        let flags = u32_at(bytes, 8 + side_info)?;
        let frames = u32_at(bytes, 12 + side_info).filter(|_| flags & 1 != 0)?;
        (frames, u32_at(bytes, 16 + side_info).filter(|_| flags & 2 != 0))
    } else {
        return None;
    };
    Some((u64::from(frames) * per_frame, length.map(u64::from)))
}

/// The big-endian number at `offset`.
fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..offset + 4)?.try_into().ok().map(u32::from_be_bytes)
}
