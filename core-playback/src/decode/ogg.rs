//! What the pages of an Ogg file say beyond what the demuxer reads from them (RFC 3533 § 6).

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::frames::fill;

/// The largest page there can be: its header, a full table and full segments.
const LARGEST_PAGE: u64 = 27 + 255 + 255 * 255;

/// What the end of a file says about the length of its track.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tail {
    /// Nothing.
    Silent,
    /// The track ends at this time stamp. Broken files mark several pages as the last.
    End(i64),
    /// Another stream comes last, so the audio may go on behind the end of the first one.
    OtherStream,
}

/// Time stamps that are too small from some packet on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Shift {
    /// How many packets come before.
    pub(crate) packets: usize,
    /// By how much they are too small.
    pub(crate) by: i64,
    /// The first time stamp that is.
    pub(crate) from: i64,
}

/// The serial number and end time stamp of the last Ogg page (RFC 3533 § 6) in `range`.
pub(crate) fn last_page(
    reader: &mut (impl Read + Seek),
    range: Range<u64>,
) -> io::Result<Option<(u32, i64)>> {
    let start = range.end.saturating_sub(LARGEST_PAGE).max(range.start);
    reader.seek(SeekFrom::Start(start))?;
    let mut bytes = vec![0; usize::try_from(range.end - start).unwrap_or(0)];
    let filled = fill(reader, &mut bytes)?;
    let page = bytes[..filled].windows(18).rev().find(|page| page.starts_with(b"OggS\0"));
    Ok(page.map(|page| {
        let (mut end, mut serial) = ([0; 8], [0; 4]);
        end.copy_from_slice(&page[6..14]);
        serial.copy_from_slice(&page[14..18]);
        (u32::from_le_bytes(serial), i64::from_le_bytes(end))
    }))
}

/// The start of a page at the end of an Ogg file that is not whole (RFC 3533 § 6), or the end. The
/// demuxer would refuse the whole file because of it.
pub(crate) fn skip_cut_page(reader: &mut (impl Read + Seek), range: Range<u64>) -> io::Result<u64> {
    let start = range.end.saturating_sub(LARGEST_PAGE).max(range.start);
    let mut bytes = vec![0; usize::try_from(range.end - start).unwrap_or(0)];
    reader.seek(SeekFrom::Start(start))?;
    let filled = fill(reader, &mut bytes)?;
    let is_page = |window: &[u8]| window.starts_with(b"OggS\0");
    let Some(last) = bytes[..filled].windows(5).rposition(is_page) else { return Ok(range.end) };
    let page = &bytes[last..filled];
    let segments = page.get(26).map_or(0, |count| usize::from(*count));
    let is_whole = page.get(27..27 + segments).is_some_and(|table| {
        let body: usize = table.iter().map(|size| usize::from(*size)).sum();
        page.len() >= 27 + segments + body
    });
    Ok(if is_whole { range.end } else { start + last as u64 })
}
