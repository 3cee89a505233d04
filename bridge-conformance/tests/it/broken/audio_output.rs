//! Broken audio outputs, and the cases that catch them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_conformance::audio_output::{self as cases, AudioOutputUnderTest};
use bridge_memory::MemoryOutput;
use bridge_traits::{AudioOutput, AudioStream, BridgeError, ErrorKind, OutputFormat, Result};

use crate::broken::faults;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    Nothing,
    ClaimsNoChannels,
    CountsSamples,
    DiscardKeepsTheCount,
    DiscardKeepsTheSound,
    DrainsTooEarly,
    EndsWhenDry,
    IgnoresPause,
    LosesTheRest,
    NeverFull,
    OpensOnce,
    RefusesSilence,
}

#[derive(Debug)]
struct Broken {
    inner: MemoryOutput,
    fault: Fault,
    opened: AtomicU64,
}

fn subject(fault: Fault) -> AudioOutputUnderTest {
    let inner = MemoryOutput::new();
    let broken = Broken { inner, fault, opened: AtomicU64::new(0) };
    AudioOutputUnderTest::from(Arc::new(broken) as Arc<dyn AudioOutput>)
}

faults! { subject:
    ClaimsNoChannels => cases::a_stream_has_a_usable_format,
    LosesTheRest => cases::everything_written_is_played,
    CountsSamples => cases::the_count_never_goes_back,
    NeverFull => cases::a_full_buffer_makes_the_writer_wait,
    IgnoresPause => cases::a_full_buffer_makes_the_writer_wait,
    DiscardKeepsTheCount => cases::a_discard_drops_and_counts_from_zero,
    DiscardKeepsTheSound => cases::a_discard_drops_and_counts_from_zero,
    DrainsTooEarly => cases::a_write_takes_whole_frames,
    EndsWhenDry => cases::a_dry_buffer_does_not_end_the_stream,
    RefusesSilence => cases::any_volume_is_accepted,
    OpensOnce => cases::a_device_can_be_opened_again,
}

#[core_async::async_trait]
impl AudioOutput for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        if self.opened.fetch_add(1, Ordering::SeqCst) > 0 && self.fault == Fault::OpensOnce {
            return Err(BridgeError::new(ErrorKind::Unavailable, "broken"));
        }
        let inner = self.inner.open(wish).await?;
        Ok(Box::new(BrokenStream { inner, fault: self.fault, discarded: AtomicU64::new(0) }))
    }
}

#[derive(Debug)]
struct BrokenStream {
    inner: Box<dyn AudioStream>,
    fault: Fault,
    /// Frames that were played before the last discard.
    discarded: AtomicU64,
}

#[core_async::async_trait]
impl AudioStream for BrokenStream {
    fn format(&self) -> OutputFormat {
        let format = self.inner.format();
        match self.fault {
            Fault::ClaimsNoChannels => OutputFormat { channels: 0, ..format },
            _ => format,
        }
    }

    fn buffer_frames(&self) -> usize {
        match self.fault {
            Fault::NeverFull => self.inner.buffer_frames() / 2,
            _ => self.inner.buffer_frames(),
        }
    }

    async fn write(&self, samples: &[f32]) -> Result<usize> {
        let frames = samples.len() / usize::from(self.inner.format().channels);
        let taken = self.inner.write(samples).await?;
        match self.fault {
            Fault::LosesTheRest => Ok(frames),
            Fault::DrainsTooEarly => Ok(0),
            _ => Ok(taken),
        }
    }

    async fn drain(&self) -> Result<()> {
        self.inner.drain().await?;
        if self.fault == Fault::EndsWhenDry {
            self.discarded.store(u64::MAX, Ordering::SeqCst);
        }
        Ok(())
    }

    fn discard(&self) -> Result<()> {
        match self.fault {
            Fault::DiscardKeepsTheSound => Ok(()),
            _ => {
                self.discarded.fetch_add(self.inner.frames_played(), Ordering::SeqCst);
                self.inner.discard()
            }
        }
    }

    fn pause(&self) -> Result<()> {
        match self.fault {
            Fault::IgnoresPause => Ok(()),
            _ => self.inner.pause(),
        }
    }

    fn resume(&self) -> Result<()> {
        self.inner.resume()
    }

    fn set_volume(&self, gain: f32) -> Result<()> {
        if self.fault == Fault::RefusesSilence && gain <= 0.0 {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "broken"));
        }
        self.inner.set_volume(gain)
    }

    fn frames_played(&self) -> u64 {
        let played = self.inner.frames_played();
        let discarded = self.discarded.load(Ordering::SeqCst);
        match self.fault {
            Fault::CountsSamples => played * 2,
            Fault::DiscardKeepsTheCount => played + discarded,
            Fault::EndsWhenDry if discarded == u64::MAX => 0,
            _ => played,
        }
    }

    fn underruns(&self) -> u64 {
        self.inner.underruns()
    }
}
