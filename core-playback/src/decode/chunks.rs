//! Audio in files made of chunks: WAVE in its three sizes, AIFF, AIFF-C and CAF.
//!
//! Their demuxers want every length in the header to be true and to fit in 32 bits. In a file that
//! was cut, recorded as a stream or is larger than that, it does not. So the chunks are read here
//! (EBU Tech 3306, Apple's AIFF-C draft and Core Audio Format specification), and the demuxer is shown a short header of our own in
//! front of the audio that is really there.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use super::frames::fill;
use super::packets::{is_endless, whole_packets};
use super::sniff::Container;

/// The most chunks that are looked at.
const MOST_CHUNKS: usize = 4096;

/// The longest description of a format.
const LONGEST_FORMAT: usize = 4096;

/// The longest other chunk that a demuxer is shown. A table of packets takes two bytes for each.
const LONGEST_TABLE: usize = 4 << 20;

/// The longest packet of one size for all. Demuxers multiply it without care.
const LONGEST_PACKET: u32 = 1 << 20;

/// What all identifiers of Wave64 end in, up to where they differ.
const WAVE64_ID: [u8; 4] = [0xf3, 0xac, 0xd3, 0x11];

/// A header that says the truth about the audio behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Chunked {
    /// What the demuxer is to see before the audio.
    pub(crate) header: Arc<[u8]>,
    /// Whose demuxer that is.
    pub(crate) demuxer: Container,
    /// The audio, in whole blocks.
    pub(crate) range: Range<u64>,
    /// How many blocks the file promises; of uncompressed audio, a block is a frame.
    pub(crate) blocks: u64,
}

/// How chunks are written in a kind of file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Family {
    /// WAVE, RF64 and BW64.
    Wave,
    /// Sony Wave64.
    Wave64,
    /// AIFF and AIFF-C.
    Aiff,
    /// Apple's Core Audio Format.
    Caf,
}

#[derive(Default)]
struct Found {
    format: Vec<u8>,
    /// Where the audio starts, and how long it is said to be.
    data: Option<(u64, Option<u64>)>,
    /// The length that is too large for the chunk itself.
    large: Option<u64>,
    /// Other chunks that matter, as they are.
    others: Vec<u8>,
    /// The table of packets, if all of it is there.
    table: Option<Vec<u8>>,
}

struct Chunk {
    id: [u8; 4],
    body: u64,
    size: u64,
    next: u64,
}

/// Reads the chunks of the file in `range`. Fails if they make no sense, with
/// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if that is because the file was cut.
pub(crate) fn read_chunks(
    reader: &mut (impl Read + Seek),
    family: Family,
    range: Range<u64>,
) -> io::Result<Chunked> {
    let mut start = [0; 12];
    reader.seek(SeekFrom::Start(range.start))?;
    fill(reader, &mut start)?;
    let is_compressed = start.ends_with(b"AIFC");
    // Who writes to a pipe can never go back to say how long it became.
    let is_stream = matches!(start[4..8], [0, 0, 0, 0] | [0xff, 0xff, 0xff, 0xff]);
    let mut found = Found::default();
    let mut position = range.start + family.first_chunk();
    for _ in 0..MOST_CHUNKS {
        let Some(chunk) = family.read_header(reader, position)? else { break };
        found.take(reader, family, &chunk)?;
        let is_complete = !found.format.is_empty() && family != Family::Caf;
        if found.data.is_some() && is_complete {
            break;
        }
        position = chunk.next;
        if position >= range.end {
            break;
        }
    }
    // The last chunk ends where a whole file does, give or take its padding.
    let is_whole = (range.end..range.end.saturating_add(family.alignment())).contains(&position);
    let lacks = |what| if is_whole { invalid(what) } else { cut(what) };
    let (start, size) = found.data.ok_or_else(|| lacks("no audio"))?;
    let size = match size {
        Some(0) if is_stream => None,
        size => size,
    };
    if found.format.is_empty() {
        return Err(lacks("no description of its format"));
    }
    if family == Family::Caf && u32_be(&found.format, 16) > LONGEST_PACKET {
        return Err(invalid("an endless packet"));
    }
    let block = match family {
        Family::Aiff => aiff_block(&found.format, is_compressed),
        Family::Wave | Family::Wave64 => wave_block(&found.format),
        // 0 if packets differ in length.
        Family::Caf => u64::from(u32_be(&found.format, 16)).max(1),
    };
    let there = range.end.saturating_sub(start);
    let said = size.unwrap_or(there).min(there);
    // Where packets differ in length, a table tells where they are.
    let present = if family == Family::Caf && u32_be(&found.format, 16) == 0 {
        let table = found.table.as_ref().ok_or_else(|| lacks("no table of packets"))?;
        whole_packets(table, u32_be(&found.format, 20) == 0, said)
    } else {
        said / block * block
    };
    let blocks = size.unwrap_or(present) / block;
    let (header, demuxer) = match family {
        Family::Aiff => aiff_header(found.format, is_compressed, present),
        Family::Wave | Family::Wave64 => (wave_header(&found.format, present), Container::Wav),
        Family::Caf => (caf_header(&found, present), Container::Caf),
    };
    Ok(Chunked { header: header.into(), demuxer, range: start..start + present, blocks })
}

