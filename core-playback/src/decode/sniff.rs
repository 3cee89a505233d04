//! Finding out what a file really is, by its content.
//!
//! File names lie, and a demuxer that is fed the wrong bytes can find "audio" in a picture. So the
//! container is decided here, and only its own demuxer is asked.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use symphonia::core::formats::probe::Probe;
use symphonia::default::formats::{
    AdtsReader, AiffReader, CafReader, FlacReader, IsoMp4Reader, MkvReader, MpaReader, OggReader,
    WavReader,
};

use super::FormatHint;
use super::chunks::{Chunked, Family, read_chunks};
use super::ebml::is_cut;
use super::edits::{Index, find_index};
use super::flac::{Patch, find_patches};
use super::frames::{FrameKind, fill, find_frames};
use super::mpeg_info::{MpegInfo, read_info};
use super::ogg::skip_cut_page;

/// How far into a file without a magic number the first frame may be.
const SHALLOW: u64 = 64 * 1024;

/// The same, when the name or MIME type promises that there are frames.
const DEEP: u64 = 1024 * 1024;

/// A container with a demuxer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Container {
    Adts,
    Aiff,
    Caf,
    Flac,
    Mkv,
    Mp3,
    Mp4,
    Ogg,
    Wav,
}

/// Where the audio of a file is, and in what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Layout {
    /// The container.
    pub(crate) container: Container,
    /// The container whose demuxer reads it.
    pub(crate) demuxer: Container,
    /// What the demuxer is to see before the bytes of the range.
    pub(crate) header: Arc<[u8]>,
    /// The bytes it occupies.
    pub(crate) range: Range<u64>,
    /// How many bytes the demuxer is told that there are behind the range.
    pub(crate) missing: u64,
    /// The bytes of the range that the demuxer is to see differently.
    pub(crate) patches: Arc<[Patch]>,
    /// What the file says of its length that the demuxer does not tell.
    pub(crate) promise: Promise,
}

/// What a file says about the length of its audio.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Promise {
    /// Nothing but what the demuxer knows.
    Nothing,
    /// That there are so many blocks, where a block is what the codec says.
    Blocks(u64),
    /// What is in the first frame of an MP3 file.
    Mpeg(MpegInfo),
}

/// What a file turned out to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Sniffed {
    /// A container with a demuxer.
    Known(Layout),
    /// Audio, but of a kind that has no decoder.
    Foreign(&'static str),
    /// A container that was cut off before it says what is in it.
    Cut,
    /// Something else.
    Unknown,
}

impl Layout {
    fn new(container: Container, range: Range<u64>) -> Self {
        Self {
            container,
            demuxer: container,
            header: Arc::default(),
            range,
            missing: 0,
            patches: Arc::default(),
            promise: Promise::Nothing,
        }
    }

    fn chunked(container: Container, chunked: Chunked) -> Self {
        Self {
            demuxer: chunked.demuxer,
            header: chunked.header,
            promise: Promise::Blocks(chunked.blocks),
            ..Self::new(container, chunked.range)
        }
    }
}

impl Container {
    /// The short name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Adts => "adts",
            Self::Aiff => "aiff",
            Self::Caf => "caf",
            Self::Flac => "flac",
            Self::Mkv => "mkv",
            Self::Mp3 => "mp3",
            Self::Mp4 => "mp4",
            Self::Ogg => "ogg",
            Self::Wav => "wav",
        }
    }

    /// Whether a position can only be found by reading everything before it.
    pub(crate) fn is_scanned(self) -> bool {
        matches!(self, Self::Adts | Self::Mp3)
    }

    /// A probe that knows this container only.
    pub(crate) fn probe(self) -> Probe {
        let mut probe = Probe::default();
        match self {
            Self::Adts => probe.register_format::<AdtsReader<'_>>(),
            Self::Aiff => probe.register_format::<AiffReader<'_>>(),
            Self::Caf => probe.register_format::<CafReader<'_>>(),
            Self::Flac => probe.register_format::<FlacReader<'_>>(),
            Self::Mkv => probe.register_format::<MkvReader<'_>>(),
            Self::Mp3 => probe.register_format::<MpaReader<'_>>(),
            Self::Mp4 => probe.register_format::<IsoMp4Reader<'_>>(),
            Self::Ogg => probe.register_format::<OggReader<'_>>(),
            Self::Wav => probe.register_format::<WavReader<'_>>(),
        }
        probe
    }
}

