//! APE tags (version 2) at the end of a file.

use super::{Field, Fields, Found, LARGEST_COVER, Want, id3};
use crate::window::{Parse, Window};

/// The length of the header and of the footer of a tag.
const EDGE: u64 = 32;

/// The longest name of an item.
const LONGEST_NAME: usize = 256;

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
    Ok(Found { fields: items.fields, has_cover: items.has_picture, cover: items.picture })
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
    fields: Fields,
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
        let (length, flags) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
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
        let field = Field::of(&name).filter(|field| size <= field.longest());
        // Bits 1 and 2 of the flags tell the kind of the value; zero is text.
        if let (Some(field), Want::Fields, 0) = (field, want, (flags >> 1) & 3) {
            let text = window.read(value, size)?;
            for part in text.split(|byte| *byte == 0) {
                self.fields.put(field, &String::from_utf8_lossy(part));
            }
        }
        Ok(Some(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(items: &[(&str, &[u8])]) -> Vec<u8> {
        let mut content = Vec::new();
        for (name, value) in items {
            let length = u32::try_from(value.len()).unwrap();
            let flags = u32::from(name.starts_with("Cover")) << 1;
            content.extend_from_slice(&length.to_le_bytes());
            content.extend_from_slice(&flags.to_le_bytes());
            content.extend_from_slice(name.as_bytes());
            content.push(0);
            content.extend_from_slice(value);
        }
        let edge = |flags: u32| {
            let (size, count) = (content.len() + 32, items.len());
            let mut edge = b"APETAGEX".to_vec();
            for number in [2000, size.try_into().unwrap(), count.try_into().unwrap(), flags, 0, 0] {
                edge.extend_from_slice(&number.to_le_bytes());
            }
            edge
        };
        [&[7; 1000][..], &edge(0xA000_0000), &content, &edge(0x8000_0000)].concat()
    }

    #[test]
    fn fields_and_covers_are_found() {
        let bytes = tag(&[
            ("Title", b"A title"),
            ("Artist", b"One\0Two"),
            ("Track", b"3/9"),
            ("Year", b"1999"),
            ("Cover Art (Front)", b"front.png\0\x89PNG\r\n\x1A\n"),
        ]);
        let mut window = Window::in_memory(bytes.into());
        let found = read(&mut window, Want::Fields).unwrap();
        assert!(found.has_cover);
        let tags = found.fields.understand();
        assert_eq!(tags.title.as_deref(), Some("A title"));
        assert_eq!(tags.artists, ["One", "Two"]);
        assert_eq!((tags.track_number, tags.track_total), (Some(3), Some(9)));
        assert_eq!(tags.year, Some(1999));
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
        assert_eq!(read(&mut window, Want::Fields).unwrap().fields, Fields::default());
    }
}
