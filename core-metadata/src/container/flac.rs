//! FLAC: metadata blocks, then frames.

use super::numbers::be16;
use super::{Parsed, Stream};
use crate::MetadataError;
use crate::cue;
use crate::tags::vorbis::{self, Run};
use crate::tags::{Found, LARGEST_COVER, LONGEST_TEXT, Want, id3};
use crate::window::{FETCH, Parse, Stop, Window};

/// Real files have a handful.
const MOST_BLOCKS: usize = 1024;

const STREAM_INFO: u8 = 0;
const COMMENTS: u8 = 4;
const CUE_SHEET: u8 = 5;
const PICTURE: u8 = 6;

/// The first block: what every frame has in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamInfo {
    largest_block: u64,
    pub(crate) sample_rate: u32,
    pub(crate) channels: u32,
    pub(crate) bits_per_sample: u32,
    /// Samples per channel; zero if the encoder did not know.
    pub(crate) samples: u64,
}

impl StreamInfo {
    pub(crate) const LENGTH: usize = 34;

    pub(crate) fn parse(bytes: &[u8; Self::LENGTH]) -> Self {
        let mut bits = super::numbers::Bits::new(&bytes[10..18]);
        Self {
            largest_block: u64::from(be16(bytes, 2)),
            sample_rate: bits.take(20),
            channels: bits.take(3) + 1,
            bits_per_sample: bits.take(5) + 1,
            samples: (u64::from(bits.take(4)) << 32) | u64::from(bits.take(32)),
        }
    }

    /// A stream of this kind in `container`.
    pub(crate) fn stream(&self, container: &'static str) -> Stream {
        let stream = Stream {
            container,
            codec: "flac",
            sample_rate: self.sample_rate,
            channels: self.channels,
            bits_per_sample: Some(self.bits_per_sample),
            duration_ms: None,
            bitrate: None,
            is_estimated: false,
        };
        if self.samples > 0 { stream.with_samples(self.samples) } else { stream }
    }
}

pub(crate) fn read(window: &mut Window, start: u64, want: Want) -> Parse<Parsed> {
    let mut offset = start + 4;
    let mut info: Option<StreamInfo> = None;
    let mut found = Found::default();
    let mut has_comments = false;
    let mut picture: Option<(u64, usize, bool)> = None;
    for number in 0..MOST_BLOCKS {
        let [kind, a, b, c] = window.array(offset)?;
        let length = u64::from(u32::from_be_bytes([0, a, b, c]));
        let content = offset + 4;
        offset = content + length;
        match kind & 0x7F {
            STREAM_INFO if number == 0 && length >= StreamInfo::LENGTH as u64 => {
                info = Some(StreamInfo::parse(&window.array(content)?));
            }
            _ if number == 0 => {
                return Err(Stop::malformed("flac", "its first block is missing or too short"));
            }
            COMMENTS if !has_comments => {
                has_comments = true;
                let mut run = BlockRun { window, offset: content, end: offset };
                found.fill(vorbis::read(&mut run, want)?);
            }
            CUE_SHEET if want == Want::Fields && length <= LONGEST_TEXT as u64 => {
                let size = usize::try_from(length).unwrap_or(0);
                let rate = info.map_or(0, |info| info.sample_rate);
                found.fields.cue_sheet = cue::read_block(&window.read(content, size)?, rate);
            }
            PICTURE => {
                found.has_cover = true;
                let size = usize::try_from(length).unwrap_or(usize::MAX);
                if want == Want::Cover && size <= LARGEST_COVER {
                    let is_front = window.array(content)? == [0, 0, 0, 3];
                    if picture.is_none_or(|(_, _, front)| is_front && !front) {
                        picture = Some((content, size, is_front));
                    }
                }
                // Nothing of interest is left, and the next block is far away.
                if want == Want::Fields && has_comments && length > FETCH / 2 {
                    break;
                }
            }
            _ => {}
        }
        if kind & 0x80 != 0 {
            break;
        }
    }
    let Some(info) = info else { return Err(MetadataError::Truncated.into()) };
    if let Some((content, size, _)) = picture {
        let block = window.read(content, size)?;
        let picture = vorbis::read_picture(&block);
        found.cover = picture.cover.or(found.cover);
    }
    if start > 0 {
        found.fill(id3::read_both(window, want)?);
    }
    if offset >= window.length() || is_cut(window, offset, info)? {
        return Err(MetadataError::Truncated.into());
    }
    let stream = info.stream("flac").with_bytes(window.length() - offset);
    Ok(Parsed { stream, found })
}

/// The content of a block.
struct BlockRun<'a> {
    window: &'a mut Window,
    offset: u64,
    end: u64,
}

