//! Musepack, stream versions 7 and 8.

use super::numbers::{Bits, le32};
use super::{Parsed, Stream};
use crate::MetadataError;
use crate::tags::{Want, ape, id3};
use crate::window::{Parse, Stop, Window};

const SAMPLE_RATES: [u32; 4] = [44_100, 48_000, 37_800, 32_000];

/// How many packets may come before the one with the stream's header.
const MOST_PACKETS: usize = 16;

pub(crate) fn read(window: &mut Window, start: u64, want: Want) -> Parse<Parsed> {
    let mut found = ape::read(window, want)?;
    found.fill(id3::read_both(window, want)?);
    let head = window.read(start, 12)?;
    let (sample_rate, channels, samples) = if head.starts_with(b"MPCK") {
        version_8(window, start + 4)?
    } else if head[3] & 0xF == 7 {
        let index = usize::try_from((le32(&head, 8) >> 16) & 3).unwrap_or(0);
        (SAMPLE_RATES[index], 2, u64::from(le32(&head, 4)) * 1152)
    } else {
        return Err(MetadataError::Unsupported { format: "old Musepack" }.into());
    };
    let end = ape::audio_end(window)?;
    let stream = Stream {
        container: "musepack",
        codec: "musepack",
        sample_rate,
        channels,
        bits_per_sample: None,
        duration_ms: None,
        bitrate: None,
        is_estimated: false,
    };
    let stream = stream.with_samples(samples).with_bytes(end.saturating_sub(start));
    Ok(Parsed { stream, found })
}

fn version_8(window: &mut Window, start: u64) -> Parse<(u32, u32, u64)> {
    let mut offset = start;
    for _ in 0..MOST_PACKETS {
        let bytes = window.read_up_to(offset, 48)?;
        let Some((length, behind)) = variable(&bytes, 2) else { break };
        if bytes.starts_with(b"SH") {
            // A checksum and a version come first.
            let Some((samples, at)) = variable(&bytes, behind + 5) else { break };
            let Some((silence, at)) = variable(&bytes, at) else { break };
            let mut bits = Bits::new(bytes.get(at..).unwrap_or_default());
            let index = usize::try_from(bits.take(3)).unwrap_or(0);
            bits.take(5);
            let channels = bits.take(4) + 1;
            let rate = SAMPLE_RATES.get(index).copied().unwrap_or(0);
            return Ok((rate, channels, samples.saturating_sub(silence)));
        }
        if length < behind as u64 {
            break;
        }
        offset = offset.saturating_add(length);
    }
    Err(Stop::malformed("musepack", "its format is not described"))
}

/// A number of 7 bits per byte, and the offset behind it.
fn variable(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.get(at..)?.iter().enumerate().take(9) {
        value = (value << 7) | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, at + index + 1));
        }
    }
    None
}
