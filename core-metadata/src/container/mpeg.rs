//! MPEG audio (MP3 and its elder brothers): frames in a row, and perhaps a summary in the first one.

use super::numbers::{be16, be32};
use super::{Parsed, Stream, is_cut};
use crate::MetadataError;
use crate::tags::{Want, ape, id3};
use crate::window::{Parse, Stop, Window};

/// How far into the audio the first frame may begin. Some programs leave an old tag's padding.
const SEARCH: usize = 64 * 1024;

/// The first look, which is enough for almost every file.
const FIRST_LOOK: usize = 4 * 1024;

/// How many frames in a row make it certain that this is MPEG audio.
const FRAMES: usize = 4;

const BITRATES: [[u32; 15]; 5] = [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// The header of a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    /// 1 for MPEG 1, 2 for MPEG 2 and 2.5.
    version: u32,
    layer: u32,
    bitrate: u32,
    sample_rate: u32,
    channels: u32,
    samples: u32,
    length: u32,
}

impl Header {
    fn parse(bytes: [u8; 4]) -> Option<Self> {
        let [0xFF, second, third, fourth] = bytes else { return None };
        let version_bits = (second >> 3) & 3;
        let layer = match (second >> 1) & 3 {
            3 => 1,
            2 => 2,
            1 => 3,
            _ => return None,
        };
        if second & 0xE0 != 0xE0 || version_bits == 1 {
            return None;
        }
        let version = if version_bits == 3 { 1 } else { 2 };
        let row = match (version, layer) {
            (1, layer) => layer - 1,
            (_, 1) => 3,
            _ => 4,
        };
        // Index 0 is a "free" bitrate, which nobody uses; 15 is forbidden.
        let bitrate = *BITRATES.get(row)?.get(usize::from(third >> 4)).filter(|rate| **rate > 0)?;
        let rate = *[44_100, 48_000, 32_000].get(usize::from((third >> 2) & 3))?;
        let sample_rate = match version_bits {
            3 => rate,
            2 => rate / 2,
            _ => rate / 4,
        };
        let padding = u32::from((third >> 1) & 1);
        let samples = match (version, layer) {
            (_, 1) => 384,
            (2, 3) => 576,
            _ => 1152,
        };
        let length = if layer == 1 {
            (12 * bitrate * 1000 / sample_rate + padding) * 4
        } else {
            samples / 8 * bitrate * 1000 / sample_rate + padding
        };
        let channels = if fourth >> 6 == 3 { 1 } else { 2 };
        let layer = u32::try_from(layer).ok()?;
        Some(Self { version, layer, bitrate, sample_rate, channels, samples, length })
    }

    fn read(window: &mut Window, offset: u64) -> Parse<Option<Self>> {
        let bytes = window.read_up_to(offset, 4)?;
        Ok(<[u8; 4]>::try_from(&bytes[..]).ok().and_then(Self::parse))
    }

    /// Whether both can be frames of one stream.
    fn matches(&self, other: &Self) -> bool {
        (self.version, self.layer, self.sample_rate)
            == (other.version, other.layer, other.sample_rate)
    }
}

/// The first frame of a run of frames that begins near `start`.
pub(crate) fn find(window: &mut Window, start: u64) -> Parse<Option<u64>> {
    for length in [FIRST_LOOK, SEARCH] {
        let bytes = window.read_up_to(start, length)?;
        for (at, pair) in bytes.windows(4).enumerate() {
            let &[0xFF, _, _, _] = pair else { continue };
            let Some(header) = <[u8; 4]>::try_from(pair).ok().and_then(Header::parse) else {
                continue;
            };
            let offset = start + at as u64;
            if is_run(window, offset, header)? {
                return Ok(Some(offset));
            }
        }
        if bytes.len() < length {
            break;
        }
    }
    Ok(None)
}

