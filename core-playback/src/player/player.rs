//! The handle that hosts hold.

use std::fmt;
use std::sync::Arc;

use bridge_traits::AudioOutput;
use core_async::sync::{mpsc, oneshot, watch};
use core_async::task::{self, AbortOnDropHandle};
use core_runtime::EventBus;

use super::PlayError;
use super::command::{Command, PlayRequest, Reply};
use super::pump::Pump;
use super::status::{PlayerStatus, Snapshot};

/// Plays one track at a time on one output.
///
/// Requests take effect in the order they were made; a request to play replaces the one before,
/// even while that is still being opened. What happens is told on the event bus: `started`,
/// `paused`, `resumed`, `stopped`, `completed`, `error`, and `position_changed` about four times a
/// second and after each seek. Positions come from the device: they say what is heard.
///
/// Dropping the player stops the sound.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use bridge_traits::{AudioOutput, ReadAt};
/// # use core_playback::{FormatHint, PlayError, PlayRequest, Player};
/// # use core_runtime::EventBus;
/// async fn play(output: Arc<dyn AudioOutput>, file: Arc<dyn ReadAt>) -> Result<(), PlayError> {
///     let player = Player::new(output, EventBus::default());
///     player
///         .play(PlayRequest {
///             track_id: "t1".into(),
///             source: file,
///             hint: FormatHint::from_path("song.flac"),
///             duration_ms: None,
///             start_seconds: 0.0,
///         })
///         .await?;
///     player.seek(30.0).await?;
///     player.pause().await
/// }
/// ```
pub struct Player {
    commands: mpsc::UnboundedSender<Command>,
    snapshot: watch::Receiver<Snapshot>,
    _task: AbortOnDropHandle<()>,
}

impl Player {
    /// A player for `output`, which is opened when there is something to play. It works in a task of
    /// its own, so a runtime must be running.
    pub fn new(output: Arc<dyn AudioOutput>, events: EventBus) -> Self {
        let (commands, receiver) = mpsc::unbounded_channel();
        let (sender, snapshot) = watch::channel(Snapshot::default());
        let pump = Pump::new(output, events, sender);
        let task = AbortOnDropHandle::new(task::spawn(pump.run(receiver)));
        Self { commands, snapshot, _task: task }
    }

    /// Plays a track and returns once its first samples are on their way.
    ///
    /// # Errors
    ///
    /// Fails as the decoder or the output does, and with [`PlayError::Replaced`] if another request
    /// came first.
    pub async fn play(&self, request: PlayRequest) -> Result<(), PlayError> {
        if !is_position(request.start_seconds) {
            return Err(PlayError::OutOfRange);
        }
        self.ask(|reply| Command::Play(request, reply)).await
    }

    /// Silences the output at once.
    ///
    /// # Errors
    ///
    /// Fails with [`PlayError::NoTrack`] if nothing is being played, or as the output does.
    pub async fn pause(&self) -> Result<(), PlayError> {
        self.ask(Command::Pause).await
    }

    /// Goes on with the next sample.
    ///
    /// # Errors
    ///
    /// Fails with [`PlayError::NoTrack`] if nothing is being played, or as the output does.
    pub async fn resume(&self) -> Result<(), PlayError> {
        self.ask(Command::Resume).await
    }

    /// Gives the track up and frees the device.
    ///
    /// # Errors
    ///
    /// Fails only with [`PlayError::Gone`].
    pub async fn stop(&self) -> Result<(), PlayError> {
        self.ask(Command::Stop).await
    }

    /// Goes to a place in the track, to the exact sample; past the end it goes to the end. A paused
    /// track stays paused.
    ///
    /// # Errors
    ///
    /// Fails with [`PlayError::NoTrack`] if nothing is being played, or as the decoder does.
    pub async fn seek(&self, seconds: f64) -> Result<(), PlayError> {
        if !is_position(seconds) {
            return Err(PlayError::OutOfRange);
        }
        self.ask(|reply| Command::Seek(seconds, reply)).await
    }

    /// Sets the volume as a linear gain, 0.0 to 1.0, for this track and those after it.
    ///
    /// # Errors
    ///
    /// Fails with [`PlayError::OutOfRange`], or as the output does.
    pub async fn set_volume(&self, gain: f32) -> Result<(), PlayError> {
        if !(0.0..=1.0).contains(&gain) {
            return Err(PlayError::OutOfRange);
        }
        self.ask(|reply| Command::SetVolume(gain, reply)).await
    }

    /// What the player is doing now.
    pub fn status(&self) -> PlayerStatus {
        self.snapshot.borrow().status()
    }

    async fn ask(&self, command: impl FnOnce(Reply) -> Command) -> Result<(), PlayError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).map_err(|_| PlayError::Gone)?;
        answer.await.unwrap_or(Err(PlayError::Gone))
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Player").field("status", &self.status()).finish_non_exhaustive()
    }
}

fn is_position(seconds: f64) -> bool {
    seconds.is_finite() && seconds >= 0.0
}
