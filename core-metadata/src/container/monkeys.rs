//! Monkey's Audio: one header, in one of two layouts.

use super::numbers::{le16, le32};
use super::{Parsed, Stream};
use crate::MetadataError;
use crate::tags::{Want, ape, id3};
use crate::window::{Parse, Window};

pub(crate) fn read(window: &mut Window, start: u64, want: Want) -> Parse<Parsed> {
    let mut found = ape::read(window, want)?;
    found.fill(id3::read_both(window, want)?);
    let head = window.read(start, 32)?;
    let version = le16(&head, 4);
    let header = if version >= 3980 {
        let descriptor = u64::from(le32(&head, 8));
        Header::parse(&window.read(start.saturating_add(descriptor), 24)?)
    } else {
        Header::parse_old(&head, version)
    };
    let end = ape::audio_end(window)?;
    if end <= start + 32 {
        return Err(MetadataError::Truncated.into());
    }
    let stream = Stream {
        container: "ape",
        codec: "ape",
        sample_rate: header.sample_rate,
        channels: header.channels,
        bits_per_sample: Some(header.bits),
        duration_ms: None,
        bitrate: None,
        is_estimated: false,
    };
    Ok(Parsed { stream: stream.with_samples(header.samples).with_bytes(end - start), found })
}

struct Header {
    sample_rate: u32,
    channels: u32,
    bits: u32,
    samples: u64,
}

impl Header {
    fn parse(bytes: &[u8]) -> Self {
        Self {
            sample_rate: le32(bytes, 20),
            channels: u32::from(le16(bytes, 18)),
            bits: u32::from(le16(bytes, 16)),
            samples: samples(le32(bytes, 12), le32(bytes, 4), le32(bytes, 8)),
        }
    }

    fn parse_old(bytes: &[u8], version: u16) -> Self {
        let compression = le16(bytes, 6);
        let flags = le16(bytes, 8);
        let per_frame = match version {
            3950.. => 73_728 * 4,
            3900.. => 73_728,
            3800.. if compression == 4000 => 73_728,
            _ => 9_216,
        };
        let bits = match flags {
            flags if flags & 1 != 0 => 8,
            flags if flags & 8 != 0 => 24,
            _ => 16,
        };
        Self {
            sample_rate: le32(bytes, 12),
            channels: u32::from(le16(bytes, 10)),
            bits,
            samples: samples(le32(bytes, 24), per_frame, le32(bytes, 28)),
        }
    }
}

fn samples(frames: u32, per_frame: u32, last: u32) -> u64 {
    match frames.checked_sub(1) {
        Some(whole) => u64::from(whole) * u64::from(per_frame) + u64::from(last),
        None => 0,
    }
}
