//! An open stream, whatever plays it.

use std::fmt;

use bridge_traits::{AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use core_async::time::{Duration, Instant, sleep};

use super::feed::{Feed, time_of};

/// How long a device may go without taking a frame before it counts as gone.
const STALL: Duration = Duration::from_secs(5);

/// The shortest wait for the device, about as long as from one of its calls to the next.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// What calls the renderer.
pub(super) trait Device: fmt::Debug + Send + Sync {
    /// Plays everything that is due by now, where no thread does so by itself.
    fn catch_up(&self) {}
}

/// A stream of samples to a device.
#[derive(Debug)]
pub(super) struct OutputStream<D> {
    feed: Feed,
    device: D,
}

impl<D: Device> OutputStream<D> {
    /// A stream whose renderer `device` calls.
    pub(super) fn new(feed: Feed, device: D) -> Self {
        Self { feed, device }
    }

    /// Whether the device is still there; brings everything up to date.
    fn check(&self, operation: &'static str) -> Result<()> {
        self.device.catch_up();
        match self.feed.shared.failure() {
            None => Ok(()),
            Some(reason) => Err(BridgeError::new(ErrorKind::Unavailable, operation)
                .with_detail(format!("the sound device is gone; open it again: {reason}"))),
        }
    }

    /// Waits until `done` gives something. Between two looks it waits as long as `frames_left`
    /// frames take to play, or, once a pause is complete, until somebody changes something.
    async fn wait<T>(
        &self,
        operation: &'static str,
        mut done: impl FnMut() -> Option<T> + Send,
        frames_left: impl Fn() -> u64 + Send,
    ) -> Result<T> {
        let shared = &self.feed.shared;
        let mut last = (shared.position(), Instant::now());
        loop {
            let changed = self.feed.changed.notified();
            core_async::pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            self.check(operation)?;
            if let Some(done) = done() {
                return Ok(done);
            }
            let position = shared.position();
            let is_dropping = shared.discarded() > position;
            if shared.is_resting() && !is_dropping {
                changed.await;
                last.1 = Instant::now();
                continue;
            }
            if position != last.0 {
                last = (position, Instant::now());
            } else if last.1.elapsed() > STALL {
                shared.fail_stalled();
                continue;
            }
            // A fade or a discard takes no longer than until the device asks again.
            let is_settling = shared.is_paused() || is_dropping;
            let left = if is_settling { 0 } else { frames_left() };
            let wait = time_of(left, self.feed.format).clamp(SHORTEST_WAIT, STALL);
            core_async::select! {
                () = changed => {}
                () = sleep(wait) => {}
            }
        }
    }
}

#[core_async::async_trait]
impl<D: Device> AudioStream for OutputStream<D> {
    fn format(&self) -> OutputFormat {
        self.feed.format
    }

    fn buffer_frames(&self) -> usize {
        self.feed.buffer_frames
    }

    async fn write(&self, samples: &[f32]) -> Result<usize> {
        let frames = samples.len() / usize::from(self.feed.format.channels);
        if frames == 0 {
            return self.check("audio.write").map(|()| 0);
        }
        // Cancellation: samples are taken and counted in one step, right before returning.
        let take = || match self.feed.push(samples) {
            0 => None,
            taken => Some(taken),
        };
        // Waiting for a quarter of the buffer lets the writer sleep between two large pieces.
        let room = frames.min((self.feed.buffer_frames / 4).max(1)) as u64;
        self.wait("audio.write", take, || room).await
    }

    async fn drain(&self) -> Result<()> {
        let end = self.feed.written();
        let shared = &self.feed.shared;
        let _expected = shared.begin_drain();
        let played = || (shared.position().max(shared.discarded()) >= end).then_some(());
        self.wait("audio.drain", played, || end.saturating_sub(shared.position())).await?;
        // The device has taken the last frame; now it has to play it.
        sleep(shared.latency()).await;
        Ok(())
    }

    fn discard(&self) -> Result<()> {
        self.check("audio.discard")?;
        self.feed.discard();
        Ok(())
    }

    fn pause(&self) -> Result<()> {
        self.check("audio.pause")?;
        self.feed.shared.set_paused(true);
        self.feed.changed.notify_waiters();
        Ok(())
    }

    fn resume(&self) -> Result<()> {
        self.check("audio.resume")?;
        self.feed.shared.set_paused(false);
        self.feed.changed.notify_waiters();
        Ok(())
    }

    fn set_volume(&self, gain: f32) -> Result<()> {
        self.check("audio.set_volume")?;
        if !gain.is_finite() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "audio.set_volume")
                .with_detail("a volume is a number from 0 to 1"));
        }
        self.feed.shared.set_gain(gain.clamp(0.0, 1.0));
        Ok(())
    }

    fn frames_played(&self) -> u64 {
        self.device.catch_up();
        self.feed.shared.played()
    }

    fn underruns(&self) -> u64 {
        self.device.catch_up();
        self.feed.shared.underruns()
    }
}
