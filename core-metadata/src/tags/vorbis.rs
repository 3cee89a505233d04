//! Vorbis comments: in FLAC blocks and in Ogg packets.

use lofty::file::FileType;

use super::{Found, LARGEST_TAG, LONGEST_FIELD, Want, interpret};
use crate::MetadataError;
use crate::window::{Parse, Stop};

/// A run of bytes that can be read and skipped, wherever its parts lie.
pub(crate) trait Run {
    /// The next `length` bytes.
    fn take(&mut self, length: usize) -> Parse<Vec<u8>>;

    /// Passes over the next `length` bytes without reading them, where that is possible.
    fn skip(&mut self, length: u64) -> Parse<()>;
}

/// The fields that matter, each followed by the name it is handed on under.
const FIELDS: [(&str, &str); 20] = [
    ("TITLE", "TITLE"),
    ("ARTIST", "ARTIST"),
    ("ALBUM", "ALBUM"),
    ("ALBUMARTIST", "ALBUMARTIST"),
    ("ALBUM ARTIST", "ALBUMARTIST"),
    ("ALBUM_ARTIST", "ALBUMARTIST"),
    ("TRACKNUMBER", "TRACKNUMBER"),
    ("TRACK", "TRACKNUMBER"),
    ("TRACKTOTAL", "TRACKTOTAL"),
    ("TOTALTRACKS", "TRACKTOTAL"),
    ("DISCNUMBER", "DISCNUMBER"),
    ("DISC", "DISCNUMBER"),
    ("DISCTOTAL", "DISCTOTAL"),
    ("TOTALDISCS", "DISCTOTAL"),
    ("DATE", "DATE"),
    ("YEAR", "YEAR"),
    ("RELEASEDATE", "RELEASEDATE"),
    ("ORIGINALDATE", "ORIGINALDATE"),
    ("GENRE", "GENRE"),
    ("COMPOSER", "COMPOSER"),
];

/// The longest name of a field that matters, with its `=`.
const LONGEST_NAME: usize = 24;

/// The longest content of a FLAC block: lengths have 24 bits.
const LARGEST_BLOCK: usize = 0xFF_FFFF;

/// Reads a comment header.
pub(crate) fn read(run: &mut dyn Run, want: Want) -> Parse<Found> {
    let mut comments = Comments::default();
    let outcome = comments.collect(run, want);
    match outcome {
        // What could be read of damaged comments counts.
        Ok(()) | Err(Stop::Failed(MetadataError::Truncated)) => Ok(comments.finish(None, want)),
        Err(stop) => Err(stop),
    }
}

/// Reads the picture in a FLAC picture block.
pub(crate) fn read_picture(block: &[u8]) -> Found {
    Comments::default().finish(Some(block), Want::Cover)
}

#[derive(Default)]
struct Comments {
    count: u32,
    bytes: Vec<u8>,
    has_picture: bool,
    has_picture_copy: bool,
}

impl Comments {
    fn collect(&mut self, run: &mut dyn Run, want: Want) -> Parse<()> {
        let vendor = number(run)?;
        run.skip(u64::from(vendor))?;
        let count = number(run)?;
        for _ in 0..count {
            let length = number(run)?;
            self.comment(run, length, want)?;
        }
        Ok(())
    }

    fn comment(&mut self, run: &mut dyn Run, length: u32, want: Want) -> Parse<()> {
        let total = usize::try_from(length).map_err(|_| MetadataError::TooLarge)?;
        let start = run.take(total.min(LONGEST_NAME))?;
        let rest = total - start.len();
        let name = start.iter().position(|byte| *byte == b'=').map(|end| &start[..end]);
        let Some(name) = name.and_then(|name| std::str::from_utf8(name).ok()) else {
            return run.skip(rest as u64);
        };
        let name = name.to_ascii_uppercase();
        let value = &start[name.len() + 1..];
        if matches!(name.as_str(), "METADATA_BLOCK_PICTURE" | "COVERART") {
            self.has_picture = true;
            // It travels in a FLAC block, and some bytes are added to it.
            let fits = total + 64 <= LARGEST_BLOCK;
            if want == Want::Cover && fits && !self.has_picture_copy {
                self.has_picture_copy = true;
                let more = run.take(rest)?;
                self.push(&name, value, &more);
                return Ok(());
            }
            return run.skip(rest as u64);
        }
        let field = FIELDS.iter().find(|(field, _)| *field == name);
        match field {
            Some((_, field)) if want == Want::Fields && total <= LONGEST_FIELD => {
                let more = run.take(rest)?;
                if self.bytes.len() + total <= LARGEST_TAG {
                    self.push(field, value, &more);
                }
                Ok(())
            }
            _ => run.skip(rest as u64),
        }
    }

    fn push(&mut self, name: &str, value: &[u8], more: &[u8]) {
        let length = name.len() + 1 + value.len() + more.len();
        self.bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(b'=');
        self.bytes.extend_from_slice(value);
        self.bytes.extend_from_slice(more);
        self.count += 1;
    }

    fn finish(self, picture: Option<&[u8]>, want: Want) -> Found {
        let has_cover = self.has_picture || picture.is_some();
        if self.count == 0 && picture.is_none() {
            return Found { has_cover, ..Found::default() };
        }
        let mut image = b"fLaC".to_vec();
        block(&mut image, 0, &[&[0; 34]]);
        if let Some(picture) = picture {
            block(&mut image, 6, &[picture]);
        }
        let count = self.count.to_le_bytes();
        block(&mut image, 0x84, &[&[0; 4], &count, &self.bytes]);
        drop(self.bytes);
        let mut found = interpret(image, FileType::Flac, want).unwrap_or_default();
        found.has_cover = has_cover;
        found
    }
}

fn block(image: &mut Vec<u8>, kind: u8, parts: &[&[u8]]) {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let [_, a, b, c] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    image.extend_from_slice(&[kind, a, b, c]);
    for part in parts {
        image.extend_from_slice(part);
    }
}

fn number(run: &mut dyn Run) -> Parse<u32> {
    let bytes = run.take(4)?;
    <[u8; 4]>::try_from(&bytes[..])
        .map(u32::from_le_bytes)
        .map_err(|_| MetadataError::Truncated.into())
}
