//! What a cue sheet says.

use std::sync::Arc;

use bridge_traits::ReadAt;
use serde::Serialize;

use super::parse;
use crate::MetadataError;
use crate::sidecar::read_text;

/// Where the tracks of a disc begin, and what they are called.
///
/// The model is complete, the library does not use it yet: the scanner takes a file that holds a
/// whole disc in as one track.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CueSheet {
    /// The title of the disc.
    pub title: Option<String>,
    /// Who performs.
    pub performer: Option<String>,
    /// Who wrote the music.
    pub songwriter: Option<String>,
    /// The catalogue number of the disc: 13 digits.
    pub catalog: Option<String>,
    /// The genre, which programs write as a remark.
    pub genre: Option<String>,
    /// The date, which programs write as a remark.
    pub date: Option<String>,
    /// The audio tracks, in the order of the sheet.
    pub tracks: Vec<CueTrack>,
}

/// One track of a cue sheet.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CueTrack {
    /// Its number, from 1.
    pub number: u32,
    /// Its title.
    pub title: Option<String>,
    /// Who performs it.
    pub performer: Option<String>,
    /// Who wrote it.
    pub songwriter: Option<String>,
    /// Its International Standard Recording Code.
    pub isrc: Option<String>,
    /// The file it is in, as the sheet names it. `None` in a sheet that is part of an audio file.
    pub file: Option<String>,
    /// Where it begins in that file.
    pub start: CueTime,
    /// Where the silence before it begins, if that is in the file as well.
    pub pregap: Option<CueTime>,
}

/// A position in a file, exactly as the sheet has it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct CueTime {
    /// How many units.
    pub count: u64,
    /// How many of them a second has: 75 frames of a CD, or a sample rate.
    pub per_second: u32,
}

impl Default for CueTime {
    fn default() -> Self {
        Self { count: 0, per_second: Self::CD_FRAMES }
    }
}

impl CueTime {
    /// The frames that a second on a CD has.
    pub const CD_FRAMES: u32 = 75;

    /// The position in milliseconds.
    pub fn millis(self) -> u64 {
        self.samples(1000)
    }

    /// The position in samples, at `rate` of them a second; the nearest one.
    pub fn samples(self, rate: u32) -> u64 {
        let unit = u128::from(self.per_second.max(1));
        let samples = (u128::from(self.count) * u128::from(rate) + unit / 2) / unit;
        u64::try_from(samples).unwrap_or(u64::MAX)
    }
}

/// A track of a cue sheet as a part of a file.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct VirtualTrack<'a> {
    /// What the sheet says of it; what only the disc has is in the sheet.
    pub track: &'a CueTrack,
    /// Where it begins, in milliseconds.
    pub start_ms: u64,
    /// Where it ends. `None` for the last one of a file whose duration is not known.
    pub end_ms: Option<u64>,
}

impl CueSheet {
    /// Takes the text of a cue sheet apart. Commands that are not known, and remarks, are passed over.
    ///
    /// # Errors
    ///
    /// Fails if the text is no cue sheet, or one without audio.
    ///
    /// # Examples
    ///
    /// ```
    /// # use core_metadata::{CueError, CueSheet};
    /// let sheet = CueSheet::parse(
    ///     "PERFORMER \"Ada\"\nFILE \"disc.flac\" WAVE\n  TRACK 01 AUDIO\n    TITLE \"One\"\n    INDEX 01 00:00:00\n\
    ///      TRACK 02 AUDIO\n    TITLE \"Two\"\n    INDEX 00 03:58:00\n    INDEX 01 04:00:37",
    /// )?;
    /// let parts: Vec<_> = sheet.virtual_tracks("disc.flac", Some(500_000)).collect();
    /// assert_eq!((parts[0].start_ms, parts[0].end_ms), (0, Some(240_493)));
    /// assert_eq!((parts[1].start_ms, parts[1].end_ms), (240_493, Some(500_000)));
    /// # Ok::<(), CueError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, CueError> {
        parse::parse(text)
    }

    /// The tracks that lie in `file`, as parts of it. A track ends where the next one begins, the
    /// last one at `duration_ms`; one that would have no length is left out.
    pub fn virtual_tracks<'a>(
        &'a self,
        file: &'a str,
        duration_ms: Option<u64>,
    ) -> impl Iterator<Item = VirtualTrack<'a>> {
        let is_here = move |track: &CueTrack| track.file.as_deref().is_none_or(|own| own == file);
        self.tracks.iter().enumerate().filter(move |(_, track)| is_here(track)).filter_map(
            move |(at, track)| {
                let next = self.tracks.get(at + 1).filter(|next| next.file == track.file);
                let end_ms = match next {
                    Some(next) => Some(next.start.millis()),
                    None => duration_ms,
                };
                let start_ms = track.start.millis();
                let has_length = end_ms.is_none_or(|end| end > start_ms);
                has_length.then_some(VirtualTrack { track, start_ms, end_ms })
            },
        )
    }
}

/// Why there is no cue sheet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CueError {
    /// The text has no tracks. It is something else, or was cut short: look at it in an editor.
    #[error("the cue sheet has no tracks")]
    NoTracks,
    /// The tracks hold data instead of audio. There is nothing to play.
    #[error("the cue sheet is of a disc without audio")]
    NotAudio,
    /// A track does not say where it begins. Repair the sheet, or use the file without it.
    #[error("the cue sheet does not say where track {number} begins")]
    NoStart {
        /// The track.
        number: u32,
    },
    /// There are more tracks than a disc can have, or the file is too large. Distrust it.
    #[error("the cue sheet is unreasonably large")]
    TooLarge,
    /// The file could not be read. Its own error says what to do.
    #[error(transparent)]
    Read(MetadataError),
}

/// Reads a cue sheet that lies beside the music.
///
/// # Errors
///
/// Fails if it is none, or as the host does.
///
/// # Cancellation
///
/// Dropping the future leaves nothing behind.
pub async fn read_cue_sheet(file: Arc<dyn ReadAt>) -> Result<CueSheet, CueError> {
    match read_text(&*file).await {
        Ok(text) => CueSheet::parse(&text),
        Err(MetadataError::TooLarge) => Err(CueError::TooLarge),
        Err(error) => Err(CueError::Read(error)),
    }
}
