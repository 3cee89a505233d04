//! An output without a device, which takes as long as one.

use std::sync::{Mutex, PoisonError};

use bridge_traits::{AudioOutput, AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use core_async::time::Instant;

use super::feed::{Feed, frames_in};
use super::renderer::Renderer;
use super::stream::{Device, OutputStream};

/// How many frames are rendered at once.
const CHUNK: usize = 1024;

/// Plays to nobody, in real time: for computers without sound, and for tests.
///
/// It has no thread. Whenever the stream is looked at, it first plays what has become due.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullOutput;

impl NullOutput {
    /// The output.
    pub fn new() -> Self {
        Self
    }
}

#[core_async::async_trait]
impl AudioOutput for NullOutput {
    fn name(&self) -> &str {
        "null"
    }

    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        check_format(wish)?;
        let (feed, renderer) = Feed::new(wish);
        let device = NullDevice {
            format: wish,
            state: Mutex::new(State {
                renderer,
                start: Instant::now(),
                rendered: 0,
                scratch: vec![0.0; CHUNK * usize::from(wish.channels)],
            }),
        };
        Ok(Box::new(OutputStream::new(feed, device)))
    }
}

/// Refuses formats that no device has.
pub(super) fn check_format(format: OutputFormat) -> Result<()> {
    if (1..=768_000).contains(&format.sample_rate) && (1..=64).contains(&format.channels) {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, "audio.open")
        .with_detail("a format has 1 to 768,000 frames per second of 1 to 64 channels"))
}

#[derive(Debug)]
struct NullDevice {
    format: OutputFormat,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    renderer: Renderer,
    start: Instant,
    /// Frames of sound and silence since the start.
    rendered: usize,
    scratch: Vec<f32>,
}

impl Device for NullDevice {
    fn catch_up(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { renderer, start, rendered, scratch } = &mut *state;
        let due = frames_in(start.elapsed(), self.format);
        while *rendered < due {
            let frames = CHUNK.min(due - *rendered);
            let taken = renderer.render(&mut scratch[..frames * usize::from(self.format.channels)]);
            *rendered += frames;
            if taken == 0 {
                // Nothing can be written meanwhile, so the rest is silence as well.
                *rendered = due;
            }
        }
    }
}
