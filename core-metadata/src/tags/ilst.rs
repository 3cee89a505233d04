//! The tags of MP4 files: `moov/udta/meta/ilst`.

use std::ops::Range;

use lofty::file::FileType;

use super::{Found, LARGEST_COVER, LARGEST_TAG, LONGEST_FIELD, Want, interpret};
use crate::container::mp4::Boxes;
use crate::window::{Parse, Window};

const FIELDS: [[u8; 4]; 10] = [
    *b"\xA9nam",
    *b"\xA9ART",
    *b"aART",
    *b"\xA9alb",
    *b"trkn",
    *b"disk",
    *b"\xA9day",
    *b"\xA9gen",
    *b"gnre",
    *b"\xA9wrt",
];

/// Reads the `ilst` whose content lies in `range`.
pub(crate) fn read(window: &mut Window, range: Range<u64>, want: Want) -> Parse<Found> {
    let mut list = Vec::new();
    let mut has_cover = false;
    let mut boxes = Boxes::new(range);
    while let Some(item) = boxes.next(window)? {
        let is_cover = item.kind == *b"covr";
        has_cover |= is_cover;
        let wanted = match want {
            Want::Fields => FIELDS.contains(&item.kind),
            Want::Cover => is_cover && list.is_empty(),
        };
        if wanted {
            copy_item(window, item.kind, item.content, &mut list)?;
        }
    }
    if list.is_empty() {
        return Ok(Found { has_cover, ..Found::default() });
    }
    let mut found = interpret(image(list), FileType::Mp4, want).unwrap_or_default();
    found.has_cover = has_cover;
    Ok(found)
}

/// Copies an item with those of its `data` boxes that are whole.
fn copy_item(
    window: &mut Window,
    kind: [u8; 4],
    range: Range<u64>,
    list: &mut Vec<u8>,
) -> Parse<()> {
    let (longest, largest) = if kind == *b"covr" {
        // The first picture is the cover; MP4 has no kinds of pictures.
        (LARGEST_COVER, 1)
    } else {
        (LONGEST_FIELD, usize::MAX)
    };
    let mut item = Vec::new();
    let mut count = 0;
    let mut boxes = Boxes::new(range);
    while let Some(data) = boxes.next(window)? {
        let Ok(length) = usize::try_from(data.content.end - data.content.start) else { continue };
        // Type, locale, and at least one byte.
        if data.kind != *b"data" || length <= 8 || length > longest || count == largest {
            continue;
        }
        if kind != *b"covr" && list.len() + item.len() + length > LARGEST_TAG {
            break;
        }
        let content = window.read(data.content.start, length)?;
        push(&mut item, *b"data", &content);
        count += 1;
    }
    if !item.is_empty() {
        push(list, kind, &item);
    }
    Ok(())
}

fn push(image: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    push_header(image, kind, content.len());
    image.extend_from_slice(content);
}

fn push_header(image: &mut Vec<u8>, kind: [u8; 4], length: usize) {
    let length = u32::try_from(length + 8).unwrap_or(u32::MAX);
    image.extend_from_slice(&length.to_be_bytes());
    image.extend_from_slice(&kind);
}

/// A file of nothing but these items.
fn image(list: Vec<u8>) -> Vec<u8> {
    const HANDLER: &[u8] = b"\0\0\0\0\0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0";
    let meta = 4 + 8 + HANDLER.len() + 8 + list.len();
    let mut image = Vec::with_capacity(64 + meta);
    push(&mut image, *b"ftyp", b"M4A \0\0\0\0");
    push_header(&mut image, *b"moov", 16 + meta);
    push_header(&mut image, *b"udta", 8 + meta);
    push_header(&mut image, *b"meta", meta);
    image.extend_from_slice(&[0; 4]);
    push(&mut image, *b"hdlr", HANDLER);
    push(&mut image, *b"ilst", &list);
    image
}
