//! Ogg: pages that carry the packets of one or more streams.

use super::flac::StreamInfo;
use super::numbers::{be16, le16, le32, le64};
use super::{Parsed, Stream};
use crate::MetadataError;
use crate::tags::vorbis::{self, Run};
use crate::tags::{Found, LARGEST_COVER, Want};
use crate::window::{FETCH, Parse, Stop, Window};

/// How many streams may begin before ours. Videos have two or three.
const MOST_STREAMS: usize = 16;

/// How many header packets may follow the comments in a FLAC stream.
const MOST_FLAC_BLOCKS: u16 = 64;

const FIRST: u8 = 2;

/// The header of a page.
struct PageHeader {
    flags: u8,
    serial: u32,
    segments: bytes::Bytes,
    content: u64,
}

impl PageHeader {
    fn read(window: &mut Window, offset: u64) -> Parse<Option<Self>> {
        let bytes = window.read_up_to(offset, 27)?;
        if bytes.len() < 27 || !bytes.starts_with(b"OggS\0") {
            return Ok(None);
        }
        let count = usize::from(bytes[26]);
        Ok(Some(Self {
            flags: bytes[5],
            serial: le32(&bytes, 14),
            segments: window.read(offset + 27, count)?,
            content: offset + 27 + count as u64,
        }))
    }

    fn end(&self) -> u64 {
        self.content + self.segments.iter().map(|length| u64::from(*length)).sum::<u64>()
    }
}

/// The codecs that are recognised.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Codec {
    Vorbis,
    Opus,
    Speex,
    Flac,
}

impl Codec {
    fn of(packet: &[u8]) -> Option<Self> {
        [
            (&b"\x01vorbis"[..], Self::Vorbis),
            (b"OpusHead", Self::Opus),
            (b"Speex   ", Self::Speex),
            (b"\x7FFLAC", Self::Flac),
        ]
        .into_iter()
        .find_map(|(magic, codec)| packet.starts_with(magic).then_some(codec))
    }

    /// What precedes the comments in their packet.
    fn comment_prefix(self) -> &'static [u8] {
        match self {
            Self::Vorbis => b"\x03vorbis",
            Self::Opus => b"OpusTags",
            Self::Speex | Self::Flac => b"",
        }
    }
}

pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Parsed> {
    let (offset, serial, codec) = find_stream(window)?;
    let mut packets = Packets::new(window, offset, serial);
    let head = packets.rest_of_packet(80)?;
    let (stream, pre_skip) = identify(codec, &head)?;
    let found = match codec {
        Codec::Flac => flac_tags(&mut packets, be16(&head, 7), want)?,
        _ => comments(&mut packets, codec, want)?,
    };
    let audio = packets.next_page;
    let stream = match last_granule(window, serial)? {
        Some(granule) if stream.duration_ms.is_none() && granule > 0 => {
            let samples = granule.saturating_sub(pre_skip);
            stream.with_samples(samples)
        }
        _ => stream,
    };
    let bytes = window.length().saturating_sub(audio);
    Ok(Parsed { stream: stream.with_bytes(bytes), found })
}

/// The first page of the first stream with audio that is known here.
fn find_stream(window: &mut Window) -> Parse<(u64, u32, Codec)> {
    let mut offset = 0;
    for _ in 0..MOST_STREAMS {
        let Some(page) = PageHeader::read(window, offset)? else {
            return Err(MetadataError::Truncated.into());
        };
        if page.flags & FIRST == 0 {
            break;
        }
        let magic = window.read_up_to(page.content, 8)?;
        if let Some(codec) = Codec::of(&magic) {
            return Ok((offset, page.serial, codec));
        }
        offset = page.end();
    }
    Err(MetadataError::Unsupported { format: "Ogg video or data" }.into())
}

/// What the first packet says: the stream, and how many samples at its start are not heard.
fn identify(codec: Codec, head: &[u8]) -> Parse<(Stream, u64)> {
    let stream = |codec, sample_rate, channels| Stream {
        container: "ogg",
        codec,
        sample_rate,
        channels,
        bits_per_sample: None,
        duration_ms: None,
        bitrate: None,
        is_estimated: false,
    };
    let least = match codec {
        Codec::Vorbis => 30,
        Codec::Opus => 19,
        Codec::Speex => 80,
        Codec::Flac => 17 + StreamInfo::LENGTH,
    };
    if head.len() < least {
        return Err(MetadataError::Truncated.into());
    }
    Ok(match codec {
        Codec::Vorbis => (stream("vorbis", le32(head, 12), u32::from(head[11])), 0),
        // Opus always plays at 48 kHz, whatever the rate of the input was (RFC 7845 § 5.1).
        Codec::Opus => (stream("opus", 48_000, u32::from(head[9])), u64::from(le16(head, 10))),
        Codec::Speex => (stream("speex", le32(head, 36), le32(head, 48)), 0),
        Codec::Flac => {
            let mut info = [0; StreamInfo::LENGTH];
            info.copy_from_slice(&head[17..17 + StreamInfo::LENGTH]);
            (StreamInfo::parse(&info).stream("ogg"), 0)
        }
    })
}

fn comments(packets: &mut Packets<'_>, codec: Codec, want: Want) -> Parse<Found> {
    packets.next_packet()?;
    let prefix = codec.comment_prefix();
    if packets.take(prefix.len())? != prefix {
        return Err(Stop::malformed("ogg", "its comments are missing"));
    }
    vorbis::read(packets, want)
}

