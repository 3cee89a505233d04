//! One track on its way to the device.

use std::sync::Arc;
use std::time::Duration;

use bridge_traits::{AudioStream, OutputFormat};
use core_async::task::yield_now;
use core_async::time::sleep;

use super::PlayError;
use super::command::Reply;
use crate::decode::{frames_to_millis, seconds_to_frames};
use crate::{Converter, DecodeError, Decoder};

/// How often the position is told.
const REPORTS_PER_SECOND: u64 = 4;

/// The most frames that are decoded between two looks at what else there is to do: at most a few
/// milliseconds of work on a slow machine.
const CHUNK: usize = 4096;

/// Decodes a track, converts it and writes it to a stream, step by step.
pub(super) struct Session {
    pub(super) stream: Arc<dyn AudioStream>,
    decoder: Decoder,
    converter: Converter,
    decoded: Vec<f32>,
    /// What is to be written next.
    samples: Vec<f32>,
    written: usize,
    /// Set once the decoder has nothing more.
    end: Option<Result<(), DecodeError>>,
    /// The frame to go to before anything else.
    seek: Option<u64>,
    /// Who waits for that.
    pub(super) seek_replies: Vec<Reply>,
    /// When the position was told last, in frames of the device.
    reported: u64,
}

/// What one step has brought.
pub(super) enum Step {
    /// Some more samples were decoded.
    Decoded,
    /// Some samples were written; true when it is time to tell the position.
    Written(bool),
    /// The end is near: time to tell the position.
    Draining,
    /// The decoder is where a seek wanted it.
    Sought,
    /// Everything was played.
    Ended(Result<(), DecodeError>),
}

impl Session {
    /// Prepares to play what `decoder` delivers on `stream`.
    pub(super) fn new(decoder: Decoder, stream: Arc<dyn AudioStream>) -> Result<Self, PlayError> {
        let format = decoder.format();
        let from = OutputFormat { sample_rate: format.sample_rate, channels: format.channels };
        let converter = Converter::new(from, stream.format())?;
        let decoded = vec![0.0; CHUNK * usize::from(format.channels)];
        Ok(Self {
            stream,
            decoder,
            converter,
            decoded,
            samples: Vec::new(),
            written: 0,
            end: None,
            seek: None,
            seek_replies: Vec::new(),
            reported: 0,
        })
    }

    /// Where the decoder is. Directly after a seek, that is where the device will begin to count.
    pub(super) fn decoder_ms(&self) -> u64 {
        frames_to_millis(self.decoder.position(), self.decoder.format().sample_rate)
    }

    /// The exact length of the track, where it is known.
    pub(super) fn duration_ms(&self) -> Option<u64> {
        self.decoder.format().duration_ms()
    }

    /// Drops everything on its way to the listener, and goes on from another place.
    pub(super) fn seek(&mut self, seconds: f64) -> Result<(), PlayError> {
        self.seek = Some(seconds_to_frames(seconds, self.decoder.format().sample_rate));
        self.samples.clear();
        self.written = 0;
        self.converter.reset();
        self.end = None;
        self.reported = 0;
        self.stream.discard().map_err(PlayError::Output)
    }

    /// Does the next thing.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses and repeats nothing.
    pub(super) async fn step(&mut self, paused: bool) -> Result<Step, PlayError> {
        if let Some(frame) = self.seek {
            self.decoder.seek(frame).await?;
            self.seek = None;
            return Ok(Step::Sought);
        }
        if self.written < self.samples.len() {
            return self.write().await;
        }
        if self.end.is_none() {
            self.decode().await?;
            return Ok(Step::Decoded);
        }
        self.drain(paused).await
    }

    async fn write(&mut self) -> Result<Step, PlayError> {
        let rest = &self.samples[self.written..];
        let frames = self.stream.write(rest).await.map_err(PlayError::Output)?;
        self.written += frames * usize::from(self.stream.format().channels);
        Ok(Step::Written(self.is_report_due()))
    }

    async fn decode(&mut self) -> Result<(), PlayError> {
        let read = self.decoder.read_some(&mut self.decoded).await;
        self.samples.clear();
        self.written = 0;
        match read {
            Ok(0) => self.finish(Ok(())),
            Ok(frames) => {
                let channels = usize::from(self.decoder.format().channels);
                self.converter.process(&self.decoded[..frames * channels], &mut self.samples);
            }
            // What was good is played to its end first.
            Err(error) => self.finish(Err(error)),
        }
        // A device that takes everything at once must not keep others from running.
        yield_now().await;
        Ok(())
    }

    fn finish(&mut self, end: Result<(), DecodeError>) {
        self.converter.finish(&mut self.samples);
        self.end = Some(end);
    }

    async fn drain(&mut self, paused: bool) -> Result<Step, PlayError> {
        let rate = u32::try_from(REPORTS_PER_SECOND).unwrap_or(1);
        let tick = Duration::from_secs(1) / rate;
        core_async::select! {
            drained = self.stream.drain() => drained.map_err(PlayError::Output)?,
            // While it is paused nothing moves, so there is nothing to tell.
            () = sleep(tick), if !paused => return Ok(Step::Draining),
        }
        Ok(Step::Ended(self.end.take().unwrap_or(Ok(()))))
    }

    fn is_report_due(&mut self) -> bool {
        let played = self.stream.frames_played();
        let interval = u64::from(self.stream.format().sample_rate) / REPORTS_PER_SECOND;
        let due = played >= self.reported.saturating_add(interval.max(1));
        if due {
            self.reported = played;
        }
        due
    }
}
