//! Frames: the fields of a version 2 tag.

use bytes::Bytes;

use super::{syncsafe, to_syncsafe};
use crate::window::{Parse, Window};

/// The frames that matter.
const FIELDS: [&[u8]; 14] = [
    b"TIT2", b"TPE1", b"TPE2", b"TALB", b"TRCK", b"TPOS", b"TYER", b"TDAT", b"TDRC", b"TDRL",
    b"TDOR", b"TCON", b"TCOM", b"TXXX",
];
const FIELDS_V2: [&[u8]; 9] =
    [b"TT2", b"TP1", b"TP2", b"TAL", b"TRK", b"TPA", b"TYE", b"TCO", b"TCM"];

/// The header of a frame.
pub(super) struct Frame {
    pub(super) id: Bytes,
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

    pub(super) fn to_bytes(&self, version: u8, content: &[u8]) -> Vec<u8> {
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

    pub(super) fn is_field(&self) -> bool {
        FIELDS.contains(&&self.id[..]) || FIELDS_V2.contains(&&self.id[..])
    }

    pub(super) fn is_picture(&self) -> bool {
        matches!(&self.id[..], b"APIC" | b"PIC")
    }

    /// Whether the content is compressed, which is how a small file asks for much memory, or
    /// encrypted.
    pub(super) fn is_opaque(&self, version: u8) -> bool {
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
pub(super) fn is_front(content: &[u8], version: u8) -> bool {
    let kind = if version == 2 {
        content.get(4)
    } else {
        let mime = content.iter().skip(1).position(|byte| *byte == 0);
        mime.and_then(|length| content.get(length + 2))
    };
    kind == Some(&3)
}
