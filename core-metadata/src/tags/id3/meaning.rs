//! What the frames say.

use core_library::{Lyrics, LyricsLine};

use super::genre;
use super::text::Encoding;
use crate::tags::{Field, Fields, clean};

/// How many timed parts of lyrics are kept.
const MOST_PARTS: usize = 20_000;

/// What the frames of a tag say, in the order of trust.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    fields: Fields,
    // Text of users, which has names of its own.
    user: Fields,
    // What other programs derive from the comment frames they use for themselves.
    described: Fields,
    // Old frames for one date.
    year: Option<String>,
    day: Option<String>,
}

impl Meaning {
    /// Takes the content of a frame.
    pub(super) fn take(&mut self, id: [u8; 4], content: &[u8]) {
        // Understood as far as it makes sense.
        let _ = self.understand(id, content);
    }

    fn understand(&mut self, id: [u8; 4], content: &[u8]) -> Option<()> {
        match &id {
            b"UFID" => {
                let (owner, rest) = Encoding::Latin1.first(content);
                if owner == "http://musicbrainz.org" {
                    self.fields.put(Field::MbRecording, &String::from_utf8_lossy(rest));
                }
            }
            b"RVA2" => self.volume(content)?,
            b"TXXX" => {
                let (encoding, rest) = Encoding::split(content)?;
                let (name, rest) = encoding.first(rest);
                let field = Field::of(&name)?;
                for value in encoding.all(rest) {
                    self.user.put(field, &value);
                }
            }
            b"COMM" => {
                let (encoding, rest) = Encoding::split(content)?;
                let (description, text) = encoding.first(rest.get(3..)?);
                let text = encoding.all(text);
                let text = text.first()?;
                if description.is_empty() {
                    self.fields.put(Field::Comment, text);
                } else if !description.starts_with("iTun") && !description.starts_with("Songs-DB") {
                    self.described.put(Field::Comment, text);
                }
            }
            b"USLT" => self.plain_lyrics(content)?,
            b"SYLT" => self.timed_lyrics(content)?,
            _ => self.text(id, content)?,
        }
        Some(())
    }

    fn text(&mut self, id: [u8; 4], content: &[u8]) -> Option<()> {
        let (encoding, rest) = Encoding::split(content)?;
        let values = encoding.all(rest);
        let field = match &id {
            b"TYER" => {
                self.year = self.year.take().or(values.into_iter().next());
                return Some(());
            }
            b"TDAT" => {
                self.day = self.day.take().or(values.into_iter().next());
                return Some(());
            }
            b"TCON" => {
                for value in values {
                    genres(&value, &mut self.fields);
                }
                return Some(());
            }
            id => field(*id)?,
        };
        for value in values {
            self.fields.put(field, &value);
        }
        Some(())
    }

    /// A volume adjustment, from before there were fields for it.
    fn volume(&mut self, content: &[u8]) -> Option<()> {
        let (name, rest) = Encoding::Latin1.first(content);
        // Channel, gain in 512ths of a dB, bits of the peak, peak.
        let (&[channel, a, b, bits], peak) = rest.split_first_chunk::<4>()?;
        let (gain, peak_field) = match name.to_ascii_lowercase().as_str() {
            "album" => (Field::AlbumGain, Field::AlbumPeak),
            _ => (Field::TrackGain, Field::TrackPeak),
        };
        if channel != 1 {
            return None;
        }
        let steps = i16::from_be_bytes([a, b]);
        self.described.put(gain, &format!("{:.6} dB", f64::from(steps) / 512.0));
        let length = usize::from(bits).div_ceil(8);
        let peak = peak.get(..length).filter(|peak| (1..=4).contains(&peak.len()))?;
        let value = peak.iter().fold(0_u32, |value, byte| (value << 8) | u32::from(*byte));
        let scale = 2_f64.powi(i32::from(bits) - 1);
        self.described.put(peak_field, &format!("{:.6}", f64::from(value) / scale));
        Some(())
    }

    fn plain_lyrics(&mut self, content: &[u8]) -> Option<()> {
        let (encoding, rest) = Encoding::split(content)?;
        let (language, rest) = rest.split_first_chunk::<3>()?;
        let (_, text) = encoding.first(rest);
        let (text, _) = encoding.first(text);
        self.fields.put(Field::Lyrics, &text);
        self.note_language(*language);
        Some(())
    }

