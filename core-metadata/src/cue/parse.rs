//! The text of cue sheets.

use super::{CueError, CueSheet, CueTime, CueTrack};
use crate::tags::clean;

/// A disc has at most 99 tracks; sheets for long recordings have more.
const MOST_TRACKS: usize = 1_000;

pub(super) fn parse(text: &str) -> Result<CueSheet, CueError> {
    let mut sheet = CueSheet::default();
    let mut file = None;
    let mut track: Option<Building> = None;
    let mut has_data = false;
    for line in text.lines() {
        let mut words = Words(line);
        let Some(command) = words.next() else { continue };
        match (command.to_ascii_uppercase().as_str(), &mut track) {
            ("FILE", _) => {
                finish(track.take(), &mut sheet)?;
                file = words.next();
            }
            ("TRACK", _) => {
                finish(track.take(), &mut sheet)?;
                let number = words.next().and_then(|number| number.parse().ok()).unwrap_or(0);
                let is_audio = words.next().is_none_or(|kind| kind.eq_ignore_ascii_case("AUDIO"));
                has_data |= !is_audio;
                let new = CueTrack { number, file: file.clone(), ..CueTrack::default() };
                track = Some(Building { track: new, is_audio, start: None });
            }
            ("TITLE", Some(building)) => building.track.title = words.rest(),
            ("TITLE", None) => sheet.title = words.rest(),
            ("PERFORMER", Some(building)) => building.track.performer = words.rest(),
            ("PERFORMER", None) => sheet.performer = words.rest(),
            ("SONGWRITER", Some(building)) => building.track.songwriter = words.rest(),
            ("SONGWRITER", None) => sheet.songwriter = words.rest(),
            ("ISRC", Some(building)) => building.track.isrc = words.rest(),
            ("CATALOG", _) => sheet.catalog = words.rest(),
            ("INDEX", Some(building)) => {
                let number = words.next().and_then(|number| number.parse::<u32>().ok());
                let time = words.next().and_then(|time| time_of(&time));
                match (number, time) {
                    (Some(0), Some(time)) => building.track.pregap = Some(time),
                    (Some(1), Some(time)) => building.start = Some(time),
                    _ => {}
                }
            }
            ("REM", None) => match words.next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "GENRE" => sheet.genre = words.rest(),
                "DATE" => sheet.date = words.rest(),
                _ => {}
            },
            _ => {}
        }
    }
    finish(track, &mut sheet)?;
    match (sheet.tracks.is_empty(), has_data) {
        (false, _) => Ok(sheet),
        (true, true) => Err(CueError::NotAudio),
        (true, false) => Err(CueError::NoTracks),
    }
}

/// A track whose lines are being read.
struct Building {
    track: CueTrack,
    is_audio: bool,
    start: Option<CueTime>,
}

fn finish(building: Option<Building>, sheet: &mut CueSheet) -> Result<(), CueError> {
    let Some(Building { mut track, is_audio: true, start }) = building else { return Ok(()) };
    if sheet.tracks.len() >= MOST_TRACKS {
        return Err(CueError::TooLarge);
    }
    track.start = start.ok_or(CueError::NoStart { number: track.number })?;
    sheet.tracks.push(track);
    Ok(())
}

/// The position that `mm:ss:ff` names; a second has 75 frames.
fn time_of(text: &str) -> Option<CueTime> {
    let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
    let (minutes, seconds, frames) = (parts.next()??, parts.next()??, parts.next()??);
    let per_second = CueTime::CD_FRAMES;
    let seconds = u64::from(minutes) * 60 + u64::from(seconds);
    Some(CueTime { count: seconds * u64::from(per_second) + u64::from(frames), per_second })
}

/// The words of a line, in which quotes keep words together.
struct Words<'a>(&'a str);

impl Words<'_> {
    fn next(&mut self) -> Option<String> {
        let rest = self.0.trim_start();
        let (word, rest) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        self.0 = rest;
        clean(word)
    }

    /// What is left, with or without quotes.
    fn rest(&mut self) -> Option<String> {
        let rest = self.0.trim();
        if rest.starts_with('"') { self.next() } else { clean(rest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = r#"REM GENRE "Post Rock"
REM DATE 1999
REM COMMENT "made by hand"
CATALOG 0123456789012
PERFORMER "Ada & Béla"
TITLE "Test Tones"
FILE "side a.wav" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    PERFORMER Ada
    ISRC ABCDE1234567
    FLAGS DCP
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two
    INDEX 00 01:58:74
    INDEX 01 02:00:00
FILE "side b.wav" WAVE
  TRACK 03 AUDIO
    SONGWRITER "Clara"
    INDEX 01 00:00:37
  TRACK 04 MODE1/2352
    INDEX 01 10:00:00
"#;

    #[test]
    fn everything_in_a_sheet_is_understood() {
        let sheet = CueSheet::parse(SHEET).unwrap();
        assert_eq!(sheet.title.as_deref(), Some("Test Tones"));
        assert_eq!(sheet.performer.as_deref(), Some("Ada & Béla"));
        assert_eq!(sheet.genre.as_deref(), Some("Post Rock"));
        assert_eq!(sheet.date.as_deref(), Some("1999"));
        assert_eq!(sheet.catalog.as_deref(), Some("0123456789012"));
        assert_eq!(sheet.tracks.len(), 3);
        let [one, two, three] = &sheet.tracks[..] else { panic!("three tracks") };
        assert_eq!((one.title.as_deref(), one.performer.as_deref()), (Some("One"), Some("Ada")));
        assert_eq!(one.isrc.as_deref(), Some("ABCDE1234567"));
        assert_eq!(two.title.as_deref(), Some("Two"));
        assert_eq!(two.pregap.map(CueTime::millis), Some(118_987));
        assert_eq!(two.start.samples(44_100), 120 * 44_100);
        assert_eq!(three.file.as_deref(), Some("side b.wav"));
        assert_eq!(three.songwriter.as_deref(), Some("Clara"));
    }

    #[test]
    fn tracks_end_where_the_next_one_in_their_file_begins() {
        let sheet = CueSheet::parse(SHEET).unwrap();
        let parts = |file| {
            let parts = sheet.virtual_tracks(file, Some(150_000));
            parts.map(|part| (part.track.number, part.start_ms, part.end_ms)).collect::<Vec<_>>()
        };
        assert_eq!(parts("side a.wav"), [(1, 0, Some(120_000)), (2, 120_000, Some(150_000))]);
        assert_eq!(parts("side b.wav"), [(3, 493, Some(150_000))]);
        assert!(parts("other.wav").is_empty());
    }

    #[test]
    fn what_is_no_sheet_says_why() {
        let error = |text: &str| CueSheet::parse(text).unwrap_err().to_string();
        assert_eq!(error(""), "the cue sheet has no tracks");
        assert_eq!(error("TRACK 01 AUDIO"), "the cue sheet does not say where track 1 begins");
        assert_eq!(
            error("TRACK 01 MODE1/2048\nINDEX 01 00:00:00"),
            "the cue sheet is of a disc without audio"
        );
        let many = "TRACK 01 AUDIO\nINDEX 01 00:00:00\n".repeat(1_001);
        assert_eq!(error(&many), "the cue sheet is unreasonably large");
        assert!(CueSheet::parse("TRACK 1 AUDIO\nINDEX 01 4294967295:4294967295:74").is_ok());
    }
}
