//! What is known of the covers of files that were read before.

use core_library::KnownFile;
use xxhash_rust::xxh3::xxh3_128;

use super::Colour;
use super::cover::CoverId;

/// A file that may have a cover in it, as it is now: written to, it is another source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CoverSource(u128);

impl CoverSource {
    /// The file as the library knows it.
    pub fn of(file: &KnownFile) -> Self {
        let KnownFile { path, size, modified_millis, signature, .. } = file;
        let text = format!("{path}\n{size}\n{modified_millis:?}\n{signature}");
        Self(xxh3_128(text.as_bytes()))
    }

    /// The name of the file that says which picture it has.
    pub(super) fn file_name(self) -> String {
        format!("of-{:032x}", self.0)
    }
}

/// What a source was found to have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Known {
    /// Which picture.
    pub(super) id: CoverId,
    /// Its colour, if anything in it can be seen.
    pub(super) colour: Option<Colour>,
}

impl Known {
    /// The longest text of one.
    pub(super) const LONGEST: usize = 64;

    /// As text that [`from_bytes`](Self::from_bytes) reads.
    pub(super) fn to_text(self) -> String {
        let colour = self.colour.map_or_else(String::new, |colour| colour.to_string());
        format!("{} {colour}", self.id)
    }

    /// Reads such a text; `None` if it is none, as after a release that wrote another.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, colour) = std::str::from_utf8(bytes).ok()?.split_once(' ')?;
        let colour = match colour {
            "" => None,
            colour => Some(Colour::from_text(colour)?),
        };
        Some(Self { id: id.parse().ok()?, colour })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artwork::Cover;

    #[test]
    fn what_is_known_comes_back() {
        let id = Cover::from_bytes(b"GIF89a"[..].into()).unwrap().id();
        for colour in [None, Some(Colour { red: 255, green: 0, blue: 10 })] {
            let known = Known { id, colour };
            let text = known.to_text();
            assert!(text.len() <= Known::LONGEST);
            assert_eq!(Known::from_bytes(text.as_bytes()), Some(known));
        }
        for wrong in ["", "x ", "0 #12345", "0 #+12345", "0 red", "0", "\u{e9} #000000"] {
            assert_eq!(Known::from_bytes(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn file_that_was_written_to_is_another_source() {
        let file = KnownFile {
            path: "a.flac".into(),
            size: 1,
            modified_millis: Some(1),
            signature: "flac:1".into(),
            track_id: "1".into(),
            is_copy: false,
        };
        let later = KnownFile { modified_millis: Some(2), ..file.clone() };
        let renamed = KnownFile { track_id: "2".into(), is_copy: true, ..file.clone() };
        assert_ne!(CoverSource::of(&file), CoverSource::of(&later));
        assert_eq!(CoverSource::of(&file), CoverSource::of(&renamed));
    }
}
