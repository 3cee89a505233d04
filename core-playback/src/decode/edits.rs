//! How much of an MP4 track is to be heard: its edit list, or what iTunes says instead.
//!
//! AAC encoders put one or two packets of delay before the music and padding behind it. The demuxer
//! delivers all of it, so the trimming is read here (ISO 14496-12 § 8.6.6).

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::frames::fill;

/// The deepest box that matters is five levels down, and hostile files nest without end.
const MAX_DEPTH: usize = 8;

/// The most boxes that are looked at.
const MAX_BOXES: usize = 10_000;

/// The longest way that the demuxer goes in one step.
const FARTHEST: u64 = isize::MAX as u64;

/// The longest table that is read: the sizes of eight million packets, two days of music.
const LARGEST_TABLE: u64 = 32 << 20;

/// What of a track is to be heard, in units of its time scale.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Edit {
    /// The track's id.
    pub(crate) track: u32,
    /// What to skip at the start.
    pub(crate) delay: u64,
    /// What to play after that, where it is known exactly.
    pub(crate) length: Option<u64>,
    /// How many channels there are, where the codec's own header does not have to say it.
    pub(crate) channels: u16,
    /// Whether uncompressed samples are stored with the highest byte first.
    pub(crate) is_big_endian: bool,
    /// Whether the audio comes in fragments that each have an index of their own.
    pub(crate) is_fragmented: bool,
    // An upper bound of the place of the last byte that the index names, if that matters here.
    farthest: u64,
}

impl Edit {
    /// Whether audio is farther into the file than the demuxer can go in one step: it counts in as
    /// many bits as memory has.
    pub(crate) fn is_too_far(&self) -> bool {
        self.farthest >= FARTHEST
    }
}

/// Whether a file can be read at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Index {
    /// There is an index. If it comes before the audio, that may lack so many bytes.
    Found(u64),
    /// The file ends before it.
    Cut,
    /// There is none, though the file is whole.
    Missing,
}

#[derive(Default)]
struct Movie {
    timescale: u64,
    tracks: Vec<Track>,
    itunes: Option<(u64, u64)>,
    boxes: usize,
    is_fragmented: bool,
    with_places: bool,
}

struct Header {
    kind: [u8; 4],
    body: Range<u64>,
    /// Where the next box starts, which may be past the end of what contains both.
    next: u64,
}

#[derive(Default)]
struct Track {
    id: u32,
    timescale: u64,
    // Duration in the movie's time scale, start in the track's.
    entries: Vec<(u64, i64)>,
    total: u64,
    channels: u16,
    is_big_endian: bool,
    last_chunk: u64,
    most_samples: u64,
    largest_sample: u64,
}

/// Looks for the index of the MP4 file that occupies `range`.
pub(crate) fn find_index(reader: &mut (impl Read + Seek), range: Range<u64>) -> io::Result<Index> {
    let mut position = range.start;
    let mut found = false;
    for _ in 0..MAX_BOXES {
        let Some(header) = read_header(reader, position..range.end)? else {
            return Ok(match (found, position < range.end) {
                (true, _) => Index::Found(0),
                (false, true) => Index::Cut,
                (false, false) => Index::Missing,
            });
        };
        let missing = header.next.saturating_sub(range.end);
        match &header.kind {
            b"mdat" if found => return Ok(Index::Found(missing)),
            _ if missing > 0 => return Ok(if found { Index::Found(0) } else { Index::Cut }),
            kind => found |= kind == b"moov",
        }
        position = header.next;
    }
    Ok(if found { Index::Found(0) } else { Index::Missing })
}

/// Reads the edits of all tracks in the MP4 file that occupies `range`.
pub(crate) fn read_edits(
    reader: &mut (impl Read + Seek),
    range: Range<u64>,
) -> io::Result<Vec<Edit>> {
    // Places are read only where they may be too far: that takes reading all of the index.
    let mut movie = Movie { with_places: FARTHEST < u64::from(u32::MAX), ..Movie::default() };
    movie.read_boxes(reader, range, 0)?;
    Ok(movie.tracks.iter().map(|track| movie.describe(track)).collect())
}

impl Movie {
    fn read_boxes(
        &mut self,
        reader: &mut (impl Read + Seek),
        range: Range<u64>,
        depth: usize,
    ) -> io::Result<()> {
        let mut position = range.start;
        while self.boxes < MAX_BOXES {
            self.boxes += 1;
            let Some(header) = read_header(reader, position..range.end)? else { break };
            let end = header.next.min(range.end);
            self.read_box(reader, header.kind, header.body.start.min(end)..end, depth)?;
            position = end;
            if depth == 0 && &header.kind == b"moov" {
                break;
            }
        }
        Ok(())
    }

