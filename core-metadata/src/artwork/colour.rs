//! The colour that a picture is remembered by.

use serde::Serialize;

/// How far apart the colours of one group may be: 32 steps for each part.
const SHIFT: u32 = 3;

/// How many groups of colours there are.
const GROUPS: usize = 1 << (3 * (8 - SHIFT));

/// The pixels of a small picture.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pixels {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row.
    pub rgba: Vec<u8>,
}

/// A colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Colour {
    /// The red part.
    pub red: u8,
    /// The green part.
    pub green: u8,
    /// The blue part.
    pub blue: u8,
}

impl Pixels {
    /// The colour that stands out: the one that most pixels share, where vivid ones count more than
    /// greys. `None` if nothing can be seen.
    pub fn dominant(&self) -> Option<Colour> {
        let mut groups = vec![Group::default(); GROUPS];
        for pixel in self.rgba.chunks_exact(4) {
            let &[red, green, blue, opacity] = pixel else { continue };
            if opacity < 128 {
                continue;
            }
            let part = |value: u8| usize::from(value >> SHIFT);
            let bits = 8 - SHIFT;
            let group = &mut groups[part(red) << (2 * bits) | part(green) << bits | part(blue)];
            let chroma = red.max(green).max(blue) - red.min(green).min(blue);
            group.weight += 16 + u64::from(chroma);
            group.count += 1;
            for (sum, value) in group.sums.iter_mut().zip([red, green, blue]) {
                *sum += u64::from(value);
            }
        }
        let best =
            groups.iter().filter(|group| group.count > 0).max_by_key(|group| group.weight)?;
        let [red, green, blue] =
            best.sums.map(|sum| u8::try_from(sum / best.count).unwrap_or(u8::MAX));
        Some(Colour { red, green, blue })
    }
}

/// Pixels of almost the same colour.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    weight: u64,
    count: u64,
    sums: [u64; 3],
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dominant(pixels: &[[u8; 4]]) -> Option<(u8, u8, u8)> {
        let pixels = Pixels {
            width: u32::try_from(pixels.len()).unwrap(),
            height: 1,
            rgba: pixels.concat(),
        };
        pixels.dominant().map(|colour| (colour.red, colour.green, colour.blue))
    }

    #[test]
    fn vivid_colours_stand_out_of_grey_ones() {
        let (grey, red) = ([130, 130, 130, 255], [200, 16, 16, 255]);
        assert_eq!(dominant(&[grey, grey, grey, red, red]), Some((200, 16, 16)));
        assert_eq!(dominant(&[[grey; 40].as_slice(), &[red; 2]].concat()), Some((130, 130, 130)));
    }

    #[test]
    fn what_cannot_be_seen_has_no_colour() {
        assert_eq!(dominant(&[[255, 0, 0, 0]]), None);
        assert_eq!(dominant(&[]), None);
    }
}
