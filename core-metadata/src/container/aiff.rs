//! AIFF and AIFF-C: chunks in a row, most significant byte first.

use super::numbers::{be16, be32, be64};
use super::riff::{MOST_CHUNKS, text};
use super::{Parsed, Stream, is_cut};
use crate::MetadataError;
use crate::tags::{Field, Fields, Found, LONGEST_FIELD, Want, id3};
use crate::window::{Parse, Stop, Window};

pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Parsed> {
    let is_compressed = window.read(8, 4)?[..] == *b"AIFC";
    let mut offset = 12;
    let mut common = None;
    let mut data = None;
    let mut tag = None;
    let mut fields = Fields::default();
    for _ in 0..MOST_CHUNKS {
        let header = window.read_up_to(offset, 8)?;
        if header.len() < 8 {
            break;
        }
        let length = u64::from(be32(&header, 4));
        let content = offset + 8;
        match &header[..4] {
            b"COMM" => common = Some((content, length)),
            b"SSND" => {
                let available = window.length() - content;
                if is_cut(length, available) {
                    return Err(MetadataError::Truncated.into());
                }
                // Offset and block size come before the samples.
                data = Some(length.min(available).saturating_sub(8));
            }
            b"ID3 " | b"id3 " => tag = Some(content),
            kind @ (b"NAME" | b"AUTH" | b"ANNO") if length <= LONGEST_FIELD as u64 => {
                let size = usize::try_from(length).unwrap_or(0);
                let field = match kind {
                    b"NAME" => Field::Title,
                    b"AUTH" => Field::Artist,
                    _ => Field::Comment,
                };
                fields.put(field, &text(&window.read_up_to(content, size)?));
            }
            _ => {}
        }
        offset = content + length + (length & 1);
    }
    let (Some((common, length)), Some(data)) = (common, data) else {
        return Err(MetadataError::Truncated.into());
    };
    if length < 18 {
        return Err(Stop::malformed("aiff", "its format is not described"));
    }
    let bytes = window.read(common, if is_compressed && length >= 22 { 22 } else { 18 })?;
    let codec = codec(bytes.get(18..22));
    // Packets of 64 samples.
    let frames = u64::from(be32(&bytes, 2)) * if codec == "adpcm" { 64 } else { 1 };
    let stream = Stream {
        container: "aiff",
        codec,
        sample_rate: extended(&bytes[8..18]),
        channels: u32::from(be16(&bytes, 0)),
        bits_per_sample: (codec == "pcm").then_some(u32::from(be16(&bytes, 6))),
        duration_ms: None,
        bitrate: None,
        is_estimated: false,
    };
    if codec == "pcm" && is_cut(frames * u64::from(stream.channels), data) {
        return Err(MetadataError::Truncated.into());
    }
    let mut found = match tag {
        Some(offset) => id3::read(window, offset, want)?,
        None => Found::default(),
    };
    found.fields.fill(fields);
    Ok(Parsed { stream: stream.with_samples(frames).with_bytes(data), found })
}

fn codec(compression: Option<&[u8]>) -> &'static str {
    match compression {
        None
        | Some(
            b"NONE" | b"twos" | b"sowt" | b"raw " | b"in24" | b"in32" | b"fl32" | b"FL32" | b"fl64"
            | b"FL64" | b"ulaw" | b"ULAW" | b"alaw" | b"ALAW",
        ) => "pcm",
        Some(b"ima4") => "adpcm",
        Some(_) => "unknown",
    }
}

/// A sample rate as an 80-bit float, which is how the format writes it; zero if it makes no sense.
fn extended(bytes: &[u8]) -> u32 {
    let exponent = i32::from(be16(bytes, 0)) - 16_383;
    let mantissa = be64(bytes, 2);
    match exponent {
        0..=31 => u32::try_from(mantissa >> (63 - exponent)).unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_rates_are_extended_floats() {
        assert_eq!(extended(&[0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0]), 44_100);
        assert_eq!(extended(&[0x40, 0x0F, 0xBB, 0x80, 0, 0, 0, 0, 0, 0]), 96_000);
        assert_eq!(extended(&[0; 10]), 0);
        assert_eq!(extended(&[0xFF; 10]), 0);
    }
}
