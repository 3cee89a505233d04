//! The contract of [`ImageResizer`].

use std::sync::Arc;

use bridge_traits::{ErrorKind, ImageResizer, Pixels};
use bytes::Bytes;

use crate::expect::fails;

/// 400 by 100 pixels: red on the left, blue on the right.
const HALVES: &[u8] = include_bytes!("pictures/halves.png");

/// 300 pixels in a row.
const LINE: &[u8] = include_bytes!("pictures/line.png");

/// 16 by 16 pixels that cannot be seen.
const GLASS: &[u8] = include_bytes!("pictures/glass.png");

/// [`HALVES`] in the other formats of covers.
const OTHER_FORMATS: [(&str, &[u8]); 3] = [
    ("JPEG", include_bytes!("pictures/halves.jpg")),
    ("GIF", include_bytes!("pictures/halves.gif")),
    ("WebP", include_bytes!("pictures/halves.webp")),
];

/// Proves that an [`ImageResizer`] keeps its contract; takes a future that yields an
/// `Arc<dyn ImageResizer>`. `formats:` in front also proves that it knows every format covers come
/// in, as those for people should.
#[macro_export]
macro_rules! image_resizer_conformance {
    (formats: $make:expr $(,)?) => {
        $crate::image_resizer_conformance!($make);
        $crate::conformance_tests! {
            image_resizer_formats: ::std::sync::Arc<dyn $crate::ImageResizer> = $make, image_resizer:
            every_format_of_covers_is_decoded
        }
    };
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            image_resizer: ::std::sync::Arc<dyn $crate::ImageResizer> = $make, image_resizer:
            what_comes_out_fits_and_keeps_its_proportions
            small_pictures_do_not_grow
            thin_pictures_keep_a_pixel
            every_pixel_stays_at_its_place
            transparent_pixels_say_so
            what_was_transparent_is_white_when_resized
            resized_pictures_are_jpeg_or_png
            what_is_no_picture_is_corrupt
        }
    };
}

/// The pixels of a picture after it was resized.
async fn resized(resizer: &Arc<dyn ImageResizer>, picture: &'static [u8], edge: u32) -> Pixels {
    let small = resizer.resize(Bytes::from_static(picture), edge).await.unwrap();
    resizer.pixels(small, u32::MAX).await.unwrap()
}

async fn pixels(resizer: &Arc<dyn ImageResizer>, picture: &'static [u8], edge: u32) -> Pixels {
    let pixels = resizer.pixels(Bytes::from_static(picture), edge).await.unwrap();
    let bytes = u64::from(pixels.width) * u64::from(pixels.height) * 4;
    assert_eq!(pixels.rgba.len() as u64, bytes, "four bytes for each pixel");
    pixels
}

/// Fails unless the left half is red and the right half blue, as far as encoders keep colours.
#[track_caller]
fn halves(what: &str, Pixels { width, rgba, .. }: &Pixels) {
    let width = usize::try_from(*width).unwrap();
    for (at, pixel) in rgba.chunks_exact(4).enumerate() {
        let x = at % width;
        // Where they meet they mix.
        if x.abs_diff(width / 2) > width / 8 {
            let strong = if x < width / 2 { 0 } else { 2 };
            let is_right = (190..=250).contains(&pixel[strong])
                && pixel[1] < 60
                && pixel[2 - strong] < 60
                && pixel[3] == 255;
            assert!(is_right, "{what}: {pixel:?} at {x} of {width}");
        }
    }
}

/// A wide picture becomes one of the edge's width and a quarter of it high.
pub async fn what_comes_out_fits_and_keeps_its_proportions(resizer: &Arc<dyn ImageResizer>) {
    let small = resized(resizer, HALVES, 80).await;
    assert_eq!((small.width, small.height), (80, 20));
    let small = pixels(resizer, HALVES, 40).await;
    assert_eq!((small.width, small.height), (40, 10));
}

/// An edge above the picture's own leaves its size alone.
pub async fn small_pictures_do_not_grow(resizer: &Arc<dyn ImageResizer>) {
    let same = resized(resizer, HALVES, 1_000).await;
    assert_eq!((same.width, same.height), (400, 100));
    let same = pixels(resizer, HALVES, 401).await;
    assert_eq!((same.width, same.height), (400, 100));
}

/// A line of one pixel does not vanish.
pub async fn thin_pictures_keep_a_pixel(resizer: &Arc<dyn ImageResizer>) {
    let line = resized(resizer, LINE, 30).await;
    assert_eq!((line.width, line.height), (30, 1));
    let line = pixels(resizer, LINE, 1).await;
    assert_eq!((line.width, line.height), (1, 1));
}

/// What was on the left stays there, in its colour.
pub async fn every_pixel_stays_at_its_place(resizer: &Arc<dyn ImageResizer>) {
    halves("pixels", &pixels(resizer, HALVES, 400).await);
    halves("small pixels", &pixels(resizer, HALVES, 32).await);
    halves("resized", &resized(resizer, HALVES, 64).await);
}

/// The opacity is the fourth part of a pixel.
pub async fn transparent_pixels_say_so(resizer: &Arc<dyn ImageResizer>) {
    let glass = pixels(resizer, GLASS, 8).await;
    assert!(glass.rgba.chunks_exact(4).all(|pixel| pixel[3] == 0), "{glass:?}");
}

/// JPEG has no opacity, and black would come of it.
pub async fn what_was_transparent_is_white_when_resized(resizer: &Arc<dyn ImageResizer>) {
    let glass = resized(resizer, GLASS, 8).await;
    assert!(glass.rgba.iter().all(|part| *part > 250), "{glass:?}");
}

/// Everybody can show these.
pub async fn resized_pictures_are_jpeg_or_png(resizer: &Arc<dyn ImageResizer>) {
    let small = resizer.resize(Bytes::from_static(HALVES), 40).await.unwrap();
    let is_known = small.starts_with(b"\xFF\xD8\xFF") || small.starts_with(b"\x89PNG\r\n\x1A\n");
    assert!(is_known, "{:?}", &small[..small.len().min(16)]);
}

/// Neither text nor a name without a picture behind it is one.
pub async fn what_is_no_picture_is_corrupt(resizer: &Arc<dyn ImageResizer>) {
    for content in [&b""[..], b"not a picture", b"\x89PNG\r\n\x1A\n", b"\xFF\xD8\xFF\xE0"] {
        fails(resizer.resize(Bytes::from_static(content), 40).await, ErrorKind::Corrupt);
        fails(resizer.pixels(Bytes::from_static(content), 40).await, ErrorKind::Corrupt);
    }
}

/// Covers are JPEG above all.
pub async fn every_format_of_covers_is_decoded(resizer: &Arc<dyn ImageResizer>) {
    for (format, picture) in OTHER_FORMATS {
        let small = resized(resizer, picture, 80).await;
        assert_eq!((small.width, small.height), (80, 20), "{format}");
        halves(format, &small);
    }
}
