//! The stream: a bounded number of frames on their way to the worklet.

use std::rc::Rc;

use bridge_traits::{AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use core_async::pin;

use super::link::Link;
use super::message::ToWorklet;

/// A stream to the worklet.
#[derive(Debug)]
pub(super) struct WorkletStream {
    link: Rc<Link>,
    format: OutputFormat,
    buffer_frames: usize,
}

impl WorkletStream {
    /// Starts a fresh epoch, playing.
    pub(super) fn open(link: Rc<Link>, format: OutputFormat) -> Result<Self> {
        link.discard("audio.open")?;
        link.send(ToWorklet::Resume, "audio.open")?;
        link.account.is_in_use.set(true);
        // Three quarters of a second: it outlasts a busy worker, and a seek still feels immediate
        // because what is buffered is discarded then.
        let buffer_frames = format.sample_rate as usize * 3 / 4;
        Ok(Self { link, format, buffer_frames })
    }

    /// Waits until `ready` gives something, looking again whenever the account has changed.
    async fn wait_for<T>(
        &self,
        operation: &'static str,
        mut ready: impl FnMut() -> Option<T>,
    ) -> Result<T> {
        loop {
            let changed = self.link.account.changed.notified();
            pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            self.link.account.check(operation)?;
            if let Some(value) = ready() {
                return Ok(value);
            }
            changed.await;
        }
    }

    fn free_frames(&self) -> usize {
        let in_flight = usize::try_from(self.link.account.in_flight()).unwrap_or(usize::MAX);
        self.buffer_frames.saturating_sub(in_flight)
    }
}

#[core_async::async_trait]
impl AudioStream for WorkletStream {
    fn format(&self) -> OutputFormat {
        self.format
    }

    fn buffer_frames(&self) -> usize {
        self.buffer_frames
    }

    async fn write(&self, samples: &[f32]) -> Result<usize> {
        let operation = "audio.write";
        let channels = usize::from(self.format.channels);
        if samples.is_empty() || !samples.len().is_multiple_of(channels) {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail("one or more whole frames are needed"));
        }
        let free =
            self.wait_for(operation, || Some(self.free_frames()).filter(|free| *free > 0)).await?;
        let frames = free.min(samples.len() / channels);
        let account = &self.link.account;
        let samples = &samples[..frames * channels];
        self.link.send(ToWorklet::Push { epoch: account.epoch(), samples }, operation)?;
        account.add_sent(frames as u64);
        account.is_draining.set(false);
        Ok(frames)
    }

    async fn drain(&self) -> Result<()> {
        let account = &self.link.account;
        account.is_draining.set(true);
        self.wait_for("audio.drain", || (account.in_flight() == 0).then_some(())).await
    }

    fn discard(&self) -> Result<()> {
        self.link.discard("audio.discard")
    }

    fn pause(&self) -> Result<()> {
        self.link.send(ToWorklet::Pause, "audio.pause")
    }

    fn resume(&self) -> Result<()> {
        self.link.send(ToWorklet::Resume, "audio.resume")
    }

    fn set_volume(&self, gain: f32) -> Result<()> {
        let operation = "audio.set_volume";
        if !gain.is_finite() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, operation)
                .with_detail("a volume is a number from 0 to 1"));
        }
        self.link.send(ToWorklet::Volume(gain.clamp(0.0, 1.0)), operation)
    }

    fn frames_played(&self) -> u64 {
        self.link.account.played()
    }

    fn underruns(&self) -> u64 {
        self.link.account.underruns()
    }
}

impl Drop for WorkletStream {
    fn drop(&mut self) {
        // It fails only if the worklet has gone, and then there is nothing to silence.
        self.link.discard("audio.close").ok();
        self.link.account.is_in_use.set(false);
    }
}