impl Run for BlockRun<'_> {
    fn take(&mut self, length: usize) -> Parse<Vec<u8>> {
        let offset = self.offset;
        self.skip(length as u64)?;
        Ok(self.window.read(offset, length)?.to_vec())
    }

    fn skip(&mut self, length: u64) -> Parse<()> {
        self.offset = self.offset.saturating_add(length);
        if self.offset > self.end { Err(MetadataError::Truncated.into()) } else { Ok(()) }
    }
}

/// Whether the last frame in the file is far from the last one there should be.
fn is_cut(window: &mut Window, audio: u64, info: StreamInfo) -> Parse<bool> {
    if info.samples == 0 {
        return Ok(false);
    }
    let start = window.length().saturating_sub(window.glance()).max(audio);
    let size = usize::try_from(window.length() - start).unwrap_or(0);
    let tail = window.read_up_to(start, size)?;
    let last = (0..tail.len().saturating_sub(1))
        .rev()
        .filter(|at| tail[*at] == 0xFF && tail[at + 1] & 0xFE == 0xF8)
        .find_map(|at| frame_end(&tail[at..], info));
    // A tail without any frame is one very long frame, or not for us to judge.
    Ok(last.is_some_and(|end| end + info.largest_block < info.samples))
}

/// The number of the sample behind the frame at the start of `bytes`, if there is a frame.
fn frame_end(bytes: &[u8], info: StreamInfo) -> Option<u64> {
    let &[_, second, third, fourth, ..] = bytes else { return None };
    let (block_code, rate_code) = (third >> 4, third & 0xF);
    let (channel_code, depth_code) = (fourth >> 4, (fourth >> 1) & 7);
    let channels = if channel_code < 8 { u32::from(channel_code) + 1 } else { 2 };
    let depth = [0, 8, 12, 0, 16, 20, 24, 32].get(usize::from(depth_code)).copied()?;
    if fourth & 1 != 0
        || channel_code > 10
        || channels != info.channels
        || rate_code == 15
        || depth_code == 3
        || (depth != 0 && depth != info.bits_per_sample)
    {
        return None;
    }
    let (number, mut at) = coded_number(bytes)?;
    let block = match block_code {
        0 => return None,
        1 => 192,
        code @ 2..=5 => 576 << (code - 2),
        6 => {
            at += 1;
            u64::from(*bytes.get(at - 1)?) + 1
        }
        7 => {
            at += 2;
            u64::from(be16(bytes, at - 2)) + 1
        }
        code => 256 << (code - 8),
    };
    at += match rate_code {
        12 => 1,
        13 | 14 => 2,
        _ => 0,
    };
    if bytes.get(at) != Some(&crc8(bytes.get(..at)?)) {
        return None;
    }
    // With blocks of one size, frames are numbered instead of samples. The smallest block tells
    // nothing: it must not be the last one (RFC 9639 § 8.2), but some encoders have it so.
    let first = if second & 1 == 0 { number.checked_mul(info.largest_block)? } else { number };
    Some(first + block)
}

/// A number coded like a character of UTF-8, but up to 36 bits long, and the offset behind it.
fn coded_number(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.get(4)?;
    let more = match first.leading_ones() {
        0 => return Some((u64::from(first), 5)),
        ones @ 2..=7 => usize::try_from(ones).ok()? - 1,
        _ => return None,
    };
    let start = u64::from(first) & ((1 << (6 - more.min(6))) - 1);
    let rest = bytes.get(5..5 + more)?;
    let number = rest.iter().try_fold(start, |number, byte| {
        (byte & 0xC0 == 0x80).then(|| (number << 6) | u64::from(byte & 0x3F))
    })?;
    Some((number, 5 + more))
}

fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| if crc & 0x80 != 0 { (crc << 1) ^ 7 } else { crc << 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_of_frame_headers() {
        assert_eq!(crc8(b"123456789"), 0xF4);
    }

    #[test]
    fn coded_numbers_have_up_to_seven_bytes() {
        assert_eq!(coded_number(&[0, 0, 0, 0, 0x7F]), Some((127, 5)));
        assert_eq!(coded_number(&[0, 0, 0, 0, 0xC2, 0x80]), Some((128, 6)));
        let longest = [0, 0, 0, 0, 0xFE, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF];
        assert_eq!(coded_number(&longest), Some(((1 << 36) - 1, 11)));
        assert_eq!(coded_number(&[0, 0, 0, 0, 0x80]), None);
        assert_eq!(coded_number(&[0, 0, 0, 0, 0xC2, 0x00]), None);
    }
}
