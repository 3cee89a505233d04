//! What the player can be asked to do.

use std::fmt;
use std::sync::Arc;

use bridge_traits::ReadAt;
use core_async::sync::oneshot;

use super::PlayError;
use crate::FormatHint;

/// What to play, and from where on.
#[derive(Clone, Debug)]
pub struct PlayRequest {
    /// The id that events and the status name.
    pub track_id: String,
    /// The file.
    pub source: Arc<dyn ReadAt>,
    /// What the file's name says about it.
    pub hint: FormatHint,
    /// How long the track is, where somebody knows. The file itself wins.
    pub duration_ms: Option<u64>,
    /// Where to start.
    pub start_seconds: f64,
}

/// Where the answer to a command goes. Nobody may be waiting for it.
pub(super) type Reply = oneshot::Sender<Result<(), PlayError>>;

pub(super) enum Command {
    Play(PlayRequest, Reply),
    Pause(Reply),
    Resume(Reply),
    Stop(Reply),
    Seek(f64, Reply),
    SetVolume(f32, Reply),
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Play(..) => "Play",
            Self::Pause(_) => "Pause",
            Self::Resume(_) => "Resume",
            Self::Stop(_) => "Stop",
            Self::Seek(..) => "Seek",
            Self::SetVolume(..) => "SetVolume",
        })
    }
}
