//! What a player takes up again after a restart.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What happens at the end of the queue.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Repeat {
    /// Playback stops.
    #[default]
    Off,
    /// The queue begins again.
    All,
    /// The track plays again.
    One,
}

impl Repeat {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::All => "all",
            Self::One => "one",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Off, Self::All, Self::One].into_iter().find(|repeat| repeat.name() == name)
    }
}

/// One place in the queue.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[ts(optional_fields)]
pub struct QueuedTrack {
    /// The track.
    pub track_id: String,
    /// The place it would have without shuffling, so that shuffling can be undone.
    #[serde(default)]
    pub source_index: Option<u32>,
}

/// A queue, and where in it the player stands.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default)]
pub struct Session {
    /// The tracks in the order they are played.
    pub queue: Vec<QueuedTrack>,
    /// Which of them is playing or was last.
    pub index: Option<u32>,
    /// How far it has got, in milliseconds.
    #[ts(type = "number")]
    pub position_ms: u64,
    /// Whether the order was shuffled.
    pub shuffle: bool,
    /// What happens at the end.
    pub repeat: Repeat,
}
