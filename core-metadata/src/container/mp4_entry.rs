//! Sample descriptions in MP4 files: which codec, and how it is set up.

use std::ops::Range;

use super::adts::SAMPLE_RATES;
use super::flac::StreamInfo;
use super::mp4::Boxes;
use super::numbers::{Bits, be16, be32, be64};
use crate::MetadataError;
use crate::window::{Parse, Stop, Window};

/// A sample description.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) codec: &'static str,
    pub(crate) sample_rate: u32,
    pub(crate) channels: u32,
    pub(crate) bits_per_sample: Option<u32>,
}

/// Reads the first description in the content of `stsd`.
pub(crate) fn read(window: &mut Window, table: Range<u64>) -> Parse<Entry> {
    let mut boxes = Boxes::new(table.start.saturating_add(8)..table.end);
    let Some(description) = boxes.next(window)? else {
        return Err(Stop::malformed("mp4", "its audio is not described"));
    };
    let start = description.content.start;
    let bytes = window.read_up_to(start, 64)?;
    if bytes.len() < 28 {
        return Err(MetadataError::Truncated.into());
    }
    let depth = u32::from(be16(&bytes, 18));
    let mut entry = Entry {
        codec: codec(description.kind),
        sample_rate: be32(&bytes, 24) >> 16,
        channels: u32::from(be16(&bytes, 16)),
        bits_per_sample: None,
    };
    let version = be16(&bytes, 8);
    if version == 2 {
        entry.sample_rate = whole(f64::from_bits(be64(&bytes, 32)));
        entry.channels = be32(&bytes, 40);
    }
    if entry.codec == "pcm" {
        entry.bits_per_sample = Some(match &description.kind {
            // What the kind says anyway is 16 in the field, for old programs.
            b"in24" => 24,
            b"in32" | b"fl32" => 32,
            b"fl64" => 64,
            _ if version == 2 => be32(&bytes, 48),
            _ => depth,
        });
    }
    // QuickTime appends fields, by version.
    let children = match version {
        0 => start + 28,
        1 => start + 44,
        _ => start + 64,
    };
    let mut boxes = Boxes::new(children..description.content.end);
    while let Some(next) = boxes.next(window)? {
        set_up(window, &mut entry, next.kind, next.content.clone())?;
        if next.kind == *b"wave" {
            let mut inner = Boxes::new(next.content);
            while let Some(next) = inner.next(window)? {
                set_up(window, &mut entry, next.kind, next.content)?;
            }
        }
    }
    Ok(entry)
}

/// The nearest whole number; what is negative or no number is zero.
fn whole(rate: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let whole = rate.round() as u32;
    whole
}

fn codec(kind: [u8; 4]) -> &'static str {
    match &kind {
        b"mp4a" => "aac",
        b".mp3" | b"ms\0\x55" => "mp3",
        b"alac" => "alac",
        b"fLaC" => "flac",
        b"Opus" => "opus",
        b"ac-3" => "ac3",
        b"ec-3" => "eac3",
        b"samr" | b"sawb" => "amr",
        b"lpcm" | b"sowt" | b"twos" | b"raw " | b"in24" | b"in32" | b"fl32" | b"fl64" | b"ipcm"
        | b"fpcm" | b"ulaw" | b"alaw" => "pcm",
        b"ima4" => "adpcm",
        // Bought with copy protection; only its seller's program plays it.
        b"drms" | b"enca" => "drm",
        _ => "unknown",
    }
}

fn set_up(window: &mut Window, entry: &mut Entry, kind: [u8; 4], content: Range<u64>) -> Parse<()> {
    let length = usize::try_from(content.end - content.start).unwrap_or(usize::MAX).min(128);
    let bytes = match &kind {
        b"esds" | b"alac" | b"dfLa" | b"dOps" => window.read_up_to(content.start, length)?,
        _ => return Ok(()),
    };
    match &kind {
        b"esds" => descriptors(entry, &bytes),
        b"alac" if bytes.len() >= 28 => {
            entry.bits_per_sample = Some(u32::from(bytes[9]));
            entry.channels = u32::from(bytes[13]);
            entry.sample_rate = be32(&bytes, 24);
        }
        b"dfLa" if bytes.len() >= 8 + StreamInfo::LENGTH => {
            let mut info = [0; StreamInfo::LENGTH];
            info.copy_from_slice(&bytes[8..8 + StreamInfo::LENGTH]);
            let info = StreamInfo::parse(&info);
            entry.sample_rate = info.sample_rate;
            entry.channels = info.channels;
            entry.bits_per_sample = Some(info.bits_per_sample);
        }
        b"dOps" if bytes.len() >= 2 => {
            entry.channels = u32::from(bytes[1]);
            entry.sample_rate = 48_000;
        }
        _ => {}
    }
    Ok(())
}

/// Reads the elementary stream descriptor (ISO 14496-1): descriptors in descriptors.
fn descriptors(entry: &mut Entry, bytes: &[u8]) {
    let mut rest = bytes.get(4..).unwrap_or_default();
    // At most: the stream, its decoder, the decoder's configuration.
    for _ in 0..3 {
        let Some((tag, content)) = descriptor(rest) else { return };
        rest = match tag {
            3 => {
                let flags = content.get(2).copied().unwrap_or(0);
                let url = if flags & 0x40 != 0 {
                    1 + content.get(3).map_or(0, |n| usize::from(*n))
                } else {
                    0
                };
                let skipped =
                    3 + usize::from(flags >> 7) * 2 + url + usize::from((flags >> 5) & 1) * 2;
                content.get(skipped..).unwrap_or_default()
            }
            4 => {
                match content.first() {
                    Some(0x69 | 0x6B) => entry.codec = "mp3",
                    Some(0x40 | 0x66..=0x68) => {}
                    _ => entry.codec = "unknown",
                }
                content.get(13..).unwrap_or_default()
            }
            5 => return aac_config(entry, content),
            _ => return,
        };
    }
}

fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let tag = *bytes.first()?;
    let mut length = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(1).take(4) {
        length = (length << 7) | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            let content = bytes.get(at + 1..)?;
            return Some((tag, &content[..length.min(content.len())]));
        }
    }
    None
}

/// Reads the audio specific configuration of AAC (ISO 14496-3).
fn aac_config(entry: &mut Entry, bytes: &[u8]) {
    fn object_type(bits: &mut Bits<'_>) -> u32 {
        match bits.take(5) {
            31 => 32 + bits.take(6),
            kind => kind,
        }
    }
    fn rate(bits: &mut Bits<'_>) -> Option<u32> {
        match usize::try_from(bits.take(4)).ok()? {
            15 => Some(bits.take(24)),
            index => SAMPLE_RATES.get(index).copied(),
        }
    }
    if entry.codec != "aac" || bytes.len() < 2 {
        return;
    }
    let mut bits = Bits::new(bytes);
    let kind = object_type(&mut bits);
    let core_rate = rate(&mut bits);
    let channels = match bits.take(4) {
        7 => 8,
        channels => channels,
    };
    // Spectral band replication doubles the rate, parametric stereo the channels.
    let is_parametric = kind == 29;
    let rate = if kind == 5 || is_parametric { rate(&mut bits) } else { core_rate };
    if let Some(rate) = rate.filter(|rate| *rate > 0) {
        entry.sample_rate = rate;
    }
    if channels > 0 {
        entry.channels = if is_parametric && channels == 1 { 2 } else { channels };
    }
}
