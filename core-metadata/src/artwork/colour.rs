//! The colour that a picture is remembered by.

use std::fmt;

use bridge_traits::Pixels;

/// How far apart the colours of one group may be: 32 steps for each part.
const SHIFT: u32 = 3;

/// How many groups of colours there are.
const GROUPS: usize = 1 << (3 * (8 - SHIFT));

/// A colour; as text `#rrggbb`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Colour {
    /// The red part.
    pub red: u8,
    /// The green part.
    pub green: u8,
    /// The blue part.
    pub blue: u8,
}

impl Colour {
    /// The colour that stands out of a small picture: the one that most pixels share, where vivid ones
    /// count more than greys. `None` if nothing can be seen.
    pub(super) fn dominant(pixels: &Pixels) -> Option<Self> {
        let mut groups = vec![Group::default(); GROUPS];
        for pixel in pixels.rgba.chunks_exact(4) {
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
        Some(Self { red, green, blue })
    }

    /// Reads a colour that was written as text.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        // A number may have a sign, a colour not.
        let is_colour = |digits: &&str| digits.len() == 6 && !digits.starts_with('+');
        let digits = text.strip_prefix('#').filter(is_colour)?;
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self { red, green, blue })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { red, green, blue } = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
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
        Colour::dominant(&pixels).map(|colour| (colour.red, colour.green, colour.blue))
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