    fn read_box(
        &mut self,
        reader: &mut (impl Read + Seek),
        kind: [u8; 4],
        body: Range<u64>,
        depth: usize,
    ) -> io::Result<()> {
        match &kind {
            b"moov" | b"trak" | b"edts" | b"mdia" | b"minf" | b"stbl" | b"udta" | b"ilst"
            | b"meta"
                if depth < MAX_DEPTH =>
            {
                if &kind == b"trak" {
                    self.tracks.push(Track::default());
                }
                // `meta` is a full box, with a version and flags before its children.
                let start = if &kind == b"meta" { body.start + 4 } else { body.start };
                self.read_boxes(reader, start..body.end, depth + 1)
            }
            b"mvhd" => {
                let bytes = read(reader, body, 32)?;
                self.timescale = timescale(&bytes);
                Ok(())
            }
            b"----" => {
                let bytes = read(reader, body, 512)?;
                self.itunes = self.itunes.or_else(|| parse_itunes(&bytes));
                Ok(())
            }
            b"mvex" => {
                self.is_fragmented = true;
                Ok(())
            }
            b"stco" | b"co64" | b"stsc" | b"stsz" if self.with_places => {
                let is_cut = body.end - body.start > LARGEST_TABLE;
                let bytes =
                    read(reader, body, usize::try_from(LARGEST_TABLE).unwrap_or(usize::MAX))?;
                if let Some(track) = self.tracks.last_mut() {
                    track.read_places(kind, &bytes);
                    // What was not read may name any place.
                    track.last_chunk = if is_cut { u64::MAX } else { track.last_chunk };
                }
                Ok(())
            }
            b"tkhd" | b"mdhd" | b"elst" | b"stts" | b"stsd" => {
                let limit = if &kind == b"stts" { 1 << 20 } else { 4096 };
                let bytes = read(reader, body, limit)?;
                if let Some(track) = self.tracks.last_mut() {
                    track.read(kind, &bytes);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What there is to know of one track.
    fn describe(&self, track: &Track) -> Edit {
        let (delay, length) = self.trim(track).unwrap_or_default();
        Edit {
            track: track.id,
            delay,
            length,
            channels: track.channels,
            is_big_endian: track.is_big_endian,
            is_fragmented: self.is_fragmented,
            farthest: track
                .last_chunk
                .saturating_add(track.most_samples.saturating_mul(track.largest_sample)),
        }
    }

    /// The delay and length of one track, if it has an edit that can be followed.
    fn trim(&self, track: &Track) -> Option<(u64, Option<u64>)> {
        if let Some((delay, length)) = self.itunes.filter(|_| self.tracks.len() == 1) {
            return Some((delay, Some(length)));
        }
        // Empty edits only delay the track against others.
        let mut entries = track.entries.iter().filter(|(_, start)| *start >= 0);
        let (&(duration, start), None) = (entries.next()?, entries.next()) else { return None };
        let delay = u64::try_from(start).ok()?;
        let rest = track.total.checked_sub(delay).filter(|rest| *rest > 0);
        let scaled = (u128::from(duration) * u128::from(track.timescale))
            .checked_div(u128::from(self.timescale))
            .and_then(|scaled| u64::try_from(scaled).ok())
            .filter(|scaled| *scaled > 0);
        // The movie's time scale is often milliseconds. Where the edit agrees with the sample
        // table as far as it can tell, the sample table is the more exact of the two.
        let rounding = track.timescale.checked_div(self.timescale)? + 1;
        let length = match (scaled, rest) {
            (Some(scaled), Some(rest)) if scaled.abs_diff(rest) > rounding => {
                Some(scaled.min(rest))
            }
            (scaled, rest) => rest.or(scaled),
        };
        Some((delay, length))
    }
}

impl Track {
    /// Takes what a table of the index says about places (ISO 14496-12 § 8.7).
    fn read_places(&mut self, kind: [u8; 4], bytes: &[u8]) {
        let entries = |start, size| bytes.get(start..).unwrap_or_default().chunks_exact(size);
        match &kind {
            b"stco" => {
                let last = entries(8, 4).map(|entry| u64::from(u32_at(entry, 0))).max();
                self.last_chunk = self.last_chunk.max(last.unwrap_or_default());
            }
            b"co64" => {
                let last = entries(8, 8).map(|entry| u64_at(entry, 0)).max();
                self.last_chunk = self.last_chunk.max(last.unwrap_or_default());
            }
            b"stsc" => {
                let most = entries(8, 12).map(|entry| u64::from(u32_at(entry, 4))).max();
                self.most_samples = self.most_samples.max(most.unwrap_or_default());
            }
            _ => {
                let same = u64::from(u32_at(bytes, 4));
                let largest = entries(12, 4).map(|entry| u64::from(u32_at(entry, 0))).max();
                self.largest_sample =
                    self.largest_sample.max(same).max(largest.unwrap_or_default());
            }
        }
    }

    fn read(&mut self, kind: [u8; 4], bytes: &[u8]) {
        let wide = bytes.first() == Some(&1);
        match &kind {
            b"tkhd" => self.id = u32_at(bytes, if wide { 20 } else { 12 }),
            b"mdhd" => self.timescale = timescale(bytes),
            b"stsd" => {
                self.channels = bytes.get(33).map_or(0, |channels| u16::from(*channels));
                self.is_big_endian = is_big_endian(bytes);
            }
            b"stts" => {
                let entries = bytes.get(8..).unwrap_or_default().chunks_exact(8);
                let durations = entries.map(|entry| {
                    u64::from(u32_at(entry, 0)).saturating_mul(u64::from(u32_at(entry, 4)))
                });
                self.total = durations.fold(0, u64::saturating_add);
            }
            _ => {
                let size = if wide { 20 } else { 12 };
                let entries = bytes.get(8..).unwrap_or_default().chunks_exact(size);
                self.entries = entries
                    .map(|entry| match wide {
                        true => (u64_at(entry, 0), u64_at(entry, 8).cast_signed()),
                        false => {
                            let start = u32_at(entry, 4).cast_signed();
                            (u64::from(u32_at(entry, 0)), i64::from(start))
                        }
                    })
                    .collect();
            }
        }
    }
}

/// Whether the samples that this describes are stored with the highest byte first: so `QuickTime`
/// has it, unless a box says otherwise.
fn is_big_endian(bytes: &[u8]) -> bool {
    let find = |name: &[u8]| bytes.windows(name.len()).position(|window| window == name);
    let is_either = matches!(bytes.get(12..16), Some(b"in24" | b"in32" | b"fl32" | b"fl64"));
    is_either && find(b"enda").is_none_or(|at| bytes.get(at + 4..at + 6) == Some(&[0, 0]))
}

/// The header of the box at the start of `range`, unless there is no room for one.
fn read_header(reader: &mut (impl Read + Seek), range: Range<u64>) -> io::Result<Option<Header>> {
    let mut header = [0; 16];
    reader.seek(SeekFrom::Start(range.start))?;
    let left = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    let filled = fill(reader, &mut header[..left.min(16)])?;
    let (body, size) = match u32_at(&header, 0) {
        0 => (8, range.end.saturating_sub(range.start)),
        1 if filled == 16 => (16, u64_at(&header, 8)),
        size => (8, u64::from(size)),
    };
    if filled < 8 || size < body {
        return Ok(None);
    }
    let next = range.start.saturating_add(size);
    let kind = [header[4], header[5], header[6], header[7]];
    Ok(Some(Header { kind, body: range.start + body..next, next }))
}

/// The delay and length that iTunes writes as hexadecimal numbers: flags, delay, padding, length.
fn parse_itunes(bytes: &[u8]) -> Option<(u64, u64)> {
    let find = |name: &[u8]| bytes.windows(name.len()).position(|window| window == name);
    find(b"iTunSMPB")?;
    let data = bytes.get(find(b"data")? + 12..)?;
    let text = std::str::from_utf8(data).ok()?;
    let mut numbers = text.split_whitespace().map(|word| u64::from_str_radix(word, 16).ok());
    let delay = numbers.nth(1)??;
    let length = numbers.nth(1)??;
    (length > 0).then_some((delay, length))
}

/// The time scale of an `mvhd` or `mdhd` box.
fn timescale(bytes: &[u8]) -> u64 {
    u64::from(u32_at(bytes, if bytes.first() == Some(&1) { 20 } else { 12 }))
}

fn read(reader: &mut (impl Read + Seek), body: Range<u64>, limit: usize) -> io::Result<Vec<u8>> {
    let length = usize::try_from(body.end - body.start).unwrap_or(usize::MAX).min(limit);
    let mut bytes = vec![0; length];
    reader.seek(SeekFrom::Start(body.start))?;
    let filled = fill(reader, &mut bytes)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// The big-endian number at `offset`; 0 past the end.
fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    let bytes = bytes.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok());
    u32::from_be_bytes(bytes.unwrap_or_default())
}

/// The big-endian number at `offset`; 0 past the end.
fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    let bytes = bytes.get(offset..offset + 8).and_then(|bytes| bytes.try_into().ok());
    u64::from_be_bytes(bytes.unwrap_or_default())
}
