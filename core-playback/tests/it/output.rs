//! A device that plays nothing, remembers everything and moves only when told to.

use std::sync::{Arc, Mutex, MutexGuard};

use bridge_traits::{AudioOutput, AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use core_async::sync::Notify;

/// The device and what became of its streams.
#[derive(Clone, Debug)]
pub(crate) struct TestOutput {
    pub(crate) state: Arc<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    inner: Mutex<Inner>,
    moved: Notify,
    forced: Option<OutputFormat>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Inner {
    /// What waits to be played, in samples.
    queue: Vec<f32>,
    /// What was played since the start of the test.
    heard: Vec<f32>,
    /// Frames that may still be played.
    allowance: usize,
    played: u64,
    paused: bool,
    volume: f32,
    opened: Vec<OutputFormat>,
    closed: usize,
    broken: bool,
}

impl TestOutput {
    /// A device that plays whatever format is wished, with room for `capacity` frames.
    pub(crate) fn new(capacity: usize) -> Self {
        Self::with(capacity, None)
    }

    /// A device that plays one format only.
    pub(crate) fn fixed(capacity: usize, format: OutputFormat) -> Self {
        Self::with(capacity, Some(format))
    }

    fn with(capacity: usize, forced: Option<OutputFormat>) -> Self {
        let inner = Mutex::new(Inner { volume: -1.0, ..Inner::default() });
        Self { state: Arc::new(State { inner, moved: Notify::new(), forced, capacity }) }
    }

    /// Lets the device play this many frames more.
    pub(crate) fn allow(&self, frames: usize) {
        let mut inner = self.state.inner();
        inner.allowance = inner.allowance.saturating_add(frames);
        drop(inner);
        self.state.run();
    }

    /// Everything that was played so far.
    pub(crate) fn heard(&self) -> Vec<f32> {
        self.state.inner().heard.clone()
    }

    /// Waits until this many samples were heard.
    pub(crate) async fn hear(&self, samples: usize) -> Vec<f32> {
        loop {
            let moved = self.state.moved.notified();
            if self.state.inner().heard.len() >= samples {
                return self.heard();
            }
            moved.await;
        }
    }

    /// Waits until the buffer is full, so that the player waits for the device.
    pub(crate) async fn fill(&self) {
        loop {
            let moved = self.state.moved.notified();
            let channels = self.state.format().channels.max(1);
            if self.state.inner().queue.len() == self.state.capacity * usize::from(channels) {
                return;
            }
            moved.await;
        }
    }

    /// The formats of all streams ever opened.
    pub(crate) fn opened(&self) -> Vec<OutputFormat> {
        self.state.inner().opened.clone()
    }

    pub(crate) fn open_streams(&self) -> usize {
        let inner = self.state.inner();
        inner.opened.len() - inner.closed
    }

    pub(crate) fn volume(&self) -> f32 {
        self.state.inner().volume
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.state.inner().paused
    }

    /// From now on the device is gone.
    pub(crate) fn unplug(&self) {
        self.state.inner().broken = true;
        self.state.moved.notify_waiters();
    }
}

impl State {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    fn format(&self) -> OutputFormat {
        let none = OutputFormat { sample_rate: 0, channels: 0 };
        self.inner().opened.last().copied().unwrap_or(none)
    }

    /// Plays what may be played.
    fn run(&self) {
        let channels = usize::from(self.format().channels.max(1));
        let mut inner = self.inner();
        if !inner.paused {
            let frames = inner.allowance.min(inner.queue.len() / channels);
            let samples: Vec<f32> = inner.queue.drain(..frames * channels).collect();
            inner.heard.extend(samples);
            inner.allowance -= frames;
            inner.played += frames as u64;
        }
        drop(inner);
        self.moved.notify_waiters();
    }

    fn check(&self) -> Result<MutexGuard<'_, Inner>> {
        let inner = self.inner();
        if inner.broken {
            return Err(BridgeError::new(ErrorKind::Unavailable, "test.stream"));
        }
        Ok(inner)
    }
}

#[core_async::async_trait]
impl AudioOutput for TestOutput {
    fn name(&self) -> &str {
        "test"
    }

    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        let mut inner = self.state.check()?;
        inner.opened.push(self.state.forced.unwrap_or(wish));
        inner.queue.clear();
        inner.paused = false;
        inner.played = 0;
        Ok(Box::new(TestStream { state: self.state.clone() }))
    }
}

#[derive(Debug)]
struct TestStream {
    state: Arc<State>,
}

impl Drop for TestStream {
    fn drop(&mut self) {
        self.state.inner().closed += 1;
    }
}

#[core_async::async_trait]
impl AudioStream for TestStream {
    fn format(&self) -> OutputFormat {
        self.state.format()
    }

    fn buffer_frames(&self) -> usize {
        self.state.capacity
    }

    async fn write(&self, samples: &[f32]) -> Result<usize> {
        let channels = usize::from(self.format().channels);
        loop {
            let moved = self.state.moved.notified();
            let taken = {
                let mut inner = self.state.check()?;
                let room = self.state.capacity - inner.queue.len() / channels;
                let frames = room.min(samples.len() / channels);
                inner.queue.extend_from_slice(&samples[..frames * channels]);
                frames
            };
            if taken > 0 {
                self.state.run();
                return Ok(taken);
            }
            moved.await;
        }
    }

    async fn drain(&self) -> Result<()> {
        loop {
            let moved = self.state.moved.notified();
            if self.state.check()?.queue.is_empty() {
                return Ok(());
            }
            moved.await;
        }
    }

    fn discard(&self) -> Result<()> {
        let mut inner = self.state.check()?;
        inner.queue.clear();
        inner.played = 0;
        drop(inner);
        self.state.moved.notify_waiters();
        Ok(())
    }

    fn pause(&self) -> Result<()> {
        self.state.check()?.paused = true;
        Ok(())
    }

    fn resume(&self) -> Result<()> {
        self.state.check()?.paused = false;
        self.state.run();
        Ok(())
    }

    fn set_volume(&self, gain: f32) -> Result<()> {
        self.state.check()?.volume = gain;
        Ok(())
    }

    fn frames_played(&self) -> u64 {
        self.state.inner().played
    }

    fn underruns(&self) -> u64 {
        0
    }
}
