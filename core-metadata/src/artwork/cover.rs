//! Covers, read when somebody wants to see one.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;

use bridge_traits::ReadAt;
use bytes::Bytes;
use core_async::task;
use xxhash_rust::xxh3::xxh3_128;

use super::dimensions::Dimensions;
use crate::MetadataError;
use crate::container;
use crate::tags::{LARGEST_COVER, Want};
use crate::window::{Stop, Window};

/// What may be read of one file: the largest cover as text in a comment, and its surroundings.
const BUDGET: u64 = 2 * LARGEST_COVER as u64;

/// A cover picture.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Cover {
    /// What the picture is, from its content: what the file says of it is not trusted.
    pub mime: &'static str,
    /// The picture, at most 16 MiB.
    pub bytes: Bytes,
}

impl Cover {
    /// Takes `bytes` if they are a picture that is safe to show: PNG, JPEG, WebP or GIF. Never SVG
    /// or HTML, which can carry scripts.
    pub fn from_bytes(bytes: Bytes) -> Option<Self> {
        let mime = match &bytes[..bytes.len().min(12)] {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => "image/png",
            [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => "image/webp",
            _ => return None,
        };
        (bytes.len() <= LARGEST_COVER).then_some(Self { mime, bytes })
    }

    /// Whether it says how large it is, and that it can be decoded in a bounded amount of memory.
    fn can_be_shown(&self) -> bool {
        Dimensions::of(&self.bytes).is_some_and(Dimensions::is_reasonable)
    }

    /// Whether it is no larger than a square of `edge` pixels.
    pub(super) fn fits(&self, edge: u32) -> bool {
        Dimensions::of(&self.bytes).is_some_and(|size| size.width.max(size.height) <= edge)
    }

    /// What tells it from every other picture: a hash over all of it.
    pub(super) fn id(&self) -> CoverId {
        CoverId(xxh3_128(&self.bytes))
    }
}

/// A picture by its content: equal pictures have equal ids, whatever files they are in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct CoverId(u128);

impl fmt::Display for CoverId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for CoverId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

/// Reads the cover in a file: the front cover if there are several pictures.
///
/// `None` says that there is none that is safe to show: one that says what it is, how large it is, and
/// that it has at most 40 Mi pixels.
///
/// # Errors
///
/// Fails as [`read_audio_file`](crate::read_audio_file) does.
///
/// # Cancellation
///
/// Dropping the future leaves nothing behind.
pub async fn read_cover(file: Arc<dyn ReadAt>) -> Result<Option<Cover>, MetadataError> {
    let mut window = Window::new(file, BUDGET);
    loop {
        let parse = task::spawn_blocking(move || {
            let outcome = container::read(&mut window, Want::Cover);
            (window, outcome)
        });
        let (same_window, outcome) = parse.await.map_err(|_| MetadataError::Interrupted)?;
        window = same_window;
        match outcome {
            Ok(parsed) => {
                let cover = parsed.found.cover.map(Bytes::from).and_then(Cover::from_bytes);
                return Ok(cover.filter(Cover::can_be_shown));
            }
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Missing { offset, length }) => window.fetch_missing(offset, length).await?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_pictures_are_covers() {
        let mime = |bytes: &'static [u8]| Cover::from_bytes(bytes.into()).map(|cover| cover.mime);
        assert_eq!(mime(b"\x89PNG\r\n\x1A\n...."), Some("image/png"));
        assert_eq!(mime(b"\xFF\xD8\xFF\xE0"), Some("image/jpeg"));
        assert_eq!(mime(b"GIF89a"), Some("image/gif"));
        assert_eq!(mime(b"RIFF\0\0\0\0WEBP"), Some("image/webp"));
        assert_eq!(mime(b"<svg xmlns="), None);
        assert_eq!(mime(b"<html><script>"), None);
        assert_eq!(mime(b"RIFF\0\0\0\0WAVE"), None);
        assert_eq!(mime(b""), None);
    }
}
