//! The play history.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a play went.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PlayOutcome {
    /// It began, and has not ended as far as is known.
    Started,
    /// It went on to the end.
    Completed,
    /// It was given up before the end.
    Skipped,
}

impl PlayOutcome {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Skipped => "skipped",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Started, Self::Completed, Self::Skipped].into_iter().find(|o| o.name() == name)
    }
}

/// One time a track was played.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Play {
    /// The id.
    pub id: String,
    /// The track, which may be gone by now.
    pub track_id: String,
    /// The track's title as it was then.
    pub title: String,
    /// The track's artist as it was then.
    pub artist: Option<String>,
    /// When it began, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub started_at: u64,
    /// When it ended, in milliseconds since the Unix epoch.
    #[ts(type = "number | null")]
    pub ended_at: Option<u64>,
    /// How far it went, in milliseconds from the start of the track.
    #[ts(type = "number")]
    pub position_ms: u64,
    /// How it went.
    pub outcome: PlayOutcome,
}
