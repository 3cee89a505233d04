//! An output that keeps what it plays.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{AudioOutput, AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use core_async::sync::Notify;

/// Frames between the writer and the output, unless it was made with another number.
const BUFFER_FRAMES: usize = 4096;

/// An [`AudioOutput`] for tests: it plays into memory.
///
/// [`new`](Self::new) plays whatever is written at once. [`stepwise`](Self::stepwise) plays only
/// when [`advance`](Self::advance) is called, silence included, so a test decides how much time has
/// passed. Clones share their streams.
#[derive(Clone, Debug)]
pub struct MemoryOutput {
    streams: Arc<Mutex<Vec<Arc<Shared>>>>,
    buffer_frames: usize,
    is_stepwise: bool,
}

impl MemoryOutput {
    /// An output that plays as fast as it is written to.
    pub fn new() -> Self {
        Self { streams: Arc::default(), buffer_frames: BUFFER_FRAMES, is_stepwise: false }
    }

    /// An output that plays when told to, behind a buffer of this many frames (at least one).
    pub fn stepwise(buffer_frames: usize) -> Self {
        Self { streams: Arc::default(), buffer_frames: buffer_frames.max(1), is_stepwise: true }
    }

    /// Plays this many frames on every open stream; without enough sound, silence.
    pub fn advance(&self, frames: usize) {
        for stream in &*self.streams() {
            stream.play(frames, true);
        }
    }

    /// Everything the stream opened last has played, interleaved, with volume and silence.
    pub fn played(&self) -> Vec<f32> {
        self.streams().last().map(|stream| stream.state().played.clone()).unwrap_or_default()
    }

    /// How many streams were opened so far.
    pub fn opened(&self) -> usize {
        self.streams().len()
    }

    /// Takes the device away: every call on its streams fails with `Unavailable` from now on.
    pub fn disconnect(&self) {
        for stream in &*self.streams() {
            stream.state().is_gone = true;
            stream.changed.notify_waiters();
        }
    }

    fn streams(&self) -> MutexGuard<'_, Vec<Arc<Shared>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryOutput {
    fn default() -> Self {
        Self::new()
    }
}

#[core_async::async_trait]
impl AudioOutput for MemoryOutput {
    fn name(&self) -> &str {
        "memory"
    }

    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        let format = OutputFormat {
            sample_rate: wish.sample_rate.clamp(8_000, 384_000),
            channels: wish.channels.clamp(1, 8),
        };
        let shared = Arc::new(Shared {
            format,
            buffer_frames: self.buffer_frames,
            is_stepwise: self.is_stepwise,
            state: Mutex::new(State { volume: 1.0, ..State::default() }),
            changed: Notify::new(),
        });
        self.streams().push(Arc::clone(&shared));
        Ok(Box::new(MemoryStream(shared)))
    }
}

#[derive(Debug)]
struct Shared {
    format: OutputFormat,
    buffer_frames: usize,
    is_stepwise: bool,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    buffer: VecDeque<f32>,
    played: Vec<f32>,
    frames_played: u64,
    underruns: u64,
    volume: f32,
    is_paused: bool,
    /// Whether the buffer has run dry since the last write, so that each gap counts once.
    is_dry: bool,
    is_gone: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn channels(&self) -> usize {
        usize::from(self.format.channels)
    }

    fn play(&self, frames: usize, with_silence: bool) {
        let mut state = self.state();
        let available = state.buffer.len() / self.channels();
        let count = if state.is_paused || state.is_gone { 0 } else { frames.min(available) };
        let volume = state.volume;
        let sound: Vec<f32> = state.buffer.drain(..count * self.channels()).collect();
        state.played.extend(sound.into_iter().map(|sample| sample * volume));
        state.frames_played += count as u64;
        if with_silence && count < frames {
            let length = state.played.len() + (frames - count) * self.channels();
            state.played.resize(length, 0.0);
            if !state.is_paused && !state.is_dry && state.frames_played > 0 {
                state.is_dry = true;
                state.underruns += 1;
            }
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Plays at once what there is, unless a test decides when.
    fn play_if_free(&self) {
        if !self.is_stepwise {
            self.play(self.buffer_frames, false);
        }
    }

    /// Waits until `ready` gives something; it is asked again after every change.
    async fn wait_for<T>(&self, mut ready: impl FnMut(&mut State) -> Option<T>) -> Result<T> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state();
                check(&state)?;
                if let Some(value) = ready(&mut state) {
                    return Ok(value);
                }
            }
            changed.await;
        }
    }
}

/// The writer's end; dropping it ends the stream.
#[derive(Debug)]
struct MemoryStream(Arc<Shared>);

#[core_async::async_trait]
impl AudioStream for MemoryStream {
    fn format(&self) -> OutputFormat {
        self.0.format
    }

    fn buffer_frames(&self) -> usize {
        self.0.buffer_frames
    }

    async fn write(&self, samples: &[f32]) -> Result<usize> {
        let channels = self.0.channels();
        let wanted = samples.len() / channels;
        if wanted == 0 || !samples.len().is_multiple_of(channels) {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "audio.write")
                .with_detail("samples must be whole frames, at least one"));
        }
        let taken = self
            .0
            .wait_for(|state| {
                let free = self.0.buffer_frames - state.buffer.len() / channels;
                let taken = wanted.min(free);
                state.buffer.extend(&samples[..taken * channels]);
                state.is_dry = false;
                (taken > 0).then_some(taken)
            })
            .await?;
        self.0.play_if_free();
        Ok(taken)
    }

    async fn drain(&self) -> Result<()> {
        self.0.wait_for(|state| state.buffer.is_empty().then_some(())).await
    }

    fn discard(&self) -> Result<()> {
        {
            let mut state = self.0.state();
            check(&state)?;
            state.buffer.clear();
            state.frames_played = 0;
        }
        self.0.changed.notify_waiters();
        Ok(())
    }

    fn pause(&self) -> Result<()> {
        let mut state = self.0.state();
        check(&state)?;
        state.is_paused = true;
        Ok(())
    }

    fn resume(&self) -> Result<()> {
        {
            let mut state = self.0.state();
            check(&state)?;
            state.is_paused = false;
        }
        self.0.play_if_free();
        Ok(())
    }

    fn set_volume(&self, gain: f32) -> Result<()> {
        let mut state = self.0.state();
        check(&state)?;
        state.volume = gain.clamp(0.0, 1.0);
        Ok(())
    }

    fn frames_played(&self) -> u64 {
        self.0.state().frames_played
    }

    fn underruns(&self) -> u64 {
        self.0.state().underruns
    }
}

impl Drop for MemoryStream {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_gone = true;
        state.buffer.clear();
    }
}

fn check(state: &State) -> Result<()> {
    if !state.is_gone {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::Unavailable, "audio.output").with_detail("the device is gone"))
}
