//! Covers: a sky, a sun and hills, drawn from three colours.

use anyhow::Result;

/// A colour.
type Rgb = [u8; 3];

/// What a cover looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cover {
    /// The top of the sky.
    pub(crate) sky: Rgb,
    /// The horizon and the sun.
    pub(crate) glow: Rgb,
    /// The hills.
    pub(crate) land: Rgb,
    /// How the hills lie.
    pub(crate) shift: f32,
}

const SIZE: u16 = 600;

/// The cover as a PNG file.
pub(crate) fn png(cover: Cover) -> Result<Vec<u8>> {
    let mut pixels = Vec::with_capacity(usize::from(SIZE) * usize::from(SIZE) * 3);
    for y in 0..SIZE {
        for x in 0..SIZE {
            pixels.extend(pixel(
                cover,
                f32::from(x) / f32::from(SIZE),
                f32::from(y) / f32::from(SIZE),
            ));
        }
    }
    encode(SIZE, &pixels)
}

/// Square RGB pixels as a PNG file.
pub(crate) fn encode(size: u16, pixels: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, u32::from(size), u32::from(size));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(bytes)
}

fn pixel(cover: Cover, x: f32, y: f32) -> Rgb {
    // Three ranges, the nearest darkest.
    for (index, base) in [(3_u8, 0.86), (2, 0.76), (1, 0.66)] {
        let phase = cover.shift * f32::from(index);
        let ridge = base - 0.05 * (x * 7.0 + phase).sin() - 0.025 * (x * 17.0 + 2.0 * phase).sin();
        if y > ridge {
            return blend(cover.glow, cover.land, 0.3 + 0.23 * f32::from(index));
        }
    }
    let distance = ((x - 0.62).powi(2) + (y - 0.42).powi(2)).sqrt();
    let sky = blend(cover.sky, cover.glow, (y / 0.7).powi(2));
    if distance < 0.13 {
        return blend(cover.glow, [255, 255, 255], 0.55);
    }
    blend(sky, [255, 255, 255], (0.22 - distance).max(0.0) * 2.5)
}

fn blend(from: Rgb, to: Rgb, part: f32) -> Rgb {
    let part = part.clamp(0.0, 1.0);
    std::array::from_fn(|index| mixed(from[index], to[index], part))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of two bytes is a byte"
)]
fn mixed(from: u8, to: u8, part: f32) -> u8 {
    (f32::from(from) + (f32::from(to) - f32::from(from)) * part).round() as u8
}
