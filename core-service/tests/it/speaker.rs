//! An output that plays in the time of the test, which may stand still or fly, and listens.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{AudioOutput, AudioStream, OutputFormat, Result};
use core_async::time::{Duration, Instant, sleep};

/// How much sound is between the writer and the device: half a second, as on the desktop.
const BUFFERS_PER_SECOND: usize = 2;

/// What a frame should be, by its number in its track.
type Expected = fn(u64) -> f32;

/// An output that compares what it is given with what it should be, and notes every gap.
#[derive(Clone)]
pub(crate) struct Speaker {
    heard: Arc<Mutex<Heard>>,
    expected: Expected,
}

#[derive(Default)]
struct Heard {
    /// Frames in the buffer.
    buffered: u64,
    /// Frames written and played since the last track began.
    written: u64,
    played: u64,
    /// When frames were last taken out of the buffer; nothing is played before the first is written,
    /// and after the last.
    at: Option<Instant>,
    gaps: u64,
    wrong: u64,
    all: u64,
}

impl Speaker {
    pub(crate) fn new(expected: Expected) -> Self {
        Self { heard: Arc::default(), expected }
    }

    /// How often there was nothing to play in the middle of a track.
    pub(crate) fn gaps(&self) -> u64 {
        self.heard().gaps
    }

    /// How many frames were not what they should have been.
    pub(crate) fn wrong(&self) -> u64 {
        self.heard().wrong
    }

    /// How many frames were played in all.
    pub(crate) fn all(&self) -> u64 {
        self.heard().all
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    /// Plays until now.
    fn play(&mut self, rate: u32) {
        let Some(at) = self.at else { return };
        let due = at.elapsed().as_micros() * u128::from(rate) / 1_000_000;
        let due = u64::try_from(due).unwrap_or(u64::MAX);
        let played = due.min(self.buffered);
        self.gaps += u64::from(due > played);
        self.buffered -= played;
        self.played += played;
        self.all += played;
        self.at = match due > played {
            true => Some(Instant::now()),
            false => Some(at + time_of(played, rate)),
        };
    }
}

fn time_of(frames: u64, rate: u32) -> Duration {
    Duration::from_micros(frames * 1_000_000 / u64::from(rate))
}

#[core_async::async_trait]
impl AudioOutput for Speaker {
    fn name(&self) -> &str {
        "speaker"
    }

    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        Ok(Box::new(SpeakerStream { speaker: self.clone(), format: wish }))
    }
}

#[derive(Debug)]
struct SpeakerStream {
    speaker: Speaker,
    format: OutputFormat,
}

#[core_async::async_trait]
impl AudioStream for SpeakerStream {
    fn format(&self) -> OutputFormat {
        self.format
    }

    fn buffer_frames(&self) -> usize {
        usize::try_from(self.format.sample_rate).unwrap() / BUFFERS_PER_SECOND
    }

    async fn write(&self, samples: &[f32]) -> Result<usize> {
        let (rate, most) = (self.format.sample_rate, self.buffer_frames() as u64);
        loop {
            {
                let mut heard = self.speaker.heard();
                heard.play(rate);
                let free = usize::try_from(most - heard.buffered).unwrap();
                let taken = samples.len().min(free);
                if taken > 0 {
                    for sample in &samples[..taken] {
                        let expected = (self.speaker.expected)(heard.written);
                        heard.wrong += u64::from((sample - expected).abs() > 0.001);
                        heard.written += 1;
                    }
                    heard.buffered += taken as u64;
                    heard.at.get_or_insert_with(Instant::now);
                    return Ok(taken);
                }
            }
            sleep(time_of(most / 4, rate)).await;
        }
    }

    async fn drain(&self) -> Result<()> {
        let rate = self.format.sample_rate;
        let left = {
            let mut heard = self.speaker.heard();
            heard.play(rate);
            heard.buffered
        };
        sleep(time_of(left, rate)).await;
        let mut heard = self.speaker.heard();
        heard.played += heard.buffered;
        heard.all += heard.buffered;
        (heard.buffered, heard.at) = (0, None);
        Ok(())
    }

    fn discard(&self) -> Result<()> {
        let mut heard = self.speaker.heard();
        (heard.buffered, heard.written, heard.played, heard.at) = (0, 0, 0, None);
        Ok(())
    }

    fn pause(&self) -> Result<()> {
        Ok(())
    }

    fn resume(&self) -> Result<()> {
        Ok(())
    }

    fn set_volume(&self, _gain: f32) -> Result<()> {
        Ok(())
    }

    fn frames_played(&self) -> u64 {
        let mut heard = self.speaker.heard();
        heard.play(self.format.sample_rate);
        heard.played
    }

    fn underruns(&self) -> u64 {
        self.speaker.gaps()
    }
}

impl fmt::Debug for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Speaker").finish_non_exhaustive()
    }
}
