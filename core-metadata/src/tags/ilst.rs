//! The tags of MP4 files: `moov/udta/meta/ilst`.

use std::ops::Range;

use bytes::Bytes;

use super::{Field, Fields, Found, LARGEST_COVER, Want, id3};
use crate::container::mp4::{BoxRange, Boxes};
use crate::window::{Parse, Window};

/// The type of a value in UTF-16.
const UTF_16: u32 = 2;

/// What an item that has its own name is about.
fn field(kind: [u8; 4]) -> Option<Field> {
    Some(match &kind {
        b"\xA9nam" => Field::Title,
        b"\xA9ART" => Field::Artist,
        b"aART" => Field::AlbumArtist,
        b"\xA9alb" => Field::Album,
        b"trkn" => Field::TrackNumber,
        b"disk" => Field::DiscNumber,
        b"\xA9day" => Field::Date,
        b"\xA9gen" | b"gnre" => Field::Genre,
        b"\xA9wrt" => Field::Composer,
        b"\xA9cmt" => Field::Comment,
        b"\xA9lyr" => Field::Lyrics,
        b"sonm" => Field::TitleSort,
        b"soar" => Field::ArtistSort,
        b"soal" => Field::AlbumSort,
        b"soaa" => Field::AlbumArtistSort,
        b"cpil" => Field::Compilation,
        b"tmpo" => Field::Bpm,
        _ => return None,
    })
}

/// Reads the `ilst` whose content lies in `range`.
pub(crate) fn read(window: &mut Window, range: Range<u64>, want: Want) -> Parse<Found> {
    let mut found = Found::default();
    // What has a name of its own is trusted more.
    let mut free = Fields::default();
    let mut boxes = Boxes::new(range);
    while let Some(item) = boxes.next(window)? {
        if item.kind == *b"covr" {
            found.has_cover = true;
            if want == Want::Cover && found.cover.is_none() {
                // The first picture is the cover; MP4 has no kinds of pictures.
                let value = Values::new(item.content).next(window, LARGEST_COVER)?;
                found.cover = value.map(|(_, content)| content.to_vec());
            }
            continue;
        }
        if want == Want::Cover {
            continue;
        }
        if item.kind == *b"----" {
            read_free_form(window, item.content, &mut free)?;
        } else if let Some(field) = field(item.kind) {
            let mut values = Values::new(item.content);
            while let Some((kind, content)) = values.next(window, field.longest())? {
                put(&mut found.fields, item.kind, field, kind, &content);
            }
        }
    }
    found.fields.fill(free);
    Ok(found)
}

fn put(fields: &mut Fields, item: [u8; 4], field: Field, kind: u32, content: &[u8]) {
    let pair = |at: usize| match content.get(at..at + 2) {
        Some(&[a, b]) => u16::from_be_bytes([a, b]),
        _ => 0,
    };
    match &item {
        b"trkn" | b"disk" => {
            let total = if item == *b"trkn" { Field::TrackTotal } else { Field::DiscTotal };
            for (field, number) in [(field, pair(2)), (total, pair(4))] {
                if number > 0 {
                    fields.put(field, &number.to_string());
                }
            }
        }
        b"gnre" => {
            // Numbered as in ID3, but from 1.
            if let Some(genre) = pair(0).checked_sub(1).and_then(|number| id3::genre(number.into()))
            {
                fields.put(field, genre);
            }
        }
        b"cpil" | b"tmpo" => {
            let number = content.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
            fields.put(field, &number.to_string());
        }
        _ => fields.put(field, &text(kind, content)),
    }
}

/// An item of any name: who made it up, the name, and values.
fn read_free_form(window: &mut Window, range: Range<u64>, fields: &mut Fields) -> Parse<()> {
    let mut boxes = Boxes::new(range.clone());
    let Some(name) = boxes.find(window, *b"name")? else { return Ok(()) };
    // Version and flags come before it.
    let length = usize::try_from(name.length()).unwrap_or(usize::MAX).min(64);
    let name = window.read_up_to(name.content.start, length)?;
    let name = name.get(4..).and_then(|name| std::str::from_utf8(name).ok());
    let Some(field) = name.and_then(Field::of) else { return Ok(()) };
    let mut values = Values::new(range);
    while let Some((kind, content)) = values.next(window, field.longest())? {
        fields.put(field, &text(kind, &content));
    }
    Ok(())
}

fn text(kind: u32, content: &[u8]) -> String {
    if kind != UTF_16 {
        return String::from_utf8_lossy(content).into_owned();
    }
    let units: Vec<u16> =
        content.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The `data` boxes of an item.
struct Values(Boxes);

impl Values {
    fn new(range: Range<u64>) -> Self {
        Self(Boxes::new(range))
    }

    /// The type and the bytes of the next value that has at most `longest` of them.
    fn next(&mut self, window: &mut Window, longest: usize) -> Parse<Option<(u32, Bytes)>> {
        while let Some(BoxRange { kind, content }) = self.0.next(window)? {
            let Ok(length) = usize::try_from(content.end - content.start) else { continue };
            // A type, a locale, and at least one byte.
            if kind != *b"data" || length <= 8 || length - 8 > longest {
                continue;
            }
            let bytes = window.read(content.start, length)?;
            let kind = u32::from_be_bytes([0, bytes[1], bytes[2], bytes[3]]);
            return Ok(Some((kind, bytes.slice(8..))));
        }
        Ok(None)
    }
}
