//! Pictures without a host: PNG only.

use std::io::Cursor;

use bridge_traits::{BridgeError, ErrorKind, ImageResizer, Pixels, Result, fit};
use bytes::Bytes;
use png::{BitDepth, ColorType, Decoder, Encoder, Transformations};

/// The most bytes of a decoded picture.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// An [`ImageResizer`] that knows PNG and no other format, and takes the nearest pixel.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryImageResizer;

#[core_async::async_trait]
impl ImageResizer for MemoryImageResizer {
    async fn resize(&self, picture: Bytes, edge: u32) -> Result<Bytes> {
        let operation = "image_resizer.resize";
        let Pixels { width, height, rgba } = small(&picture, edge, operation)?;
        let mut encoded = Vec::new();
        let mut encoder = Encoder::new(&mut encoded, width, height);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        let written =
            encoder.write_header().and_then(|mut writer| writer.write_image_data(&on_white(&rgba)));
        written
            .map_err(|error| BridgeError::new(ErrorKind::Other, operation).with_source(error))?;
        Ok(encoded.into())
    }

    async fn pixels(&self, picture: Bytes, edge: u32) -> Result<Pixels> {
        small(&picture, edge, "image_resizer.pixels")
    }
}

/// The nearest pixels of a picture.
fn small(picture: &[u8], edge: u32, operation: &'static str) -> Result<Pixels> {
    let whole = decode(picture)
        .map_err(|error| BridgeError::new(ErrorKind::Corrupt, operation).with_source(error))?;
    let (width, height) = fit(whole.width, whole.height, edge);
    // The middle of a small pixel, in pixels of the whole.
    let nearest = |at: u32, length: u32, of: u32| {
        (2 * u64::from(at) + 1) * u64::from(of) / (2 * u64::from(length))
    };
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (x, y) = (nearest(x, width, whole.width), nearest(y, height, whole.height));
            let at = usize::try_from((y * u64::from(whole.width) + x) * 4).unwrap_or(usize::MAX);
            rgba.extend(whole.rgba.get(at..).unwrap_or_default().iter().take(4));
        }
    }
    Ok(Pixels { width, height, rgba })
}

fn decode(picture: &[u8]) -> Result<Pixels, png::DecodingError> {
    let limits = png::Limits { bytes: MOST_BYTES };
    let mut decoder = Decoder::new_with_limits(Cursor::new(picture), limits);
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let length = reader.output_buffer_size().filter(|length| *length <= MOST_BYTES);
    let mut content = vec![0; length.ok_or(png::DecodingError::LimitsExceeded)?];
    let frame = reader.next_frame(&mut content)?;
    content.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        ColorType::GrayscaleAlpha => content
            .chunks_exact(2)
            .flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]])
            .collect(),
        // With an opacity asked for, it is one of the two.
        _ => content,
    };
    Ok(Pixels { width: frame.width, height: frame.height, rgba })
}

/// Red, green and blue, with white behind them.
fn on_white(rgba: &[u8]) -> Vec<u8> {
    let blend = |part: u8, opacity: u8| {
        let (part, opacity) = (u32::from(part), u32::from(opacity));
        u8::try_from((part * opacity + 255 * (255 - opacity)) / 255).unwrap_or(u8::MAX)
    };
    rgba.chunks_exact(4)
        .flat_map(|pixel| [0, 1, 2].map(|part| blend(pixel[part], pixel[3])))
        .collect()
}