/// Looks at the content of a file of `length` bytes.
pub(crate) fn sniff(
    reader: &mut (impl Read + Seek),
    length: u64,
    hint: &FormatHint,
) -> io::Result<Sniffed> {
    let start = skip_id3(reader)?;
    let mut magic = [0; 16];
    reader.seek(SeekFrom::Start(start))?;
    let filled = fill(reader, &mut magic)?;
    let range = start..length;
    let known = |layout| Ok(Sniffed::Known(layout));
    match &magic[..filled] {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'R', b'F', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..]
        | [b'B', b'W', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..] => {
            chunked(Container::Wav, read_chunks(reader, Family::Wave, range))
        }
        // The other half of the identifier is looked at chunk by chunk.
        [b'r', b'i', b'f', b'f', 0x2e, 0x91, 0xcf, 0x11, ..] => {
            chunked(Container::Wav, read_chunks(reader, Family::Wave64, range))
        }
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => {
            chunked(Container::Aiff, read_chunks(reader, Family::Aiff, range))
        }
        [b'f', b'L', b'a', b'C', ..] => {
            let patches = find_patches(reader, start)?;
            known(Layout { patches, ..Layout::new(Container::Flac, range) })
        }
        [b'O', b'g', b'g', b'S', ..] => {
            let end = skip_cut_page(reader, range)?;
            known(Layout::new(Container::Ogg, start..end))
        }
        [b'c', b'a', b'f', b'f', ..] => {
            chunked(Container::Caf, read_chunks(reader, Family::Caf, range))
        }
        [0x1a, 0x45, 0xdf, 0xa3, ..] if is_cut(reader, range.clone())? => Ok(Sniffed::Cut),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => known(Layout::new(Container::Mkv, range)),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if !is_picture(brand) => {
            match find_index(reader, range.clone())? {
                Index::Found(missing) => {
                    known(Layout { missing, ..Layout::new(Container::Mp4, range) })
                }
                Index::Cut => Ok(Sniffed::Cut),
                Index::Missing => {
                    Err(io::Error::new(io::ErrorKind::InvalidData, "the file has no index"))
                }
            }
        }
        [b'M', b'A', b'C', b' ', ..] => Ok(Sniffed::Foreign("Monkey's Audio")),
        [b'w', b'v', b'p', b'k', ..] => Ok(Sniffed::Foreign("WavPack")),
        [b'M', b'P', b'C', b'K', ..] | [b'M', b'P', b'+', ..] => Ok(Sniffed::Foreign("Musepack")),
        [b'D', b'S', b'D', b' ', ..] | [b'F', b'R', b'M', b'8', ..] => Ok(Sniffed::Foreign("DSD")),
        [b'T', b'T', b'A', b'1' | b'2', ..] => Ok(Sniffed::Foreign("True Audio")),
        [0x30, 0x26, 0xb2, 0x75, ..] => Ok(Sniffed::Foreign("Windows Media Audio")),
        [b'A', b'D', b'I', b'F', ..] => Ok(Sniffed::Foreign("ADIF")),
        magic if is_foreign(magic) => Ok(Sniffed::Unknown),
        _ => {
            let depth = if hint.promises_frames() { DEEP } else { SHALLOW };
            let (container, first) = match find_frames(reader, start, depth)? {
                Some((FrameKind::Adts, first)) => (Container::Adts, first),
                Some((FrameKind::Mpeg(3), first)) => (Container::Mp3, first),
                Some((FrameKind::Mpeg(_), _)) => {
                    return Ok(Sniffed::Foreign("MPEG audio layer 1 or 2"));
                }
                None => return Ok(Sniffed::Unknown),
            };
            let range = first..skip_trailing_tags(reader, length)?;
            let mut layout = Layout::new(container, range.clone());
            if container == Container::Mp3
                && let Some(info) = read_info(reader, range)?
            {
                layout.promise = Promise::Mpeg(info);
            }
            known(layout)
        }
    }
}

/// What the chunks of a file make of it.
fn chunked(container: Container, chunks: io::Result<Chunked>) -> io::Result<Sniffed> {
    match chunks {
        Ok(chunks) => Ok(Sniffed::Known(Layout::chunked(container, chunks))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Sniffed::Cut),
        Err(error) => Err(error),
    }
}

/// Whether these are the brands of a picture, which comes in the same kind of file.
fn is_picture(brands: &[u8]) -> bool {
    const PICTURES: [&[u8]; 7] = [b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"crx "];
    PICTURES.iter().any(|picture| brands.starts_with(picture))
}

/// Content that is surely no audio, in which MPEG frames must not be looked for.
fn is_foreign(magic: &[u8]) -> bool {
    const MAGICS: [&[u8]; 9] = [
        b"\x89PNG",
        b"GIF8",
        b"%PDF",
        b"PK\x03\x04",
        b"\x7fELF",
        b"\xff\xd8\xff",
        b"\x1f\x8b",
        b"Rar!",
        b"RIFF",
    ];
    MAGICS.iter().any(|known| magic.starts_with(known))
}

/// The end of the `ID3v2` tags at the start of the file. They need not be understood here, and they
/// may be larger than a demuxer is willing to search through.
fn skip_id3(reader: &mut (impl Read + Seek)) -> io::Result<u64> {
    let mut position = 0_u64;
    loop {
        let mut header = [0; 10];
        reader.seek(SeekFrom::Start(position))?;
        if fill(reader, &mut header)? < header.len() || !header.starts_with(b"ID3") {
            return Ok(position);
        }
        let size = header[6..].iter().fold(0, |size, byte| (size << 7) | u64::from(byte & 0x7f));
        let footer = if header[5] & 0x10 == 0 { 0 } else { 10 };
        position += 10 + size + footer;
    }
}

/// The start of the `ID3v1` and `APEv2` tags at the end of the file, so that their text is not
/// taken for audio.
fn skip_trailing_tags(reader: &mut (impl Read + Seek), length: u64) -> io::Result<u64> {
    let mut end = length;
    if ends_with(reader, end, 128, b"TAG")?.is_some() {
        end -= 128;
    }
    if let Some(footer) = ends_with(reader, end, 32, b"APETAGEX")? {
        let size = u64::from(u32::from_le_bytes([footer[12], footer[13], footer[14], footer[15]]));
        let header = if footer[23] & 0x80 == 0 { 0 } else { 32 };
        end = end.checked_sub(size + header).unwrap_or(end);
    }
    Ok(end)
}

/// The first 32 of the last `size` bytes before `end`, if they start with `magic`.
fn ends_with(
    reader: &mut (impl Read + Seek),
    end: u64,
    size: u64,
    magic: &[u8],
) -> io::Result<Option<[u8; 32]>> {
    let Some(start) = end.checked_sub(size) else { return Ok(None) };
    let mut bytes = [0; 32];
    reader.seek(SeekFrom::Start(start))?;
    let filled = fill(reader, &mut bytes)?;
    Ok((filled == bytes.len() && bytes.starts_with(magic)).then_some(bytes))
}
