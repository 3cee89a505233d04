//! APE tags (version 2) at the end of a file.

use lofty::file::FileType;

use super::{Found, LARGEST_COVER, LARGEST_TAG, LONGEST_FIELD, Want, id3, interpret};
use crate::window::{Parse, Window};

/// The length of the header and of the footer of a tag.
const EDGE: u64 = 32;

/// The longest name of an item.
const LONGEST_NAME: usize = 256;

/// The items that matter, each followed by the name it is handed on under.
const FIELDS: [(&str, &str); 13] = [
    ("title", "Title"),
    ("artist", "Artist"),
    ("album", "Album"),
    ("album artist", "Album Artist"),
    ("albumartist", "Album Artist"),
    ("album_artist", "Album Artist"),
    ("track", "Track"),
    ("disc", "Disc"),
    ("year", "Year"),
    ("date", "Year"),
    ("originalyear", "ORIGINALYEAR"),
    ("genre", "Genre"),
    ("composer", "Composer"),
];

/// Where the audio ends: before the APE and ID3 tags at the end of the file.
pub(crate) fn audio_end(window: &mut Window) -> Parse<u64> {
    let end = end_of_tag(window)?;
    let Some(footer) = Footer::read(window, end)? else { return Ok(end) };
    let header = if footer.has_header { EDGE } else { 0 };
    Ok(end.saturating_sub(footer.size + header))
}

/// Reads the APE tag at the end of the file, if there is one.
pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Found> {
    let end = end_of_tag(window)?;
    let Some(footer) = Footer::read(window, end)? else { return Ok(Found::default()) };
    let Some(start) = end.checked_sub(footer.size) else { return Ok(Found::default()) };
    let mut items = Items::default();
    let mut offset = start;
    for _ in 0..footer.count {
        match items.read_one(window, offset, end - EDGE, want)? {
            Some(next) => offset = next,
            None => break,
        }
    }
    Ok(items.finish(want))
}

fn end_of_tag(window: &mut Window) -> Parse<u64> {
    let v1 = if id3::has_v1(window)? { id3::V1_LENGTH } else { 0 };
    Ok(window.length() - v1)
}

struct Footer {
    /// The length of the items and of the footer.
    size: u64,
    count: u32,
    has_header: bool,
}

impl Footer {
    fn read(window: &mut Window, end: u64) -> Parse<Option<Self>> {
        let Some(offset) = end.checked_sub(EDGE) else { return Ok(None) };
        let bytes: [u8; 32] = window.array(offset)?;
        if !bytes.starts_with(b"APETAGEX") {
            return Ok(None);
        }
        let number = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let size = u64::from(number(12));
        if size < EDGE || size > end {
            return Ok(None);
        }
        Ok(Some(Self { size, count: number(16), has_header: number(20) & 0x8000_0000 != 0 }))
    }
}

#[derive(Default)]
struct Items {
    bytes: Vec<u8>,
    count: u32,
    has_picture: bool,
    picture: Option<Vec<u8>>,
}

impl Items {
    /// Reads the item at `offset` and tells where the next one is.
    fn read_one(
        &mut self,
        window: &mut Window,
        offset: u64,
        end: u64,
        want: Want,
    ) -> Parse<Option<u64>> {
        let start = window.read_up_to(offset, 8 + LONGEST_NAME)?;
        let Some((&[a, b, c, d, e, f, g, h], rest)) = start.split_first_chunk::<8>() else {
            return Ok(None);
        };
        let Some(name_length) = rest.iter().position(|byte| *byte == 0) else { return Ok(None) };
        let length = u32::from_le_bytes([a, b, c, d]);
        let name = String::from_utf8_lossy(&rest[..name_length]).to_ascii_lowercase();
        let value = offset + 9 + name_length as u64;
        let next = value + u64::from(length);
        let Ok(size) = usize::try_from(length) else { return Ok(None) };
        if next > end {
            return Ok(None);
        }
        let is_picture = name.starts_with("cover art");
        self.has_picture |= is_picture;
        if is_picture && want == Want::Cover && size <= LARGEST_COVER && self.picture.is_none() {
            let value = window.read(value, size)?;
            // The name of a file comes first.
            let start = value.iter().position(|byte| *byte == 0).map(|end| end + 1);
            self.picture = start.map(|start| value[start..].to_vec());
        }
        let field = FIELDS.iter().find(|(field, _)| *field == name);
        let fits = size <= LONGEST_FIELD && self.bytes.len() + size <= LARGEST_TAG;
        if let (Some((_, field)), Want::Fields, true) = (field, want, fits) {
            let value = window.read(value, size)?;
            self.bytes.extend_from_slice(&length.to_le_bytes());
            self.bytes.extend_from_slice(&[e, f, g, h]);
            self.bytes.extend_from_slice(field.as_bytes());
            self.bytes.push(0);
            self.bytes.extend_from_slice(&value);
            self.count += 1;
        }
        Ok(Some(next))
    }

