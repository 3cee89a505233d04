//! ID3 tags: version 2 at the start of a file or in a chunk, version 1 at its end.

mod frame;
mod meaning;
#[cfg(test)]
mod tests;
mod text;
mod version_1;

use std::ops::Range;

use lofty::id3::v1::GENRES;

use self::frame::Frame;
use self::meaning::Meaning;
use super::{Found, LARGEST_COVER, LARGEST_TAG, LONGEST_FIELD, LONGEST_TEXT, Want, picture};
use crate::window::{Parse, Window};

/// The length of a version 1 tag.
pub(crate) const V1_LENGTH: u64 = 128;

/// How many frames of a tag are looked at; real ones have some dozens.
const MOST_FRAMES: usize = 4096;

/// The header of a version 2 tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    version: u8,
    flags: u8,
    size: u64,
}

impl Header {
    /// The header at `offset`, if there is one.
    pub(crate) fn read(window: &mut Window, offset: u64) -> Parse<Option<Self>> {
        let bytes = window.read_up_to(offset, 10)?;
        let &[b'I', b'D', b'3', version, revision, flags, a, b, c, d] = &bytes[..] else {
            return Ok(None);
        };
        if version == 0xFF || revision == 0xFF || [a, b, c, d].iter().any(|byte| *byte >= 0x80) {
            return Ok(None);
        }
        Ok(Some(Self { version, flags, size: syncsafe([a, b, c, d]) }))
    }

    /// The length of the whole tag.
    pub(crate) fn length(self) -> u64 {
        let footer = if self.version == 4 && self.flags & 0x10 != 0 { 10 } else { 0 };
        10 + self.size + footer
    }
}

/// The end of the version 2 tags at `offset`: where the audio begins.
pub(crate) fn skip_v2(window: &mut Window, mut offset: u64) -> Parse<u64> {
    // More than a few tags in a row are no tags.
    for _ in 0..8 {
        match Header::read(window, offset)? {
            Some(header) => offset += header.length(),
            None => break,
        }
    }
    Ok(offset)
}

/// Whether a version 1 tag ends the file.
pub(crate) fn has_v1(window: &mut Window) -> Parse<bool> {
    let Some(offset) = window.length().checked_sub(V1_LENGTH) else { return Ok(false) };
    Ok(&window.read_up_to(offset, 3)?[..] == b"TAG")
}

/// The genre of this number.
pub(crate) fn genre(number: usize) -> Option<&'static str> {
    GENRES.get(number).copied()
}

/// Reads the version 2 tag at `offset`, if there is one.
pub(crate) fn read(window: &mut Window, offset: u64, want: Want) -> Parse<Found> {
    let Some(header) = Header::read(window, offset)? else { return Ok(Found::default()) };
    if !(2..=4).contains(&header.version) {
        return Ok(Found::default());
    }
    let start = offset + 10;
    let end = (start + header.size).min(window.length());
    if header.flags & 0x80 != 0 && header.version < 4 {
        // Sizes count the bytes of the original, so the whole tag has to be restored first.
        let size = usize::try_from(end - start).unwrap_or(usize::MAX);
        let whole = window.read_up_to(start, size.min(LARGEST_COVER + LARGEST_TAG))?;
        let mut restored = Window::in_memory(synchronise(&whole).into());
        let end = restored.length();
        return frames(&mut restored, 0..end, header, want);
    }
    frames(window, start..end, header, want)
}

/// Reads the version 2 tag at the start of the file and the version 1 tag at its end.
pub(crate) fn read_both(window: &mut Window, want: Want) -> Parse<Found> {
    let mut found = read(window, 0, want)?;
    if want == Want::Fields && has_v1(window)? {
        let bytes = window.read(window.length() - V1_LENGTH, 128)?;
        found.fields.fill(version_1::read(&bytes));
    }
    Ok(found)
}

fn frames(window: &mut Window, range: Range<u64>, header: Header, want: Want) -> Parse<Found> {
    let mut found = Found::default();
    let mut meaning = Meaning::default();
    // The best picture so far: where it is, and whether it is the front cover.
    let mut best: Option<(Frame, u64, bool)> = None;
    let mut offset = range.start;
    let has_extension = header.version > 2 && header.flags & 0x40 != 0;
    // Some programs set the flag and write none: then the first frame is where it would be.
    if has_extension && !frame::begins_frame(&window.read_up_to(offset, 4)?) {
        let size = window.array(offset)?;
        offset += if header.version == 3 {
            4 + u64::from(u32::from_be_bytes(size))
        } else {
            syncsafe(size)
        };
    }
    for _ in 0..MOST_FRAMES {
        let Some(frame) = Frame::read(window, offset, range.end, header.version)? else { break };
        let content = offset + frame.header_length;
        offset = content + frame.size;
        let Ok(size) = usize::try_from(frame.size) else { break };
        if frame.is_picture() {
            found.has_cover = true;
            if want == Want::Cover && size <= LARGEST_COVER {
                let start = window.read_up_to(content, size.min(256))?;
                let is_front = frame::is_front(&start, header.version);
                if best.as_ref().is_none_or(|(_, _, front)| is_front && !front) {
                    best = Some((frame, content, is_front));
                }
            }
            continue;
        }
        let Some(id) = frame.id.filter(|_| want == Want::Fields) else { continue };
        let longest =
            if matches!(&id, b"USLT" | b"SYLT" | b"TXXX") { LONGEST_TEXT } else { LONGEST_FIELD };
        if size <= longest {
            let raw = window.read(content, size)?;
            if let Some(content) = frame.content(&raw, header, longest) {
                meaning.take(id, &content);
            }
        }
    }
    if let Some((frame, offset, _)) = best {
        let raw = window.read(offset, usize::try_from(frame.size).unwrap_or(0))?;
        let content = frame.content(&raw, header, LARGEST_COVER);
        found.cover = content.and_then(|content| picture::from_frame(&content, header.version));
    }
    found.fields = meaning.finish();
    Ok(found)
}

/// Undoes the unsynchronisation scheme: a zero after 0xFF is padding.
fn synchronise(bytes: &[u8]) -> Vec<u8> {
    let mut restored = Vec::with_capacity(bytes.len());
    let mut after_ff = false;
    for byte in bytes {
        if !(after_ff && *byte == 0) {
            restored.push(*byte);
        }
        after_ff = *byte == 0xFF;
    }
    restored
}

fn syncsafe([a, b, c, d]: [u8; 4]) -> u64 {
    [a, b, c, d].iter().fold(0, |value, byte| (value << 7) | u64::from(byte & 0x7F))
}
