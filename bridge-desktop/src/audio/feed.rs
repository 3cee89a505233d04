//! The writer's side of a stream.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::OutputFormat;
use core_async::sync::Notify;
use core_async::time::Duration;
use rtrb::{Producer, RingBuffer};

use super::renderer::Renderer;
use super::shared::Shared;

/// How much is kept between the writer and the device.
///
/// Half a second outlasts a slow disk, a busy computer and a decoder's hiccup, and lets the writer
/// sleep most of the time. It costs nothing in response: pause, volume and discard act on the
/// renderer's side of it.
const BUFFER: Duration = Duration::from_millis(500);

/// Where samples go in.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) shared: Arc<Shared>,
    pub(super) format: OutputFormat,
    pub(super) buffer_frames: usize,
    /// Told of everything that may end somebody's wait, except the passing of time.
    pub(super) changed: Arc<Notify>,
    ring: Mutex<Ring>,
}

#[derive(Debug)]
struct Ring {
    producer: Producer<f32>,
    written: u64,
}

impl Feed {
    /// Both ends of a new stream.
    pub(super) fn new(format: OutputFormat) -> (Self, Renderer) {
        let buffer_frames = frames_in(BUFFER, format).max(1);
        let (producer, consumer) = RingBuffer::new(buffer_frames * usize::from(format.channels));
        let shared = Arc::new(Shared::new());
        let renderer = Renderer::new(consumer, Arc::clone(&shared), format);
        let ring = Mutex::new(Ring { producer, written: 0 });
        (Self { shared, format, buffer_frames, changed: Arc::default(), ring }, renderer)
    }

    /// Takes what fits now and returns how many frames that was.
    pub(super) fn push(&self, samples: &[f32]) -> usize {
        let channels = usize::from(self.format.channels);
        let whole = samples.len() / channels * channels;
        let mut ring = self.ring();
        let (taken, _) = ring.producer.push_partial_slice(&samples[..whole]);
        let frames = taken.len() / channels;
        ring.written += frames as u64;
        frames
    }

    /// The position behind the last frame written.
    pub(super) fn written(&self) -> u64 {
        self.ring().written
    }

    /// Drops what was not played yet.
    pub(super) fn discard(&self) {
        // Under the lock: a frame written at the same time is dropped as a whole or not at all.
        let ring = self.ring();
        self.shared.discard(ring.written);
        drop(ring);
        self.changed.notify_waiters();
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many frames play in that time.
pub(super) fn frames_in(time: Duration, format: OutputFormat) -> usize {
    let frames = time.as_nanos() * u128::from(format.sample_rate) / 1_000_000_000;
    usize::try_from(frames).unwrap_or(usize::MAX)
}

/// How long frames play.
pub(super) fn time_of(frames: u64, format: OutputFormat) -> Duration {
    let rate = u64::from(format.sample_rate);
    let rest = (frames % rate) * 1_000_000_000 / rate;
    Duration::from_secs(frames / rate) + Duration::from_nanos(rest)
}
