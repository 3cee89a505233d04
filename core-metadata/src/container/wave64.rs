//! Sony Wave64: WAV with 64-bit sizes and identifiers of 16 bytes.

use std::ops::Range;

use super::numbers::{le16, le32, le64};
use super::riff::{MOST_CHUNKS, field, read_format, read_info, stream};
use super::{Parsed, is_cut};
use crate::MetadataError;
use crate::tags::{Fields, Found, LONGEST_FIELD, Want};
use crate::window::{Parse, Window};

/// How a file starts; its length comes next.
pub(super) const MAGIC: [u8; 16] = *b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0";

/// The rest of the identifiers of chunks that WAV has, too.
const WAVE: [u8; 12] = *b"\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A";

/// A list of WAV.
const LIST: [u8; 16] = *b"list\x2F\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0";

/// A list of the same items as in `INFO`, in UTF-16.
const SUMMARY: [u8; 16] = *b"\xBC\x94\x5F\x92\x5A\x52\xD2\x11\x86\xDC\0\xC0\x4F\x8E\xDB\x8A";

/// An identifier and a size, in which these bytes count.
const HEADER: u64 = 24;

pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Parsed> {
    // Behind the header of the file and the word that it is audio.
    let mut offset = 40;
    let (mut format, mut samples, mut data) = (None, None, None);
    let mut fields = Fields::default();
    for _ in 0..MOST_CHUNKS {
        let header = window.read_up_to(offset, 24)?;
        let Some((id, size)) = header.split_first_chunk::<16>().filter(|(_, size)| size.len() == 8)
        else {
            break;
        };
        let size = le64(size, 0);
        let mut length = size.saturating_sub(HEADER);
        let content = offset + HEADER;
        let range = content..content.saturating_add(length).min(window.length());
        let (name, rest) = id.split_at(4);
        match name {
            b"fmt " if rest == WAVE => format = Some(read_format(window, content, length)?),
            b"fact" if rest == WAVE && length >= 8 => {
                samples = Some(le64(&window.read_up_to(content, 8)?, 0));
            }
            b"data" if rest == WAVE && data.is_none() => {
                let available = window.length() - content;
                if size == 0 || length >= u64::MAX >> 2 {
                    // Written to a pipe: the program could not go back to fill it in.
                    length = available;
                }
                if is_cut(length, available) {
                    return Err(MetadataError::Truncated.into());
                }
                data = Some(length.min(available));
            }
            _ if want == Want::Cover => {}
            _ if *id == LIST && window.read_up_to(content, 4)?[..] == *b"INFO" => {
                fields.fill(read_info(window, range.start + 4..range.end)?);
            }
            _ if *id == SUMMARY => fields.fill(read_summary(window, range)?),
            _ => {}
        }
        // Chunks begin at multiples of eight.
        offset = content.saturating_add(length).saturating_add(7) / 8 * 8;
    }
    let (Some(format), Some(data)) = (format, data) else {
        return Err(MetadataError::Truncated.into());
    };
    let found = Found { fields, ..Found::default() };
    Ok(Parsed { stream: stream(format, samples, data)?, found })
}

/// Reads the items of a summary: a number of them, then the name, length and text of each.
fn read_summary(window: &mut Window, range: Range<u64>) -> Parse<Fields> {
    let mut fields = Fields::default();
    let mut offset = range.start.saturating_add(4);
    for _ in 0..MOST_CHUNKS {
        if offset.saturating_add(8) > range.end {
            break;
        }
        let header = window.read_up_to(offset, 8)?;
        let length = u64::from(le32(&header, 4));
        let content = offset + 8;
        offset = content + length;
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        let item = field(header.first_chunk().copied().unwrap_or_default());
        if let (Some(field), true) = (item, size <= LONGEST_FIELD && offset <= range.end) {
            fields.put(field, &text(&window.read_up_to(content, size)?));
        }
    }
    Ok(fields)
}

/// Text in UTF-16, least significant byte first.
fn text(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| le16(unit, 0)).collect();
    String::from_utf16_lossy(&units)
}