fn is_run(window: &mut Window, first: u64, header: Header) -> Parse<bool> {
    let mut offset = first + u64::from(header.length);
    for found in 1..FRAMES {
        if offset >= window.length() {
            // The end of a very short file; one frame alone could be anything.
            return Ok(found > 1 || first == 0 && offset == window.length());
        }
        match Header::read(window, offset)? {
            Some(next) if next.matches(&header) => offset += u64::from(next.length),
            _ => return Ok(found > 1 && &window.read_up_to(offset, 3)?[..] == b"TAG"),
        }
    }
    Ok(true)
}

pub(crate) fn read(window: &mut Window, first_frame: u64, want: Want) -> Parse<Parsed> {
    let mut found = id3::read_both(window, want)?;
    found.fill(ape::read(window, want)?);
    let Some(header) = Header::read(window, first_frame)? else {
        return Err(Stop::malformed("mp3", "its first frame makes no sense"));
    };
    let stream = Stream {
        container: "mp3",
        codec: match header.layer {
            1 => "mp1",
            2 => "mp2",
            _ => "mp3",
        },
        sample_rate: header.sample_rate,
        channels: header.channels,
        bits_per_sample: None,
        duration_ms: None,
        bitrate: None,
        is_estimated: false,
    };
    let end = ape::audio_end(window)?;
    let available = end.saturating_sub(first_frame);
    if let Some(summary) = Summary::read(window, first_frame, header)? {
        if summary.bytes.is_some_and(|bytes| is_cut(u64::from(bytes), available)) {
            return Err(MetadataError::Truncated.into());
        }
        let stream = stream
            .with_samples(u64::from(summary.frames) * u64::from(header.samples))
            .with_bytes(summary.bytes.map_or(available, u64::from));
        return Ok(Parsed { stream, found });
    }
    let bitrate = average_bitrate(window, first_frame, header)?;
    let stream = Stream {
        duration_ms: Some((available * 8 + bitrate / 2) / bitrate.max(1)),
        bitrate: u32::try_from(bitrate).ok(),
        is_estimated: true,
        ..stream
    };
    Ok(Parsed { stream, found })
}

/// What the encoder says of the whole file in its first, silent frame.
struct Summary {
    frames: u32,
    bytes: Option<u32>,
}

impl Summary {
    fn read(window: &mut Window, first_frame: u64, header: Header) -> Parse<Option<Self>> {
        let side = match (header.version, header.channels) {
            (1, 1) | (2, 2) => 17,
            (1, _) => 32,
            _ => 9,
        };
        let bytes = window.read_up_to(first_frame + 4, 64)?;
        if matches!(bytes.get(side..side + 4), Some(b"Xing" | b"Info")) {
            let flags = be32(&bytes, side + 4);
            let frames = be32(&bytes, side + 8);
            let length = be32(&bytes, side + 12);
            // Without the number of frames it is only a mark.
            return Ok((flags & 1 != 0 && frames > 0).then_some(Self {
                frames,
                bytes: (flags & 2 != 0 && length > 0).then_some(length),
            }));
        }
        if bytes.get(32..36) == Some(b"VBRI") && be16(&bytes, 36) == 1 {
            let length = be32(&bytes, 42);
            let frames = be32(&bytes, 46);
            return Ok((frames > 0).then_some(Self { frames, bytes: Some(length) }));
        }
        Ok(None)
    }
}

/// The bitrate of the first frames, in kbit/s: exact where it is constant.
fn average_bitrate(window: &mut Window, first_frame: u64, first: Header) -> Parse<u64> {
    const SAMPLE: usize = 32;
    let (mut sum, mut count, mut offset) = (0, 0, first_frame);
    for _ in 0..SAMPLE {
        match Header::read(window, offset)? {
            Some(header) if header.matches(&first) => {
                sum += u64::from(header.bitrate);
                count += 1;
                offset += u64::from(header.length);
            }
            _ => break,
        }
    }
    Ok(u64::checked_div(sum, count).unwrap_or(u64::from(first.bitrate)))
}