impl Found {
    fn take(
        &mut self,
        reader: &mut (impl Read + Seek),
        family: Family,
        chunk: &Chunk,
    ) -> io::Result<()> {
        match (&chunk.id, family) {
            (b"fmt ", Family::Wave | Family::Wave64)
            | (b"COMM", Family::Aiff)
            | (b"desc", Family::Caf)
                if self.format.is_empty() =>
            {
                self.format = chunk.read(reader, LONGEST_FORMAT)?;
            }
            (b"chan" | b"kuki" | b"pakt", Family::Caf)
                if chunk.size.saturating_add(self.others.len() as u64) < LONGEST_TABLE as u64 =>
            {
                let body = chunk.read(reader, LONGEST_TABLE)?;
                if &chunk.id == b"pakt" {
                    if is_endless(&body) {
                        return Err(invalid("an endless packet"));
                    }
                    self.table = (body.len() as u64 == chunk.size).then(|| body.clone());
                }
                self.others.extend_from_slice(&chunk.id);
                self.others.extend_from_slice(&(body.len() as u64).to_be_bytes());
                self.others.extend_from_slice(&body);
            }
            (b"data", Family::Caf) if self.data.is_none() => {
                // A count of edits comes first. All ones mean that nobody knew the size.
                let size = (chunk.size < u64::MAX >> 1).then(|| chunk.size.saturating_sub(4));
                self.data = Some((chunk.body + 4, size));
            }
            (b"ds64", Family::Wave) => {
                let mut sizes = [0; 16];
                reader.seek(SeekFrom::Start(chunk.body))?;
                fill(reader, &mut sizes)?;
                self.large = sizes.last_chunk().map(|size| u64::from_le_bytes(*size));
            }
            (b"data", Family::Wave) if self.data.is_none() => {
                // All ones means that the size is elsewhere, or that nobody knew it.
                let known = chunk.size != u64::from(u32::MAX);
                self.data = Some((chunk.body, if known { Some(chunk.size) } else { self.large }));
            }
            (b"data", Family::Wave64) if self.data.is_none() => {
                // Who writes to a pipe says the most there is.
                let known = chunk.size < (u64::MAX >> 1) - 24;
                self.data = Some((chunk.body, known.then_some(chunk.size)));
            }
            (b"SSND", Family::Aiff) if self.data.is_none() => {
                let mut offset = [0; 4];
                reader.seek(SeekFrom::Start(chunk.body))?;
                fill(reader, &mut offset)?;
                let skipped = 8 + u64::from(u32::from_be_bytes(offset));
                let size = chunk.size.saturating_sub(skipped);
                self.data = Some((chunk.body.saturating_add(skipped), Some(size)));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Family {
    /// How long the part before the first chunk is.
    fn first_chunk(self) -> u64 {
        match self {
            Self::Wave64 => 40,
            Self::Wave | Self::Aiff => 12,
            Self::Caf => 8,
        }
    }

    /// What the length of a chunk is padded to a multiple of.
    fn alignment(self) -> u64 {
        match self {
            Self::Wave64 => 8,
            Self::Wave | Self::Aiff => 2,
            Self::Caf => 1,
        }
    }

    /// The chunk at `position`, if the file is long enough for its header.
    fn read_header(
        self,
        reader: &mut (impl Read + Seek),
        position: u64,
    ) -> io::Result<Option<Chunk>> {
        let mut bytes = [0; 24];
        let length = match self {
            Self::Wave64 => 24,
            Self::Wave | Self::Aiff => 8,
            Self::Caf => 12,
        };
        reader.seek(SeekFrom::Start(position))?;
        if fill(reader, &mut bytes[..length])? < length {
            return Ok(None);
        }
        let wide = |at: usize| bytes[at..].first_chunk().copied().unwrap_or_default();
        let short = [bytes[4], bytes[5], bytes[6], bytes[7]];
        let size = match self {
            Self::Wave => u64::from(u32::from_le_bytes(short)),
            Self::Aiff => u64::from(u32::from_be_bytes(short)),
            Self::Wave64 if short != WAVE64_ID => return Ok(None),
            // The size of the header counts.
            Self::Wave64 => u64::from_le_bytes(wide(16)).saturating_sub(24),
            Self::Caf => u64::from_be_bytes(wide(4)),
        };
        let id = [bytes[0], bytes[1], bytes[2], bytes[3]];
        let body = position + length as u64;
        let alignment = self.alignment();
        let next = body.saturating_add(size.saturating_add(alignment - 1) / alignment * alignment);
        Ok(Some(Chunk { id, body, size, next }))
    }
}

impl Chunk {
    /// The first `limit` bytes of it, or as many as there are.
    fn read(&self, reader: &mut (impl Read + Seek), limit: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.size).unwrap_or(usize::MAX).min(limit)];
        reader.seek(SeekFrom::Start(self.body))?;
        let filled = fill(reader, &mut bytes)?;
        bytes.truncate(filled);
        Ok(bytes)
    }
}

fn cut(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, what)
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// The bytes per block of a WAVE format.
fn wave_block(format: &[u8]) -> u64 {
    let channels = u64::from(u16_le(format, 2));
    let bytes = u64::from(u16_le(format, 14)) / 8;
    match u16_le(format, 0) {
        // Integers, floats and either in the extensible form, where the other field may be wrong.
        1 | 3 | 0xfffe => channels * bytes,
        _ => u64::from(u16_le(format, 12)),
    }
    .max(1)
}

/// The bytes per frame of an AIFF format.
fn aiff_block(format: &[u8], is_compressed: bool) -> u64 {
    let channels = u64::from(u16_be(format, 0));
    let bytes = match format.get(18..22) {
        Some(b"alaw" | b"ALAW" | b"ulaw" | b"ULAW" | b"raw " | b"RAW ") if is_compressed => 1,
        Some(b"fl32" | b"FL32") if is_compressed => 4,
        Some(b"fl64" | b"FL64") if is_compressed => 8,
        _ => u64::from(u16_be(format, 6)).div_ceil(8),
    };
    (channels * bytes).max(1)
}

fn wave_header(format: &[u8], present: u64) -> Vec<u8> {
    let mut header = b"RIFF\xff\xff\xff\xffWAVEfmt ".to_vec();
    // All ones make the demuxer read to the end, which is where the audio ends.
    let size = u32::try_from(present).unwrap_or(u32::MAX);
    header.extend_from_slice(&to_u32(format.len()).to_le_bytes());
    header.extend_from_slice(format);
    header.resize(header.len().next_multiple_of(2), 0);
    header.extend_from_slice(b"data");
    header.extend_from_slice(&size.to_le_bytes());
    header
}

fn aiff_header(mut format: Vec<u8>, is_compressed: bool, present: u64) -> (Vec<u8>, Container) {
    let bits = u16_be(&format, 6);
    if is_compressed && let Some(kind) = format.get_mut(18..22) {
        match &*kind {
            // Little-endian, as in WAVE. The demuxer knows it for one depth only.
            b"sowt" | b"SOWT" if bits > 8 => {
                return (sowt_header(&format, present), Container::Wav);
            }
            b"sowt" | b"SOWT" | b"twos" | b"TWOS" | b"in24" | b"IN24" | b"in32" | b"IN32" => {
                kind.copy_from_slice(b"NONE");
            }
            _ => {}
        }
    }
    // What is longer cannot be in such a file.
    let size = u32::try_from(present).unwrap_or(u32::MAX).min(u32::MAX - 0x1_0000);
    let mut body = if is_compressed { b"AIFCCOMM".to_vec() } else { b"AIFFCOMM".to_vec() };
    body.extend_from_slice(&to_u32(format.len()).to_be_bytes());
    body.extend_from_slice(&format);
    body.resize(body.len().next_multiple_of(2), 0);
    body.extend_from_slice(b"SSND");
    body.extend_from_slice(&(size + 8).to_be_bytes());
    body.extend_from_slice(&[0; 8]);
    let mut header = b"FORM".to_vec();
    header.extend_from_slice(&(to_u32(body.len()) + size).to_be_bytes());
    header.extend_from_slice(&body);
    (header, Container::Aiff)
}

fn caf_header(found: &Found, present: u64) -> Vec<u8> {
    let mut header = b"caff\0\x01\0\0desc".to_vec();
    header.extend_from_slice(&(found.format.len() as u64).to_be_bytes());
    header.extend_from_slice(&found.format);
    header.extend_from_slice(&found.others);
    header.extend_from_slice(b"data");
    header.extend_from_slice(&present.saturating_add(4).to_be_bytes());
    header.extend_from_slice(&[0; 4]);
    header
}

/// The same format in the words of WAVE.
fn sowt_header(format: &[u8], present: u64) -> Vec<u8> {
    let channels = u16_be(format, 0);
    let bits = u16_be(format, 6).next_multiple_of(8);
    let block = channels.saturating_mul(bits / 8);
    let rate = extended_to_u32(format.get(8..18).unwrap_or_default());
    let mut wave = Vec::new();
    wave.extend_from_slice(&1_u16.to_le_bytes());
    wave.extend_from_slice(&channels.to_le_bytes());
    wave.extend_from_slice(&rate.to_le_bytes());
    wave.extend_from_slice(&rate.wrapping_mul(block.into()).to_le_bytes());
    wave.extend_from_slice(&block.to_le_bytes());
    wave.extend_from_slice(&bits.to_le_bytes());
    wave_header(&wave, present)
}

/// The whole part of an 80-bit float, 0 if it is no sensible rate.
fn extended_to_u32(bytes: &[u8]) -> u32 {
    let Some((head, mantissa)) = bytes.split_first_chunk::<2>() else { return 0 };
    let exponent = u32::from(u16::from_be_bytes(*head)).checked_sub(16_383);
    let mantissa = mantissa.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    match exponent {
        Some(exponent @ 0..32) => u32::try_from(mantissa >> (63 - exponent)).unwrap_or(0),
        _ => 0,
    }
}

fn to_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The little-endian number at `offset`; 0 past the end.
fn u16_le(bytes: &[u8], offset: usize) -> u16 {
    let bytes = bytes.get(offset..offset + 2).and_then(|bytes| bytes.try_into().ok());
    u16::from_le_bytes(bytes.unwrap_or_default())
}

/// The big-endian number at `offset`; 0 past the end.
fn u32_be(bytes: &[u8], offset: usize) -> u32 {
    let bytes = bytes.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok());
    u32::from_be_bytes(bytes.unwrap_or_default())
}

/// The big-endian number at `offset`; 0 past the end.
fn u16_be(bytes: &[u8], offset: usize) -> u16 {
    u16_le(bytes, offset).swap_bytes()
}
