//! What the player is doing.

use std::sync::Arc;

use bridge_traits::AudioStream;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::decode::frames_to_millis;

/// What the player does.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PlayerState {
    /// Nothing: no track was chosen, or it was stopped or has ended.
    #[default]
    Stopped,
    /// A track is being opened.
    Loading,
    /// A track is being played.
    Playing,
    /// A track waits to go on.
    Paused,
    /// The last track could not be played (on).
    Failed,
}

/// What the player is doing, at one moment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct PlayerStatus {
    /// What it does.
    pub state: PlayerState,
    /// The track it does it with.
    pub track_id: Option<String>,
    /// What the listener hears now, counted from the start of the track.
    #[ts(type = "number")]
    pub position_ms: u64,
    /// How long the track is, where that is known.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// The volume as a linear gain, 0.0 to 1.0.
    pub volume: f32,
}

/// What a status is made of. The position follows the device by itself.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) state: PlayerState,
    pub(super) track_id: Option<String>,
    pub(super) duration_ms: Option<u64>,
    pub(super) volume: f32,
    pub(super) head: PlayHead,
}

/// Where the listener is.
#[derive(Clone, Debug, Default)]
pub(super) struct PlayHead {
    /// Where the frames that the device counts begin.
    pub(super) base_ms: u64,
    /// The device; `None` stands still.
    pub(super) stream: Option<Arc<dyn AudioStream>>,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            state: PlayerState::Stopped,
            track_id: None,
            duration_ms: None,
            volume: 1.0,
            head: PlayHead::default(),
        }
    }
}

impl Snapshot {
    /// What the listener hears now.
    pub(super) fn position_ms(&self) -> u64 {
        let played = self.head.stream.as_ref().map_or(0, |stream| {
            frames_to_millis(stream.frames_played(), stream.format().sample_rate)
        });
        let position = self.head.base_ms.saturating_add(played);
        // The device may round a track up by a few frames when it resamples.
        position.min(self.duration_ms.unwrap_or(u64::MAX).max(self.head.base_ms))
    }

    /// The public form.
    pub(super) fn status(&self) -> PlayerStatus {
        PlayerStatus {
            state: self.state,
            track_id: self.track_id.clone(),
            position_ms: self.position_ms(),
            duration_ms: self.duration_ms,
            volume: self.volume,
        }
    }
}
