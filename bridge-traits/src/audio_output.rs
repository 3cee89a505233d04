//! Where decoded sound goes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{PlatformSend, PlatformSync, Result};

/// The shape of the samples an output plays: interleaved 32-bit floats, nominally −1.0…1.0.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OutputFormat {
    /// Frames per second.
    pub sample_rate: u32,
    /// Samples per frame.
    pub channels: u16,
}

/// A sound device, or something that takes its place.
///
/// # Contract
///
/// * `open` gives a stream in the format nearest to the wish; [`AudioStream::format`] says which.
#[core_async::async_trait]
pub trait AudioOutput: fmt::Debug + PlatformSend + PlatformSync {
    /// A short name for people, for example `"cpal"` or `"null"`.
    fn name(&self) -> &str;

    /// Opens a stream, playing (silence) at once.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` without a device, `Unavailable` while it is busy.
    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>>;
}

/// One open stream to a device. Dropping it stops the sound and frees the device.
///
/// # Contract
///
/// * Frames are played in the order written, none twice, none lost, except after `discard`.
/// * `write` waits while the buffer is full, so a producer is never further ahead than
///   [`buffer_frames`](AudioStream::buffer_frames). Dropping the future half-way loses nothing
///   that was taken and takes nothing twice.
/// * After `pause` the output is silent within 100 ms; `resume` goes on with the next frame.
/// * `discard` drops everything not yet played; `frames_played` starts again at 0.
/// * A dry buffer plays silence and is counted, and never ends the stream.
#[core_async::async_trait]
pub trait AudioStream: fmt::Debug + PlatformSend + PlatformSync {
    /// The format this stream plays.
    fn format(&self) -> OutputFormat;

    /// How many frames fit between the writer and the device.
    fn buffer_frames(&self) -> usize;

    /// Takes the first part of `samples` (whole frames) and returns how many frames it took, at
    /// least one; waits while the buffer is full.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` once the device is gone.
    async fn write(&self, samples: &[f32]) -> Result<usize>;

    /// Waits until everything written has been played.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` once the device is gone.
    async fn drain(&self) -> Result<()>;

    /// Drops what was not played yet.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` once the device is gone.
    fn discard(&self) -> Result<()>;

    /// Silences the output until `resume`.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` once the device is gone.
    fn pause(&self) -> Result<()>;

    /// Goes on playing.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` once the device is gone.
    fn resume(&self) -> Result<()>;

    /// Sets the volume as a linear gain, 0.0 to 1.0.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` once the device is gone.
    fn set_volume(&self, gain: f32) -> Result<()>;

    /// Frames the device has played since the stream was opened or last discarded.
    fn frames_played(&self) -> u64;

    /// How often the buffer ran dry while there should have been sound.
    fn underruns(&self) -> u64;
}