    fn timed_lyrics(&mut self, content: &[u8]) -> Option<()> {
        const MILLISECONDS: u8 = 2;
        let (encoding, rest) = Encoding::split(content)?;
        let (&[a, b, c, unit, kind], rest) = rest.split_first_chunk::<5>()?;
        let (_, mut rest) = encoding.first(rest);
        // Lyrics and their transcription; other kinds are chords, events and pictures. Times in
        // frames of MPEG mean nothing without the audio.
        let has_lines = self.fields.lyrics.as_ref().is_some_and(|lyrics| !lyrics.lines.is_empty());
        if !matches!(kind, 0..=2) || unit != MILLISECONDS || has_lines {
            return None;
        }
        let mut parts = Vec::new();
        while parts.len() < MOST_PARTS {
            let (text, after) = encoding.first(rest);
            let Some((stamp, after)) = after.split_first_chunk::<4>() else { break };
            rest = after;
            parts.push(LyricsLine { at_ms: u64::from(u32::from_be_bytes(*stamp)), text });
        }
        let lines = lines(parts);
        if !lines.is_empty() {
            self.fields.lyrics.get_or_insert_with(Lyrics::default).lines = lines;
            self.note_language([a, b, c]);
        }
        Some(())
    }

    fn note_language(&mut self, language: [u8; 3]) {
        // `XXX` says that nobody knows.
        let is_known =
            language.iter().all(u8::is_ascii_alphabetic) && !language.eq_ignore_ascii_case(b"xxx");
        if is_known {
            let lyrics = self.fields.lyrics.get_or_insert_with(Lyrics::default);
            let name = String::from_utf8_lossy(&language).to_ascii_lowercase();
            lyrics.language.get_or_insert(name);
        }
    }

    /// Everything the frames said.
    pub(super) fn finish(mut self) -> Fields {
        if let Some(year) = self.year.as_deref().and_then(clean) {
            // Day and month, two digits each.
            let day = self.day.as_deref().filter(|day| day.len() == 4 && day.is_ascii());
            let date = match day {
                Some(day) if year.len() == 4 => format!("{year}-{}-{}", &day[2..], &day[..2]),
                _ => year,
            };
            if !self.fields.has(Field::Date) {
                self.fields.put(Field::Date, &date);
            }
        }
        self.fields.fill(self.user);
        self.fields.fill(self.described);
        self.fields
    }
}

/// The lines that timed parts of lyrics make. Where line breaks begin some of the parts, the others
/// are words and syllables that go on with a line; without any, every part is a line.
fn lines(parts: Vec<LyricsLine>) -> Vec<LyricsLine> {
    let begins = |part: &LyricsLine| part.text.starts_with(['\n', '\r']);
    let has_breaks = parts.iter().any(begins);
    let mut lines: Vec<LyricsLine> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if has_breaks && !begins(&part) => line.text.push_str(&part.text),
            _ => lines.push(part),
        }
    }
    for line in &mut lines {
        line.text = clean(&line.text).unwrap_or_default();
    }
    lines.sort_by_key(|line| line.at_ms);
    lines
}

/// The genres in a value such as `(17)(20)Indie`, `17` or `Indie`.
fn genres(value: &str, fields: &mut Fields) {
    let name = |number: &str| match number {
        "RX" => Some("Remix"),
        "CR" => Some("Cover"),
        number => number.parse().ok().and_then(genre),
    };
    if let Some(name) = name(value.trim()) {
        return fields.put(Field::Genre, name);
    }
    let mut rest = value.trim();
    while let Some((number, after)) = rest.strip_prefix('(').and_then(|text| text.split_once(')')) {
        let Some(name) = name(number) else { break };
        fields.put(Field::Genre, name);
        rest = after;
    }
    // A parenthesis that is text is written twice.
    fields.put(
        Field::Genre,
        rest.strip_prefix('(').filter(|text| text.starts_with('(')).unwrap_or(rest),
    );
}

fn field(id: [u8; 4]) -> Option<Field> {
    Some(match &id {
        b"TIT2" => Field::Title,
        b"TPE1" => Field::Artist,
        b"TPE2" => Field::AlbumArtist,
        b"TALB" => Field::Album,
        b"TRCK" => Field::TrackNumber,
        b"TPOS" => Field::DiscNumber,
        b"TDRC" => Field::Date,
        b"TDRL" => Field::ReleaseDate,
        b"TDOR" | b"TORY" => Field::OriginalDate,
        b"TCOM" => Field::Composer,
        b"TSOT" => Field::TitleSort,
        b"TSOP" => Field::ArtistSort,
        b"TSOA" => Field::AlbumSort,
        b"TSO2" => Field::AlbumArtistSort,
        b"TCMP" => Field::Compilation,
        b"TSST" => Field::DiscSubtitle,
        b"TPUB" => Field::Label,
        b"TSRC" => Field::Isrc,
        b"TBPM" => Field::Bpm,
        _ => return None,
    })
}
