//! The words of a track.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The words of a track: as one text, line by line with times, or both.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Lyrics {
    /// The text without times.
    pub plain: Option<String>,
    /// The lines and when each begins, in the order of time. Empty if no times are known.
    pub lines: Vec<LyricsLine>,
    /// The language as the file names it: three letters of ISO 639-2, or a BCP 47 tag.
    pub language: Option<String>,
}

/// One line of timed lyrics.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct LyricsLine {
    /// When it begins, in milliseconds from the start of the track.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Its words; empty where the singing pauses.
    pub text: String,
}
