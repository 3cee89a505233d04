//! ID3 tags: version 2 at the start of a file or in a chunk, version 1 at its end.

mod frame;
#[cfg(test)]
mod tests;

use std::ops::Range;

use bytes::Bytes;
use lofty::file::FileType;

use self::frame::Frame;
use super::{Found, LARGEST_COVER, LARGEST_TAG, LONGEST_FIELD, Want, interpret};
use crate::window::{Parse, Window};

/// The length of a version 1 tag.
pub(crate) const V1_LENGTH: u64 = 128;

/// How many fields of a tag are read; real ones have some of the few below, once each.
const MOST_FIELDS: usize = 64;

/// What follows the tag in an image: lofty looks for other tags relative to the end of a file.
const IMAGE_PADDING: usize = 256;

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

/// Reads the version 2 tag at `offset`, if there is one.
pub(crate) fn read(window: &mut Window, offset: u64, want: Want) -> Parse<Found> {
    match read_v2(window, offset, want)? {
        Some(tag) => Ok(tag.finish(&[], want)),
        None => Ok(Found::default()),
    }
}

/// Reads the version 2 tag at the start of the file and the version 1 tag at its end.
pub(crate) fn read_both(window: &mut Window, want: Want) -> Parse<Found> {
    let tag = read_v2(window, 0, want)?;
    let v1 =
        if has_v1(window)? { window.read(window.length() - V1_LENGTH, 128)? } else { Bytes::new() };
    if tag.is_none() && v1.is_empty() {
        return Ok(Found::default());
    }
    Ok(tag.unwrap_or_else(|| Collected::new(4, 0)).finish(&v1, want))
}

/// The frames of a tag that matter, as they will be in the image.
struct Collected {
    version: u8,
    flags: u8,
    frames: Vec<Vec<u8>>,
    size: usize,
    picture: Option<(Vec<u8>, bool)>,
    has_picture: bool,
}

impl Collected {
    fn new(version: u8, flags: u8) -> Self {
        Self { version, flags, frames: Vec::new(), size: 0, picture: None, has_picture: false }
    }

    fn push(&mut self, frame: &Frame, content: &[u8]) {
        let bytes = frame.to_bytes(self.version, content);
        let id = &bytes[..frame.id.len()];
        // Where a field is there twice, the first one counts, as it does elsewhere.
        let is_there = self.frames.iter().any(|other| other.starts_with(id));
        let may_repeat = id.starts_with(b"TXX");
        let fits = self.size + bytes.len() <= LARGEST_TAG && self.frames.len() < MOST_FIELDS;
        if fits && (!is_there || may_repeat) {
            self.size += bytes.len();
            self.frames.push(bytes);
        }
    }

    fn finish(mut self, v1: &[u8], want: Want) -> Found {
        let has_cover = self.has_picture;
        let found = if let Some((picture, _)) = self.picture.take() {
            let image = self.image(std::slice::from_ref(&picture), &[]);
            // It may be large.
            drop(picture);
            interpret(image, FileType::Mpeg, want)
        } else {
            self.interpret_fields(v1, want)
        };
        Found { has_cover, ..found.unwrap_or_default() }
    }

    fn interpret_fields(&self, v1: &[u8], want: Want) -> Option<Found> {
        interpret(self.image(&self.frames, v1), FileType::Mpeg, want).or_else(|| {
            // One frame that makes no sense spoils all of them for lofty.
            let makes_sense = |frame: &&Vec<u8>| {
                let image = self.image(std::slice::from_ref(*frame), &[]);
                interpret(image, FileType::Mpeg, want).is_some()
            };
            let frames: Vec<_> = self.frames.iter().filter(makes_sense).cloned().collect();
            interpret(self.image(&frames, v1), FileType::Mpeg, want)
        })
    }

    fn image(&self, frames: &[Vec<u8>], v1: &[u8]) -> Vec<u8> {
        let size = frames.iter().map(Vec::len).sum::<usize>();
        let mut image = Vec::with_capacity(10 + size + IMAGE_PADDING + v1.len());
        image.extend_from_slice(&[b'I', b'D', b'3', self.version, 0, self.flags]);
        image.extend_from_slice(&to_syncsafe(size));
        for frame in frames {
            image.extend_from_slice(frame);
        }
        image.resize(image.len() + IMAGE_PADDING, 0);
        image.extend_from_slice(v1);
        image
    }
}

fn read_v2(window: &mut Window, offset: u64, want: Want) -> Parse<Option<Collected>> {
    let Some(header) = Header::read(window, offset)? else { return Ok(None) };
    if !(2..=4).contains(&header.version) {
        return Ok(None);
    }
    let start = offset + 10;
    let end = (start + header.size).min(window.length());
    let unsynchronised = header.flags & 0x80 != 0;
    if unsynchronised && header.version < 4 {
        // Sizes count the bytes of the original, so the whole tag has to be restored first.
        let size = usize::try_from(end - start).unwrap_or(usize::MAX);
        let whole = window.read_up_to(start, size.min(LARGEST_COVER + LARGEST_TAG))?;
        let mut restored = Window::in_memory(synchronise(&whole));
        let end = restored.length();
        return collect(
            &mut restored,
            0..end,
            Header { flags: header.flags & 0x7F, ..header },
            want,
        )
        .map(Some);
    }
    collect(window, start..end, header, want).map(Some)
}

fn collect(window: &mut Window, range: Range<u64>, header: Header, want: Want) -> Parse<Collected> {
    // The image has neither an extended header nor a footer.
    let mut tag = Collected::new(header.version, header.flags & 0x80);
    let mut offset = range.start;
    if header.version > 2 && header.flags & 0x40 != 0 {
        let size = window.array(offset)?;
        offset += if header.version == 3 {
            4 + u64::from(u32::from_be_bytes(size))
        } else {
            syncsafe(size)
        };
    }
    while let Some(frame) = Frame::read(window, offset, range.end, header.version)? {
        let content = offset + frame.header_length;
        offset = content + frame.size;
        let Ok(size) = usize::try_from(frame.size) else { break };
        if frame.is_opaque(header.version) {
            continue;
        }
        if frame.is_picture() {
            tag.has_picture = true;
            if want == Want::Cover && size <= LARGEST_COVER {
                let front =
                    frame::is_front(&window.read_up_to(content, size.min(256))?, header.version);
                if tag.picture.as_ref().is_none_or(|(_, is_front)| front && !is_front) {
                    let bytes = window.read(content, size)?;
                    let whole = frame.to_bytes(header.version, &bytes);
                    tag.picture = Some((whole, front));
                }
            }
        } else if frame.is_field() && size <= LONGEST_FIELD && want == Want::Fields {
            let bytes = window.read(content, size)?;
            tag.push(&frame, &bytes);
        }
    }
    Ok(tag)
}

/// Undoes the unsynchronisation scheme: a zero after 0xFF is padding.
fn synchronise(bytes: &[u8]) -> Bytes {
    let mut restored = Vec::with_capacity(bytes.len());
    let mut after_ff = false;
    for byte in bytes {
        if !(after_ff && *byte == 0) {
            restored.push(*byte);
        }
        after_ff = *byte == 0xFF;
    }
    restored.into()
}

fn syncsafe([a, b, c, d]: [u8; 4]) -> u64 {
    [a, b, c, d].iter().fold(0, |value, byte| (value << 7) | u64::from(byte & 0x7F))
}

fn to_syncsafe(value: usize) -> [u8; 4] {
    let part = |shift: u32| u8::try_from((value >> shift) & 0x7F).unwrap_or(0x7F);
    [part(21), part(14), part(7), part(0)]
}
