//! Pictures, by the `image` crate.

use std::io::Cursor;

use bridge_traits::{BridgeError, ErrorKind, ImageResizer, Pixels, Result, fit};
use bytes::Bytes;
use core_async::task;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Rgb, RgbImage};

/// How good a resized picture is, of 100.
const QUALITY: u8 = 85;

/// Knows PNG, JPEG, GIF and WebP, whatever it is built for; resized pictures are JPEG.
#[derive(Clone, Copy, Debug, Default)]
pub struct DesktopImageResizer;

#[core_async::async_trait]
impl ImageResizer for DesktopImageResizer {
    async fn resize(&self, picture: Bytes, edge: u32) -> Result<Bytes> {
        blocking("image_resizer.resize", move || {
            let mut encoded = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut encoded, QUALITY);
            on_white(&small(&picture, edge)?).write_with_encoder(encoder)?;
            Ok(encoded.into())
        })
        .await
    }

    async fn pixels(&self, picture: Bytes, edge: u32) -> Result<Pixels> {
        blocking("image_resizer.pixels", move || {
            let small = small(&picture, edge)?.into_rgba8();
            let (width, height) = small.dimensions();
            Ok(Pixels { width, height, rgba: small.into_raw() })
        })
        .await
    }
}

/// Does work that would hold up others.
async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
) -> Result<T> {
    let done = task::spawn_blocking(work).await;
    let done = done.map_err(|_| BridgeError::new(ErrorKind::Cancelled, operation))?;
    done.map_err(|error| BridgeError::new(ErrorKind::Corrupt, operation).with_source(error))
}

/// The picture the way up that its camera or scanner says, and small.
fn small(picture: &[u8], edge: u32) -> Result<DynamicImage, ImageError> {
    let mut decoder =
        ImageReader::new(Cursor::new(picture)).with_guessed_format()?.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    let (width, height) = fit(image.width(), image.height(), edge);
    if (width, height) == (image.width(), image.height()) {
        return Ok(image);
    }
    Ok(image.resize_exact(width, height, FilterType::Triangle))
}

fn on_white(image: &DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::from(image.to_rgb8());
    }
    let rgba = image.to_rgba8();
    let blend = |part: u8, opacity: u8| {
        let (part, opacity) = (u32::from(part), u32::from(opacity));
        u8::try_from((part * opacity + 255 * (255 - opacity)) / 255).unwrap_or(u8::MAX)
    };
    DynamicImage::from(RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, opacity] = rgba.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|part| blend(part, opacity)))
    }))
}
