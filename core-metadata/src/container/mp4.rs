//! MP4 and `QuickTime`: boxes in boxes. Only the few that matter are opened, to a fixed depth.

use std::ops::Range;

use super::mp4_entry::{self, Entry};
use super::mp4_fragments;
use super::numbers::{be32, be64};
use super::{Parsed, Stream, is_cut};
use crate::MetadataError;
use crate::tags::{Found, Want, ilst};
use crate::window::{Parse, Stop, Window};

/// Boxes in a row, within a range of the file.
pub(crate) struct Boxes {
    range: Range<u64>,
    /// How much of the last box lies behind the end of the range.
    missing: u64,
}

/// A box: what it is, and where its content lies.
#[derive(Clone, Debug)]
pub(crate) struct BoxRange {
    pub(crate) kind: [u8; 4],
    pub(crate) content: Range<u64>,
}

impl BoxRange {
    pub(crate) fn length(&self) -> u64 {
        self.content.end - self.content.start
    }
}

impl Boxes {
    pub(crate) fn new(range: Range<u64>) -> Self {
        Self { range, missing: 0 }
    }

    /// The next box that lies within the range as a whole.
    pub(crate) fn next(&mut self, window: &mut Window) -> Parse<Option<BoxRange>> {
        let start = self.range.start;
        if start.saturating_add(8) > self.range.end {
            return Ok(None);
        }
        let header = window.read_up_to(start, 8)?;
        if header.len() < 8 {
            return Ok(None);
        }
        let kind = [header[4], header[5], header[6], header[7]];
        let (header_length, length) = match be32(&header, 0) {
            // To the end of what it lies in.
            0 => (8, self.range.end - start),
            1 => (16, be64(&window.read_up_to(start, 16)?, 8)),
            length => (8, u64::from(length)),
        };
        if length < header_length {
            return Ok(None);
        }
        let end = start.saturating_add(length);
        if end > self.range.end {
            self.missing = end - self.range.end;
            self.range.start = self.range.end;
            // A box that is all but whole counts; what it lies in ends it.
            if is_cut(length, length - self.missing) || start + header_length > self.range.end {
                return Ok(None);
            }
        }
        let end = end.min(self.range.end);
        self.range.start = end;
        Ok(Some(BoxRange { kind, content: start + header_length..end }))
    }