/// FLAC in Ogg: one metadata block per packet.
fn flac_tags(packets: &mut Packets<'_>, count: u16, want: Want) -> Parse<Found> {
    let mut found = Found::default();
    // Zero says that the number is unknown; the comments are there all the same.
    for _ in 0..count.clamp(1, MOST_FLAC_BLOCKS) {
        packets.next_packet()?;
        let header = packets.take(4)?;
        match header[0] & 0x7F {
            4 => found.fill(vorbis::read(packets, want)?),
            6 => {
                found.has_cover = true;
                if want == Want::Cover && found.cover.is_none() {
                    let block = packets.rest_of_packet(LARGEST_COVER)?;
                    found.fill(vorbis::read_picture(&block));
                }
            }
            _ => {}
        }
        if header[0] & 0x80 != 0 {
            break;
        }
    }
    Ok(found)
}

/// The position at the end of the last page of the stream.
fn last_granule(window: &mut Window, serial: u32) -> Parse<Option<u64>> {
    // Most pages have a few kilobytes; none has more than 65,307 bytes.
    let near = last_granule_in(window, serial, window.glance().min(FETCH))?;
    if near.is_some() { Ok(near) } else { last_granule_in(window, serial, FETCH) }
}

fn last_granule_in(window: &mut Window, serial: u32, length: u64) -> Parse<Option<u64>> {
    let start = window.length().saturating_sub(length);
    let size = usize::try_from(window.length() - start).unwrap_or(0);
    let tail = window.read_up_to(start, size)?;
    let pages =
        (0..tail.len().saturating_sub(4)).rev().filter(|at| tail[*at..].starts_with(b"OggS\0"));
    let mut is_last = true;
    for at in pages {
        let header = &tail[at..];
        let Some(segments) = header.get(26).map(|count| usize::from(*count)) else {
            return Err(MetadataError::Truncated.into());
        };
        let content = header.get(27..27 + segments);
        let length = content.map(|lengths| lengths.iter().map(|l| usize::from(*l)).sum::<usize>());
        if is_last && length.is_none_or(|length| 27 + segments + length > header.len()) {
            return Err(MetadataError::Truncated.into());
        }
        is_last = false;
        let granule = le64(header, 6);
        // All ones says that no packet ends in this page.
        if le32(header, 14) == serial && granule != u64::MAX {
            return Ok(Some(granule));
        }
    }
    Ok(None)
}

/// The packets of one stream, read as far as needed.
struct Packets<'a> {
    window: &'a mut Window,
    serial: u32,
    next_page: u64,
    // What is left of the current page: where each part of a packet lies, and whether it ends there.
    parts: std::collections::VecDeque<Part>,
    is_at_end: bool,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    offset: u64,
    length: u64,
    ends_packet: bool,
}

impl<'a> Packets<'a> {
    fn new(window: &'a mut Window, first_page: u64, serial: u32) -> Self {
        Self {
            window,
            serial,
            next_page: first_page,
            parts: std::collections::VecDeque::new(),
            is_at_end: false,
        }
    }

    /// Moves on to the start of the next packet.
    fn next_packet(&mut self) -> Parse<()> {
        while !self.is_at_end {
            self.advance(u64::MAX)?;
        }
        self.is_at_end = false;
        Ok(())
    }

    /// What is left of the current packet, at most `most` bytes.
    fn rest_of_packet(&mut self, most: usize) -> Parse<Vec<u8>> {
        let mut bytes = Vec::new();
        while bytes.len() < most && !self.is_at_end {
            let (offset, length) = self.advance((most - bytes.len()) as u64)?;
            let length = usize::try_from(length).map_err(|_| MetadataError::TooLarge)?;
            bytes.extend_from_slice(&self.window.read(offset, length)?);
        }
        Ok(bytes)
    }

    /// Passes over at most `most` bytes of the current packet that lie in one piece.
    fn advance(&mut self, most: u64) -> Parse<(u64, u64)> {
        while self.parts.is_empty() {
            self.load_page()?;
        }
        let Some(part) = self.parts.front_mut() else {
            return Err(MetadataError::Truncated.into());
        };
        let length = part.length.min(most);
        let offset = part.offset;
        part.offset += length;
        part.length -= length;
        if part.length == 0 {
            self.is_at_end = part.ends_packet;
            self.parts.pop_front();
        }
        Ok((offset, length))
    }

    fn load_page(&mut self) -> Parse<()> {
        let Some(page) = PageHeader::read(self.window, self.next_page)? else {
            return Err(MetadataError::Truncated.into());
        };
        self.next_page = page.end();
        if page.serial != self.serial {
            return Ok(());
        }
        let mut offset = page.content;
        let mut length = 0;
        for segment in &page.segments {
            length += u64::from(*segment);
            if *segment < 255 {
                self.parts.push_back(Part { offset, length, ends_packet: true });
                offset += length;
                length = 0;
            }
        }
        if length > 0 {
            self.parts.push_back(Part { offset, length, ends_packet: false });
        }
        Ok(())
    }
}

impl Run for Packets<'_> {
    fn take(&mut self, length: usize) -> Parse<Vec<u8>> {
        let bytes = self.rest_of_packet(length)?;
        if bytes.len() < length { Err(MetadataError::Truncated.into()) } else { Ok(bytes) }
    }

    fn skip(&mut self, mut length: u64) -> Parse<()> {
        while length > 0 {
            if self.is_at_end {
                return Err(MetadataError::Truncated.into());
            }
            length -= self.advance(length)?.1;
        }
        Ok(())
    }
}
