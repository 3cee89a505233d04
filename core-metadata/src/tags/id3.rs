//! ID3 tags: version 2 at the start of a file or in a chunk, version 1 at its end.

use bytes::Bytes;
use lofty::file::FileType;

use super::{Found, LARGEST_COVER, LARGEST_TAG, LONGEST_FIELD, Want, interpret};
use crate::window::{Parse, Window};

/// The length of a version 1 tag.
pub(crate) const V1_LENGTH: u64 = 128;

/// How many fields of a tag are read; real ones have some of the few below, once each.
const MOST_FIELDS: usize = 64;

/// What follows the tag in an image: lofty looks for other tags relative to the end of a file.
const IMAGE_PADDING: usize = 256;

const FIELDS: [&[u8]; 14] = [
    b"TIT2", b"TPE1", b"TPE2", b"TALB", b"TRCK", b"TPOS", b"TYER", b"TDAT", b"TDRC", b"TDRL",
    b"TDOR", b"TCON", b"TCOM", b"TXXX",
];
const FIELDS_V2: [&[u8]; 9] =
    [b"TT2", b"TP1", b"TP2", b"TAL", b"TRK", b"TPA", b"TYE", b"TCO", b"TCM"];

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

/// Reads the version 2 tag at `offset`, if there is one, and the version 1 tag at the end of the
/// file if `with_v1` says so.
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
        // Where a field is there twice, the first one counts, as it does elsewhere.
        let is_there = self.frames.iter().any(|other| other.starts_with(&frame.id));
        let may_repeat = frame.id.starts_with(b"TXX");
        let fits = self.size + content.len() <= LARGEST_TAG && self.frames.len() < MOST_FIELDS;
        if fits && (!is_there || may_repeat) {
            self.size += content.len();
            self.frames.push(frame.to_bytes(self.version, content));
        }
    }

    fn finish(mut self, v1: &[u8], want: Want) -> Found {
        let has_cover = self.has_picture;
        if let Some((picture, _)) = self.picture.take() {
            self.frames.push(picture);
        }
        let image = self.image(&self.frames, v1);
        let found = interpret(image, FileType::Mpeg, want).or_else(|| {
            // One frame that makes no sense spoils all of them for lofty.
            let makes_sense = |frame: &Vec<u8>| {
                let image = self.image(std::slice::from_ref(frame), &[]);
                interpret(image, FileType::Mpeg, want).is_some()
            };
            let frames: Vec<_> = self.frames.iter().filter(|f| makes_sense(f)).cloned().collect();
            interpret(self.image(&frames, v1), FileType::Mpeg, want)
        });
        Found { has_cover, ..found.unwrap_or_default() }
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

fn collect(
    window: &mut Window,
    range: std::ops::Range<u64>,
    header: Header,
    want: Want,
) -> Parse<Collected> {
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
                let front = is_front(&window.read_up_to(content, size.min(256))?, header.version);
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

/// The header of a frame.
struct Frame {
    id: Bytes,
    flags: [u8; 2],
    header_length: u64,
    size: u64,
}

impl Frame {
    fn read(window: &mut Window, offset: u64, end: u64, version: u8) -> Parse<Option<Self>> {
        let header_length = if version == 2 { 6 } else { 10 };
        if offset.saturating_add(header_length) > end {
            return Ok(None);
        }
        let bytes = window.read_up_to(offset, if version == 2 { 6 } else { 10 })?;
        let id_length = if version == 2 { 3 } else { 4 };
        if !is_id(bytes.get(..id_length)) {
            return Ok(None);
        }
        let id = bytes.slice(..id_length);
        let (size, flags) = match (version, &bytes[id_length..]) {
            (2, &[a, b, c]) => (u64::from(u32::from_be_bytes([0, a, b, c])), [0, 0]),
            (3, &[a, b, c, d, e, f]) => (u64::from(u32::from_be_bytes([a, b, c, d])), [e, f]),
            (4, &[a, b, c, d, e, f]) => {
                (size_v4(window, offset + header_length, end, [a, b, c, d])?, [e, f])
            }
            _ => return Ok(None),
        };
        if size > end - offset - header_length {
            return Ok(None);
        }
        Ok(Some(Self { id, flags, header_length, size }))
    }

    fn to_bytes(&self, version: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(10 + content.len());
        // Version 4 has no such frame, but many files of that version do.
        let is_year = version == 4 && self.id == "TYER";
        bytes.extend_from_slice(if is_year { b"TDRC" } else { &self.id });
        let size = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
        match version {
            2 => bytes.extend_from_slice(&size[1..]),
            3 => bytes.extend_from_slice(&size),
            _ => bytes.extend_from_slice(&to_syncsafe(content.len())),
        }
        if version > 2 {
            bytes.extend_from_slice(&self.flags);
        }
        bytes.extend_from_slice(content);
        bytes
    }

    fn is_field(&self) -> bool {
        FIELDS.contains(&&self.id[..]) || FIELDS_V2.contains(&&self.id[..])
    }

    fn is_picture(&self) -> bool {
        matches!(&self.id[..], b"APIC" | b"PIC")
    }

    /// Whether the content is compressed, which is how a small file asks for much memory, or
    /// encrypted.
    fn is_opaque(&self, version: u8) -> bool {
        match version {
            3 => self.flags[1] & 0xC0 != 0,
            4 => self.flags[1] & 0x0C != 0,
            _ => false,
        }
    }
}

/// The size of a version 2.4 frame. Some programs write plain numbers where 7 bits per byte are
/// due; what follows the frame tells which it is.
fn size_v4(window: &mut Window, content: u64, end: u64, bytes: [u8; 4]) -> Parse<u64> {
    let plain = u64::from(u32::from_be_bytes(bytes));
    let due = syncsafe(bytes);
    if plain == due {
        return Ok(due);
    }
    if bytes.iter().any(|byte| *byte >= 0x80) {
        return Ok(plain);
    }
    let mut fits = |size: u64| -> Parse<bool> {
        let next = content.saturating_add(size);
        if next >= end {
            return Ok(next == end);
        }
        let id = window.read_up_to(next, 4)?;
        Ok(is_id(Some(&id)) || id.iter().all(|byte| *byte == 0))
    };
    Ok(if !fits(due)? && fits(plain)? { plain } else { due })
}

fn is_id(id: Option<&[u8]>) -> bool {
    id.is_some_and(|id| id.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
}

/// Whether a picture frame says that it is the front cover.
fn is_front(content: &[u8], version: u8) -> bool {
    let kind = if version == 2 {
        content.get(4)
    } else {
        let mime = content.iter().skip(1).position(|byte| *byte == 0);
        mime.and_then(|length| content.get(length + 2))
    };
    kind == Some(&3)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut bytes = id.to_vec();
        bytes.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(content);
        bytes
    }

    fn tag(version: u8, flags: u8, body: &[u8]) -> Window {
        let mut bytes = vec![b'I', b'D', b'3', version, 0, flags];
        bytes.extend_from_slice(&to_syncsafe(body.len()));
        bytes.extend_from_slice(body);
        Window::in_memory(bytes.into())
    }

    #[test]
    fn several_artists_stay_several() {
        let body = [frame(b"TPE1", b"\x03One\0Two"), frame(b"TRCK", b"\x033/12")].concat();
        let found = read_both(&mut tag(4, 0, &body), Want::Fields).unwrap();
        assert_eq!(found.tags.artists, ["One", "Two"]);
        assert_eq!((found.tags.track_number, found.tags.track_total), (Some(3), Some(12)));
    }

    #[test]
    fn a_frame_that_makes_no_sense_spoils_nothing_else() {
        let body = [
            frame(b"TYER", b"\0\xFE\xFF"),
            frame(b"TALB", b"\x77nonsense"),
            frame(b"TIT2", b"\0Title"),
            frame(b"TPE1", b"\0First"),
            frame(b"TPE1", b"\0Second"),
        ];
        let found = read_both(&mut tag(3, 0, &body.concat()), Want::Fields).unwrap();
        assert_eq!(found.tags.title.as_deref(), Some("Title"));
        assert_eq!(found.tags.artists, ["First"]);
        assert_eq!((found.tags.album, found.tags.year), (None, None));
    }

    #[test]
    fn numeric_genres_have_names() {
        for text in [&b"\0(17)"[..], b"\x0017"] {
            let found = read_both(&mut tag(3, 0, &frame(b"TCON", text)), Want::Fields).unwrap();
            assert_eq!(found.tags.genres, ["Rock"]);
        }
    }

    #[test]
    fn unsynchronised_tags_of_version_3_are_restored() {
        // UTF-16 with a byte order mark: FF FE becomes FF 00 FE.
        let body = frame(b"TIT2", b"\x01\xFF\xFEa\0b\0");
        let mut escaped = Vec::new();
        for byte in body {
            escaped.push(byte);
            if byte == 0xFF {
                escaped.push(0);
            }
        }
        let found = read_both(&mut tag(3, 0x80, &escaped), Want::Fields).unwrap();
        assert_eq!(found.tags.title.as_deref(), Some("ab"));
    }

    #[test]
    fn plain_sizes_in_version_4_are_understood() {
        // 200 is written as a plain number, where 7 bits per byte are due.
        let title = [&b"\x03"[..], &[b'x'; 199]].concat();
        let body = [frame(b"TIT2", &title), frame(b"TALB", b"\x03Album")].concat();
        let found = read_both(&mut tag(4, 0, &body), Want::Fields).unwrap();
        assert_eq!(found.tags.title.map(|title| title.len()), Some(199));
        assert_eq!(found.tags.album.as_deref(), Some("Album"));
    }

    #[test]
    fn compressed_and_oversized_frames_are_left_out() {
        let mut compressed = frame(b"TIT2", b"\0\0\0\x10not zlib");
        compressed[9] = 0x80;
        let body =
            [compressed, frame(b"TPE1", &vec![b'x'; 70_000]), frame(b"TALB", b"\0Album")].concat();
        let found = read_both(&mut tag(3, 0, &body), Want::Fields).unwrap();
        assert_eq!(found.tags.title, None);
        assert!(found.tags.artists.is_empty());
        assert_eq!(found.tags.album.as_deref(), Some("Album"));
    }

    #[test]
    fn the_front_cover_is_preferred() {
        let picture = |kind: u8, data: &[u8]| {
            frame(b"APIC", &[&b"\0image/png\0"[..], &[kind], b"\0", data].concat())
        };
        let body = [picture(4, b"back"), picture(3, b"front")].concat();
        let found = read_both(&mut tag(3, 0, &body), Want::Fields).unwrap();
        assert!(found.has_cover && found.cover.is_none());
        let found = read_both(&mut tag(3, 0, &body), Want::Cover).unwrap();
        assert_eq!(found.cover.as_deref(), Some(&b"front"[..]));
    }

    #[test]
    fn version_1_fills_what_version_2_lacks() {
        let mut bytes = vec![0; 512];
        let body = frame(b"TIT2", b"\0Long title");
        bytes.splice(..0, [&b"ID3\x03\0\0"[..], &to_syncsafe(body.len()), &body].concat());
        let mut v1 = b"TAG".to_vec();
        for (text, length) in [("Short", 30), ("Artist", 30), ("Album", 30), ("1999", 4), ("", 30)]
        {
            v1.extend_from_slice(text.as_bytes());
            v1.resize(v1.len() + length - text.len(), 0);
        }
        v1.push(17);
        bytes.extend_from_slice(&v1);
        let found = read_both(&mut Window::in_memory(bytes.into()), Want::Fields).unwrap();
        assert_eq!(found.tags.title.as_deref(), Some("Long title"));
        assert_eq!(found.tags.artists, ["Artist"]);
        assert_eq!(found.tags.year, Some(1999));
        assert_eq!(found.tags.genres, ["Rock"]);
    }
}