    fn finish(self, want: Want) -> Found {
        let mut found = Found::default();
        if self.count > 0 {
            let mut image = Vec::with_capacity(self.bytes.len() + 320);
            edge(&mut image, &self, 0xA000_0000);
            image.extend_from_slice(&self.bytes);
            edge(&mut image, &self, 0x8000_0000);
            // lofty looks for other tags relative to the end of a file.
            image.resize(image.len() + 256, 0);
            found = interpret(image, FileType::Mpeg, want).unwrap_or_default();
        }
        found.has_cover = self.has_picture;
        found.cover = self.picture;
        found
    }
}

fn edge(image: &mut Vec<u8>, items: &Items, flags: u32) {
    let size = u32::try_from(items.bytes.len() + 32).unwrap_or(u32::MAX);
    image.extend_from_slice(b"APETAGEX");
    for number in [2000, size, items.count, flags, 0, 0] {
        image.extend_from_slice(&number.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(items: &[(&str, &[u8])]) -> Vec<u8> {
        let mut collected = Items::default();
        for (name, value) in items {
            let length = u32::try_from(value.len()).unwrap();
            let flags = u32::from(name.starts_with("Cover")) << 1;
            collected.bytes.extend_from_slice(&length.to_le_bytes());
            collected.bytes.extend_from_slice(&flags.to_le_bytes());
            collected.bytes.extend_from_slice(name.as_bytes());
            collected.bytes.push(0);
            collected.bytes.extend_from_slice(value);
            collected.count += 1;
        }
        let mut bytes = vec![7; 1000];
        edge(&mut bytes, &collected, 0xA000_0000);
        bytes.extend_from_slice(&collected.bytes);
        edge(&mut bytes, &collected, 0x8000_0000);
        bytes
    }

    #[test]
    fn fields_and_covers_are_found() {
        let bytes = tag(&[
            ("Title", b"A title"),
            ("Artist", b"One"),
            ("Track", b"3/9"),
            ("Year", b"1999"),
            ("Cover Art (Front)", b"front.png\0\x89PNG\r\n\x1A\n"),
        ]);
        let mut window = Window::in_memory(bytes.into());
        let found = read(&mut window, Want::Fields).unwrap();
        assert_eq!(found.tags.title.as_deref(), Some("A title"));
        assert_eq!(found.tags.artists, ["One"]);
        assert_eq!((found.tags.track_number, found.tags.track_total), (Some(3), Some(9)));
        assert_eq!(found.tags.year, Some(1999));
        assert!(found.has_cover);
        let found = read(&mut window, Want::Cover).unwrap();
        assert_eq!(found.cover.as_deref(), Some(&b"\x89PNG\r\n\x1A\n"[..]));
        assert_eq!(audio_end(&mut window).unwrap(), 1000);
    }

    #[test]
    fn a_lying_footer_is_no_tag() {
        let mut bytes = tag(&[("Title", b"x")]);
        let size = bytes.len() - 20;
        bytes[size..size + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        let mut window = Window::in_memory(bytes.into());
        assert_eq!(read(&mut window, Want::Fields).unwrap().tags.title, None);
    }
}
