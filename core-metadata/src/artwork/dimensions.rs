//! How large a picture is, from its first bytes, before anything decodes it.

/// The most pixels of a picture that is decoded: 160 MiB with four bytes each. Scans of covers have 25
/// million and more; a file of six megabytes can claim, and hold, a thousand times that.
const MOST_PIXELS: u64 = 40 * 1024 * 1024;

/// How many segments of a JPEG may come before its dimensions.
const MOST_SEGMENTS: usize = 1024;

/// The width and the height of a picture.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Dimensions {
    /// Pixels from left to right.
    pub(super) width: u32,
    /// Pixels from top to bottom.
    pub(super) height: u32,
}

impl Dimensions {
    /// The dimensions that a PNG, JPEG, GIF or WebP picture claims. `None` if it does not say.
    pub(super) fn of(picture: &[u8]) -> Option<Self> {
        let (width, height) = match picture {
            [0x89, b'P', b'N', b'G', ..] => (be32(picture, 16)?, be32(picture, 20)?),
            [b'G', b'I', b'F', b'8', ..] => (le16(picture, 6)?, le16(picture, 8)?),
            [b'R', b'I', b'F', b'F', ..] => webp(picture)?,
            [0xFF, 0xD8, ..] => jpeg(picture)?,
            _ => return None,
        };
        (width > 0 && height > 0).then_some(Self { width, height })
    }

    /// Whether a picture of this size can be decoded in a bounded amount of memory.
    pub(super) fn is_reasonable(self) -> bool {
        u64::from(self.width) * u64::from(self.height) <= MOST_PIXELS
    }
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => Some((le16(bytes, 26)? & 0x3FFF, le16(bytes, 28)? & 0x3FFF)),
        b"VP8L" => {
            let bits = le16(bytes, 21)? | (le16(bytes, 23)? << 16);
            Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
        }
        b"VP8X" => Some((le24(bytes, 24)? + 1, le24(bytes, 27)? + 1)),
        _ => None,
    }
}

fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    for _ in 0..MOST_SEGMENTS {
        let (&[0xFF, kind], length) = (bytes.get(at..at + 2)?.first_chunk()?, be16(bytes, at + 2))
        else {
            return None;
        };
        match kind {
            // Fill bytes.
            0xFF => at += 1,
            // Start of frame; 4, 8 and 12 are tables and extensions.
            0xC0..=0xCF if !matches!(kind, 0xC4 | 0xC8 | 0xCC) => {
                return Some((be16(bytes, at + 7)?, be16(bytes, at + 5)?));
            }
            _ => at = at.checked_add(2 + usize::try_from(length?.max(2)).ok()?)?,
        }
    }
    None
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    part(bytes, at).map(u16::from_be_bytes).map(u32::from)
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    part(bytes, at).map(u32::from_be_bytes)
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    part(bytes, at).map(u16::from_le_bytes).map(u32::from)
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    part(bytes, at).map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(picture: &[u8]) -> Option<(u32, u32)> {
        Dimensions::of(picture).map(|found| (found.width, found.height))
    }

    #[test]
    fn every_format_tells_its_size() {
        let png = [&b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"[..], &[0, 0, 1, 0, 0, 0, 0, 2]].concat();
        assert_eq!(size(&png), Some((256, 2)));
        assert_eq!(size(b"GIF89a\x10\0\x20\0"), Some((16, 32)));
        let jpeg = b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xFF\xC2\0\x11\x08\0\x10\0\x20\x03";
        assert_eq!(size(jpeg), Some((32, 16)));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9D\x01\x2A\x10\0\x20\0";
        assert_eq!(size(lossy), Some((16, 32)));
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2F\x0F\xC0\x07\0";
        assert_eq!(size(lossless), Some((16, 32)));
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x0F\0\0\x1F\0\0";
        assert_eq!(size(extended), Some((16, 32)));
        assert_eq!(size(b"<svg width='1'"), None);
    }

    #[test]
    fn monsters_are_not_decoded() {
        let png =
            [&b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"[..], &[0, 0, 0xFF, 0xFF], &[0, 0, 0xFF, 0xFF]];
        assert_eq!(Dimensions::of(&png.concat()).map(Dimensions::is_reasonable), Some(false));
        let album = Dimensions { width: 4_000, height: 4_000 };
        assert!(album.is_reasonable());
    }

    #[test]
    fn cut_pictures_have_no_size() {
        let jpeg = b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xC2\0\x11\x08\0\x10\0\x20\x03";
        for length in 0..jpeg.len() - 1 {
            assert_eq!(size(&jpeg[..length]), None, "{length}");
        }
        // Segments without a length that leads on.
        assert_eq!(size(&[&b"\xFF\xD8"[..], &b"\xFF\xE0\0\0".repeat(5_000)].concat()), None);
    }
}
