//! `WavPack`: blocks in a row.

use super::numbers::le32;
use super::{Parsed, Stream};
use crate::MetadataError;
use crate::tags::{Want, ape};
use crate::window::{Parse, Window};

/// How many blocks may carry the channels of one moment.
const MOST_BLOCKS: usize = 32;

const SAMPLE_RATES: [u32; 15] = [
    6_000, 8_000, 9_600, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000,
    88_200, 96_000, 192_000,
];

const MONO: u32 = 1 << 2;
const FINAL_BLOCK: u32 = 1 << 12;

/// The header of a block.
#[derive(Clone, Copy, Debug)]
struct Header {
    length: u64,
    /// Samples in the whole file, where the encoder knew.
    total: Option<u64>,
    first: u64,
    samples: u64,
    flags: u32,
}

impl Header {
    const LENGTH: usize = 32;

    fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < Self::LENGTH || !bytes.starts_with(b"wvpk") {
            return None;
        }
        let total = le32(bytes, 12);
        Some(Self {
            length: u64::from(le32(bytes, 4)) + 8,
            total: (total != u32::MAX).then(|| u64::from(total) | (u64::from(bytes[11]) << 32)),
            first: u64::from(le32(bytes, 16)) | (u64::from(bytes[10]) << 32),
            samples: u64::from(le32(bytes, 20)),
            flags: le32(bytes, 24),
        })
    }
}

pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Parsed> {
    let found = ape::read(window, want)?;
    let Some(first) = Header::parse(&window.read_up_to(0, Header::LENGTH)?) else {
        return Err(MetadataError::Truncated.into());
    };
    let mut channels = 0;
    let (mut offset, mut block) = (0, Some(first));
    for _ in 0..MOST_BLOCKS {
        let Some(header) = block else { break };
        channels += if header.flags & MONO != 0 { 1 } else { 2 };
        if header.flags & FINAL_BLOCK != 0 {
            break;
        }
        offset += header.length;
        block = Header::parse(&window.read_up_to(offset, Header::LENGTH)?);
    }
    let Header { flags, total, .. } = first;
    let last = Last::read(window)?;
    if let (Some(total), Some(last)) = (total, &last)
        && (!last.is_whole || last.end + last.samples < total)
    {
        return Err(MetadataError::Truncated.into());
    }
    // An encoder that wrote to a pipe could not go back to fill in the length.
    let total = total.or(last.map(|last| last.end));
    let index = usize::try_from((flags >> 23) & 0xF).unwrap_or(0);
    let stream = Stream {
        container: "wavpack",
        codec: "wavpack",
        // Index 15 says that a sub-block names the rate; such rates are rare.
        sample_rate: SAMPLE_RATES.get(index).copied().unwrap_or(44_100),
        channels,
        bits_per_sample: Some(((flags & 3) + 1) * 8 - ((flags >> 13) & 0x1F).min(7)),
        duration_ms: None,
        bitrate: None,
        is_estimated: index == 15,
    };
    let stream = match total {
        Some(total) => stream.with_samples(total),
        None => stream,
    };
    let end = ape::audio_end(window)?;
    Ok(Parsed { stream: stream.with_bytes(end), found })
}

/// The last block in the file.
struct Last {
    is_whole: bool,
    samples: u64,
    /// The number of the sample behind it.
    end: u64,
}

impl Last {
    fn read(window: &mut Window) -> Parse<Option<Self>> {
        let start = window.length().saturating_sub(window.glance());
        let size = usize::try_from(window.length() - start).unwrap_or(0);
        let tail = window.read_up_to(start, size)?;
        let last = (0..tail.len()).rev().find_map(|at| {
            let block = Header::parse(&tail[at..]).filter(|block| block.samples > 0)?;
            let is_whole = block.length <= (tail.len() - at) as u64;
            Some(Self { is_whole, samples: block.samples, end: block.first + block.samples })
        });
        Ok(last)
    }
}
