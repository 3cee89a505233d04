//! AAC without a container: ADTS frames in a row.

use super::numbers::Bits;
use super::{Parsed, Stream};
use crate::tags::{Want, ape, id3};
use crate::window::{Parse, Stop, Window};

/// How many frames in a row make it certain that this is ADTS.
const FRAMES: usize = 4;

/// How much of the file the length of a frame is averaged over.
const SAMPLE: u64 = 60 * 1024;

pub(crate) const SAMPLE_RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

/// The header of a frame.
#[derive(Clone, Copy, Debug)]
struct Header {
    sample_rate: u32,
    channels: u32,
    length: u64,
    samples: u64,
}

impl Header {
    fn read(window: &mut Window, offset: u64) -> Parse<Option<Self>> {
        let bytes = window.read_up_to(offset, 7)?;
        if bytes.len() < 7 || bytes[0] != 0xFF || bytes[1] & 0xF6 != 0xF0 {
            return Ok(None);
        }
        let mut bits = Bits::new(&bytes[2..]);
        bits.take(2);
        let rate = usize::try_from(bits.take(4)).ok().and_then(|at| SAMPLE_RATES.get(at));
        bits.take(1);
        let channels = bits.take(3);
        bits.take(4);
        let length = u64::from(bits.take(13));
        bits.take(11);
        let blocks = u64::from(bits.take(2)) + 1;
        let Some(&sample_rate) = rate.filter(|_| length > 7) else { return Ok(None) };
        let channels = if channels == 7 { 8 } else { channels };
        Ok(Some(Self { sample_rate, channels, length, samples: blocks * 1024 }))
    }
}

/// The first frame, if the audio at `start` is ADTS.
pub(crate) fn find(window: &mut Window, start: u64) -> Parse<Option<u64>> {
    let mut offset = start;
    let mut first: Option<Header> = None;
    for found in 0..FRAMES {
        match Header::read(window, offset)? {
            Some(next) if first.is_none_or(|first| first.sample_rate == next.sample_rate) => {
                first = first.or(Some(next));
                offset += next.length;
            }
            _ => return Ok((found > 1 && offset >= window.length()).then_some(start)),
        }
    }
    Ok(Some(start))
}

pub(crate) fn read(window: &mut Window, first_frame: u64, want: Want) -> Parse<Parsed> {
    let mut found = id3::read_both(window, want)?;
    found.fill(ape::read(window, want)?);
    let Some(first) = Header::read(window, first_frame)? else {
        return Err(Stop::malformed("aac", "its first frame makes no sense"));
    };
    let end = ape::audio_end(window)?;
    let (mut offset, mut samples) = (first_frame, 0);
    let most = SAMPLE.min(window.glance());
    while offset < end && offset - first_frame < most {
        let Some(header) = Header::read(window, offset)? else { break };
        offset += header.length;
        samples += header.samples;
    }
    let (read, all) = (offset - first_frame, end.saturating_sub(first_frame));
    let is_estimated = read < all;
    if is_estimated && read > 0 {
        let estimate = u128::from(samples) * u128::from(all) / u128::from(read);
        samples = u64::try_from(estimate).unwrap_or(samples);
    }
    let stream = Stream {
        container: "adts",
        codec: "aac",
        sample_rate: first.sample_rate,
        // Zero says that the channels are described in the audio itself; two are usual.
        channels: if first.channels == 0 { 2 } else { first.channels },
        bits_per_sample: None,
        duration_ms: None,
        bitrate: None,
        is_estimated,
    };
    Ok(Parsed { stream: stream.with_samples(samples).with_bytes(all), found })
}
