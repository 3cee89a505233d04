//! Making pictures small.

use std::fmt;

use bytes::Bytes;

use crate::{PlatformSend, PlatformSync, Result};

/// Decodes pictures and makes them small.
///
/// The core never decodes one itself: browsers have decoders of their own, which are faster than any
/// in the bundle and cost it nothing.
///
/// Memory stays within a small multiple of the picture's pixels, of which the caller has checked that
/// there are not too many, and of one picture at a time.
///
/// # Contract
///
/// * What comes out has the size that [`fit`] says: it fits into a square of `edge` pixels, has the
///   proportions of the picture and is never larger than it.
/// * PNG is understood everywhere. Animated pictures give their first frame.
/// * A resized picture is a JPEG or a PNG, and what was transparent is white.
/// * Pixels go row by row from the top left, and what is transparent says so.
/// * What cannot be decoded is `Corrupt`. Where no picture can be, or what comes out is not what went in,
///   all of them are `Unsupported`.
#[core_async::async_trait]
pub trait ImageResizer: fmt::Debug + PlatformSend + PlatformSync {
    /// A small version of an encoded picture, encoded.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it cannot be decoded, and with `Unsupported` where no picture can be.
    async fn resize(&self, picture: Bytes, edge: u32) -> Result<Bytes>;

    /// The pixels of a small version of an encoded picture.
    ///
    /// # Errors
    ///
    /// As for [`resize`](Self::resize).
    async fn pixels(&self, picture: Bytes, edge: u32) -> Result<Pixels>;
}

/// A picture that is not encoded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pixels {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row.
    pub rgba: Vec<u8>,
}

/// Width and height of a picture that fits into a square of `edge` pixels and has the proportions of
/// this one, as far as whole pixels go. It is never larger than this one, and each side has a pixel.
pub fn fit(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let longer = width.max(height).max(1);
    let edge = edge.clamp(1, longer);
    let side = |length: u32| {
        let (length, edge, longer) = (u64::from(length), u64::from(edge), u64::from(longer));
        // It is `edge` at most, as no side is longer than the longer one.
        u32::try_from((length * edge + longer / 2) / longer).unwrap_or(u32::MAX).max(1)
    };
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn proportions_stay_and_nothing_grows() {
        assert_eq!(fit(3_000, 2_000, 300), (300, 200));
        assert_eq!(fit(2_000, 3_000, 300), (200, 300));
        assert_eq!(fit(200, 100, 300), (200, 100));
        assert_eq!(fit(300, 1, 10), (10, 1));
        assert_eq!(fit(u32::MAX, u32::MAX, 300), (300, 300));
        assert_eq!(fit(10, 10, 0), (1, 1));
        assert_eq!(fit(0, 0, 10), (1, 1));
    }
}
