//! WAV and its 64-bit kin RF64 and BW64: chunks in a row.

use std::ops::Range;

use super::numbers::{le16, le32, le64};
use super::{Parsed, Stream, is_cut};
use crate::MetadataError;
use crate::tags::{Field, Fields, Found, LONGEST_FIELD, Want, id3};
use crate::window::{Parse, Stop, Window};

/// Real files have a handful.
pub(super) const MOST_CHUNKS: usize = 1024;

/// What `fmt ` says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    tag: u16,
    channels: u32,
    sample_rate: u32,
    bytes_per_second: u32,
    block: u16,
    bits: u16,
}

impl Format {
    fn codec(&self) -> &'static str {
        match self.tag {
            // Integers, floats, A-law, µ-law.
            1 | 3 | 6 | 7 => "pcm",
            2 | 0x11 => "adpcm",
            0x50 => "mp2",
            0x55 => "mp3",
            0xFF | 0x1600..=0x1602 => "aac",
            0x2000 => "ac3",
            _ => "unknown",
        }
    }
}

pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Parsed> {
    let mut offset = 12;
    let mut format = None;
    let mut samples = None;
    // The length of the audio and the number of samples, where they do not fit into 32 bits.
    let mut long = None;
    let mut data: Option<u64> = None;
    let mut info = None;
    let mut tag = None;
    for _ in 0..MOST_CHUNKS {
        let header = window.read_up_to(offset, 8)?;
        if header.len() < 8 {
            break;
        }
        let mut length = u64::from(le32(&header, 4));
        let content = offset + 8;
        match &header[..4] {
            b"ds64" => {
                let sizes = window.read_up_to(content, 28)?;
                long = Some((le64(&sizes, 8), le64(&sizes, 16)));
            }
            b"fmt " => format = Some(read_format(window, content, length)?),
            b"fact" if length >= 4 => {
                samples = match (le32(&window.read_up_to(content, 4)?, 0), long) {
                    (u32::MAX, long) => long.map(|(_, samples)| samples),
                    (samples, _) => Some(u64::from(samples)),
                };
            }
            b"data" if data.is_none() => {
                let available = window.length() - content;
                if let (0xFFFF_FFFF, Some((bytes, _))) = (length, long) {
                    length = bytes;
                } else if matches!(length, 0 | 0xFFFF_FFFF) {
                    // Written to a pipe: the program could not go back to fill it in.
                    length = available;
                }
                if is_cut(length, available) {
                    return Err(MetadataError::Truncated.into());
                }
                data = Some(length.min(available));
            }
            b"LIST" if window.read_up_to(content, 4)?[..] == *b"INFO" => {
                info = Some(content + 4..content.saturating_add(length).min(window.length()));
            }
            b"id3 " | b"ID3 " => tag = Some(content),
            _ => {}
        }
        // Chunks begin at even offsets.
        offset = content.saturating_add(length).saturating_add(length & 1);
    }
    let (Some(format), Some(data)) = (format, data) else {
        return Err(MetadataError::Truncated.into());
    };
    let mut found = match tag {
        Some(offset) => id3::read(window, offset, want)?,
        None => Found::default(),
    };
    if let (Some(range), Want::Fields) = (info, want) {
        found.fields.fill(read_info(window, range)?);
    }
    Ok(Parsed { stream: stream(format, samples, data)?, found })
}

/// Reads the content of `fmt `.
pub(super) fn read_format(window: &mut Window, offset: u64, length: u64) -> Parse<Format> {
    let size = usize::try_from(length.min(40)).unwrap_or(40);
    let bytes = window.read(offset, size)?;
    if size < 16 {
        return Err(Stop::malformed("wav", "its format is not described"));
    }
    let mut format = Format {
        tag: le16(&bytes, 0),
        channels: u32::from(le16(&bytes, 2)),
        sample_rate: le32(&bytes, 4),
        bytes_per_second: le32(&bytes, 8),
        block: le16(&bytes, 12),
        bits: le16(&bytes, 14),
    };
    if format.tag == 0xFFFE && size >= 26 {
        // Extensible: the tag is the start of a GUID.
        format.tag = le16(&bytes, 24);
    }
    Ok(format)
}

/// What the format makes of `data` bytes, which may be said to be so many samples.
pub(super) fn stream(format: Format, samples: Option<u64>, data: u64) -> Parse<Stream> {
    let codec = format.codec();
    let stream = Stream {
        container: "wav",
        codec,
        sample_rate: format.sample_rate,
        channels: format.channels,
        bits_per_sample: (codec == "pcm").then_some(u32::from(format.bits)),
        duration_ms: None,
        bitrate: None,
        is_estimated: false,
    };
    if codec == "pcm" {
        if format.block == 0 {
            return Err(Stop::malformed("wav", "its samples have no size"));
        }
        return Ok(stream.with_samples(data / u64::from(format.block)).with_bytes(data));
    }
    if let Some(samples) = samples.filter(|samples| *samples > 0) {
        return Ok(stream.with_samples(samples).with_bytes(data));
    }
    let millis = data.saturating_mul(1000).checked_div(u64::from(format.bytes_per_second));
    Ok(Stream { duration_ms: millis, is_estimated: true, ..stream }.with_bytes(data))
}

/// Reads the items of an INFO list.
pub(super) fn read_info(window: &mut Window, range: Range<u64>) -> Parse<Fields> {
    let mut fields = Fields::default();
    let mut offset = range.start;
    for _ in 0..MOST_CHUNKS {
        if offset + 8 > range.end {
            break;
        }
        let header = window.read_up_to(offset, 8)?;
        let length = u64::from(le32(&header, 4));
        let content = offset + 8;
        offset = content + length + (length & 1);
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        let item = field(header.first_chunk().copied().unwrap_or_default());
        if let (Some(field), true) = (item, size <= LONGEST_FIELD) {
            fields.put(field, &text(&window.read_up_to(content, size)?));
        }
    }
    Ok(fields)
}

/// What an item is about, if it matters.
pub(super) fn field(item: [u8; 4]) -> Option<Field> {
    Some(match &item {
        b"INAM" => Field::Title,
        b"IART" => Field::Artist,
        b"IPRD" => Field::Album,
        b"IMUS" => Field::Composer,
        b"ICRD" => Field::Date,
        b"IGNR" => Field::Genre,
        b"ICMT" => Field::Comment,
        b"IPRT" | b"ITRK" => Field::TrackNumber,
        b"IFRM" => Field::TrackTotal,
        _ => return None,
    })
}

/// Text in a chunk: UTF-8 today, Latin-1 in older files.
pub(super) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}