    /// The next box of this kind.
    pub(crate) fn find(&mut self, window: &mut Window, kind: [u8; 4]) -> Parse<Option<BoxRange>> {
        while let Some(found) = self.next(window)? {
            if found.kind == kind {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

pub(super) fn child(
    window: &mut Window,
    parent: &BoxRange,
    kind: [u8; 4],
) -> Parse<Option<BoxRange>> {
    Boxes::new(parent.content.clone()).find(window, kind)
}

pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Parsed> {
    let mut boxes = Boxes::new(0..window.length());
    let mut movie = None;
    let mut fragments = Vec::new();
    let mut audio_bytes = 0;
    loop {
        let next = match boxes.next(window) {
            Ok(Some(next)) => next,
            // There may be very many fragments; what was seen so far has to do.
            Err(Stop::Failed(MetadataError::TooLarge)) if !fragments.is_empty() => break,
            Ok(None) => break,
            Err(stop) => return Err(stop),
        };
        match &next.kind {
            b"moov" if movie.is_none() => movie = Some(next),
            b"mdat" => audio_bytes += next.length(),
            b"moof" => fragments.push(next),
            _ => {}
        }
    }
    if boxes.missing > 0 && is_cut(window.length() + boxes.missing, window.length()) {
        return Err(MetadataError::Truncated.into());
    }
    // Most programs write the description last.
    let Some(movie) = movie else { return Err(MetadataError::Truncated.into()) };
    if audio_bytes == 0 {
        return Err(MetadataError::Truncated.into());
    }
    let movie = Movie::read(window, &movie, want)?;
    let Some(track) = movie.track else {
        return Err(MetadataError::NotAudio { found: "a video without sound" }.into());
    };
    let duration_ms = match track.duration_ms {
        None => match mp4_fragments::duration(window, &fragments, movie.default_duration) {
            Ok(units) => millis(units, track.timescale),
            Err(Stop::Failed(MetadataError::TooLarge)) => None,
            Err(stop) => return Err(stop),
        },
        known => known,
    };
    let stream = Stream {
        container: "mp4",
        codec: track.entry.codec,
        sample_rate: track.entry.sample_rate,
        channels: track.entry.channels,
        bits_per_sample: track.entry.bits_per_sample,
        duration_ms,
        bitrate: None,
        is_estimated: false,
    };
    Ok(Parsed { stream: stream.with_bytes(audio_bytes), found: movie.found })
}

/// What `moov` says.
#[derive(Default)]
struct Movie {
    timescale: u32,
    // Of a sample in a fragment, in units of the media.
    default_duration: u32,
    track: Option<Track>,
    found: Found,
}

impl Movie {
    fn read(window: &mut Window, movie: &BoxRange, want: Want) -> Parse<Self> {
        let mut this = Self::default();
        let mut boxes = Boxes::new(movie.content.clone());
        while let Some(next) = boxes.next(window)? {
            match &next.kind {
                b"mvhd" => this.timescale = Times::read(window, &next)?.timescale,
                b"mvex" => this.default_duration = mp4_fragments::default_duration(window, &next)?,
                b"trak" if this.track.is_none() => {
                    this.track = Track::read(window, &next, this.timescale)?;
                }
                b"udta" => {
                    if let Some(meta) = child(window, &next, *b"meta")? {
                        this.found.fill(tags(window, &meta, want)?);
                    }
                }
                b"meta" => this.found.fill(tags(window, &next, want)?),
                _ => {}
            }
        }
        Ok(this)
    }
}

fn tags(window: &mut Window, meta: &BoxRange, want: Want) -> Parse<Found> {
    // In MP4 `meta` has a version before its boxes, in QuickTime it has none.
    let start = meta.content.start;
    let is_plain = window.read_up_to(start, 8)?.get(4..8) == Some(b"hdlr");
    let start = if is_plain { start } else { start + 4 };
    match Boxes::new(start..meta.content.end).find(window, *b"ilst")? {
        Some(list) => ilst::read(window, list.content, want),
        None => Ok(Found::default()),
    }
}

/// The first track with audio.
struct Track {
    entry: Entry,
    timescale: u32,
    duration_ms: Option<u64>,
}

impl Track {
    fn read(window: &mut Window, track: &BoxRange, movie_timescale: u32) -> Parse<Option<Self>> {
        let Some(media) = child(window, track, *b"mdia")? else { return Ok(None) };
        let Some(handler) = child(window, &media, *b"hdlr")? else { return Ok(None) };
        if window.read_up_to(handler.content.start + 8, 4)?[..] != *b"soun" {
            return Ok(None);
        }
        let mut table = media.clone();
        for kind in [*b"minf", *b"stbl", *b"stsd"] {
            match child(window, &table, kind)? {
                Some(next) => table = next,
                None => return Err(Stop::malformed("mp4", "its audio is not described")),
            }
        }
        let entry = mp4_entry::read(window, table.content.clone())?;
        let times = match child(window, &media, *b"mdhd")? {
            Some(header) => Times::read(window, &header)?,
            None => Times::default(),
        };
        let edit = match child(window, track, *b"edts")? {
            Some(edits) => Edit::read(window, &edits)?,
            None => None,
        };
        let whole = times.duration;
        let duration_ms = match edit {
            // The edit leaves out what the encoder added at both ends.
            Some(edit) if whole > edit.start => {
                let rest = millis(whole - edit.start, times.timescale);
                let kept = millis(edit.duration, movie_timescale);
                match (rest, kept) {
                    (Some(rest), Some(kept)) => Some(rest.min(kept)),
                    (rest, _) => rest,
                }
            }
            _ => millis(whole, times.timescale),
        };
        Ok(Some(Self { entry, timescale: times.timescale, duration_ms }))
    }
}

/// What `mvhd` and `mdhd` say.
#[derive(Clone, Copy, Default)]
struct Times {
    timescale: u32,
    duration: u64,
}

impl Times {
    fn read(window: &mut Window, header: &BoxRange) -> Parse<Self> {
        let bytes = window.read_up_to(header.content.start, 32)?;
        Ok(if bytes.first() == Some(&1) {
            Self { timescale: be32(&bytes, 20), duration: be64(&bytes, 24) }
        } else {
            let duration = be32(&bytes, 16);
            // All ones says that it is unknown.
            let duration = if duration == u32::MAX { 0 } else { u64::from(duration) };
            Self { timescale: be32(&bytes, 12), duration }
        })
    }
}

/// The part of the media that is played.
struct Edit {
    /// In units of the movie.
    duration: u64,
    /// In units of the media.
    start: u64,
}

impl Edit {
    /// The only edit that is not a pause; several edits are beyond a music file.
    fn read(window: &mut Window, edits: &BoxRange) -> Parse<Option<Self>> {
        const MOST: u32 = 4;
        let Some(list) = child(window, edits, *b"elst")? else { return Ok(None) };
        let head = window.read_up_to(list.content.start, 8)?;
        let is_long = head.first() == Some(&1);
        let length = if is_long { 20 } else { 12 };
        let mut only = None;
        for number in 0..be32(&head, 4).min(MOST) {
            let offset = list.content.start + 8 + u64::from(number) * length;
            let bytes = window.read_up_to(offset, 16)?;
            let (duration, start) = if is_long {
                (be64(&bytes, 0), be64(&bytes, 8))
            } else {
                let start = be32(&bytes, 4);
                let start = if start == u32::MAX { u64::MAX } else { u64::from(start) };
                (u64::from(be32(&bytes, 0)), start)
            };
            if start == u64::MAX {
                continue;
            }
            if only.is_some() {
                return Ok(None);
            }
            only = Some(Self { duration, start });
        }
        Ok(only)
    }
}

fn millis(units: u64, timescale: u32) -> Option<u64> {
    if units == 0 || timescale == 0 {
        return None;
    }
    let scale = u128::from(timescale);
    u64::try_from((u128::from(units) * 1000 + scale / 2) / scale).ok()
}
