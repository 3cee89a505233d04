//! Frames: the fields of a version 2 tag.

use std::borrow::Cow;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::{synchronise, syncsafe};
use crate::window::{Parse, Window};

/// The frames that matter, and what they were called in version 2.
const FIELDS: [([u8; 4], [u8; 3]); 28] = [
    (*b"TIT2", *b"TT2"),
    (*b"TPE1", *b"TP1"),
    (*b"TPE2", *b"TP2"),
    (*b"TALB", *b"TAL"),
    (*b"TRCK", *b"TRK"),
    (*b"TPOS", *b"TPA"),
    (*b"TYER", *b"TYE"),
    (*b"TDAT", *b"TDA"),
    (*b"TDRC", *b"   "),
    (*b"TDRL", *b"   "),
    (*b"TDOR", *b"   "),
    (*b"TORY", *b"TOR"),
    (*b"TCON", *b"TCO"),
    (*b"TCOM", *b"TCM"),
    (*b"TSOT", *b"TST"),
    (*b"TSOP", *b"TSP"),
    (*b"TSOA", *b"TSA"),
    (*b"TSO2", *b"TS2"),
    (*b"TCMP", *b"TCP"),
    (*b"TSST", *b"   "),
    (*b"TPUB", *b"TPB"),
    (*b"TSRC", *b"TRC"),
    (*b"TBPM", *b"TBP"),
    (*b"TXXX", *b"TXX"),
    (*b"COMM", *b"COM"),
    (*b"USLT", *b"ULT"),
    (*b"SYLT", *b"SLT"),
    (*b"UFID", *b"UFI"),
];

/// A volume adjustment; version 2 had another layout for it.
const VOLUME: [u8; 4] = *b"RVA2";

/// How much larger than in the file the content of a frame may become. Text does not shrink more.
const MOST_INFLATION: usize = 64;

/// The header of a frame.
pub(super) struct Frame {
    /// As in versions 3 and 4, if it matters.
    pub(super) id: Option<[u8; 4]>,
    is_picture: bool,
    flags: [u8; 2],
    pub(super) header_length: u64,
    pub(super) size: u64,
}

impl Frame {
    pub(super) fn read(
        window: &mut Window,
        offset: u64,
        end: u64,
        version: u8,
    ) -> Parse<Option<Self>> {
        let header_length = if version == 2 { 6 } else { 10 };
        if offset.saturating_add(header_length) > end {
            return Ok(None);
        }
        let bytes = window.read_up_to(offset, if version == 2 { 6 } else { 10 })?;
        let id_length = if version == 2 { 3 } else { 4 };
        if !is_id(bytes.get(..id_length)) {
            return Ok(None);
        }
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
        let name = &bytes[..id_length];
        let id = match name {
            [b'R', b'V', b'A', b'2'] => Some(VOLUME),
            name => FIELDS.iter().find(|(id, old)| id == name || old == name).map(|(id, _)| *id),
        };
        let is_picture = matches!(name, b"APIC" | b"PIC");
        Ok(Some(Self { id, is_picture, flags, header_length, size }))
    }

    pub(super) fn is_picture(&self) -> bool {
        self.is_picture
    }

    /// What the frame holds, of which `raw` is in the file. Nothing if it is encrypted, damaged, or
    /// inflates to more than `longest` or unreasonably many bytes.
    pub(super) fn content<'a>(
        &self,
        raw: &'a [u8],
        tag: super::Header,
        longest: usize,
    ) -> Option<Cow<'a, [u8]>> {
        let flags = self.flags[1];
        let (grouped, compressed, encrypted, unsynchronised, has_length) = match tag.version {
            3 => (flags & 0x20, flags & 0x80, flags & 0x40, 0, 0),
            4 => (flags & 0x40, flags & 8, flags & 4, flags & 2 | tag.flags & 0x80, flags & 1),
            _ => (0, 0, 0, 0, 0),
        };
        if encrypted != 0 {
            return None;
        }
        let mut content = Cow::Borrowed(raw);
        if tag.version == 3 && compressed != 0 {
            content = Cow::Borrowed(raw.get(4..)?);
        }
        if grouped != 0 {
            content = Cow::Owned(content.get(1..)?.to_vec());
        }
        if tag.version == 4 && (has_length != 0 || compressed != 0) {
            content = Cow::Owned(content.get(4..)?.to_vec());
        }
        if unsynchronised != 0 {
            content = Cow::Owned(synchronise(&content));
        }
        if compressed != 0 {
            let limit = longest.min(content.len().saturating_mul(MOST_INFLATION));
            content = Cow::Owned(decompress_to_vec_zlib_with_limit(&content, limit).ok()?);
        }
        Some(content)
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

/// Whether a frame of version 3 or 4 begins with `bytes`: as a number they are hundreds of megabytes.
pub(super) fn begins_frame(bytes: &[u8]) -> bool {
    bytes.len() == 4 && is_id(Some(bytes))
}

fn is_id(id: Option<&[u8]>) -> bool {
    id.is_some_and(|id| id.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
}

/// Whether a picture frame says that it is the front cover.
pub(super) fn is_front(content: &[u8], version: u8) -> bool {
    let kind = if version == 2 {
        content.get(4)
    } else {
        let mime = content.iter().skip(1).position(|byte| *byte == 0);
        mime.and_then(|length| content.get(length + 2))
    };
    kind == Some(&3)
}
