//! Containers: which one a file is, what its headers say of the audio, and where its tags lie.
//!
//! The parsers read headers only, through a bounded [`Window`]. They tell apart what the format
//! says exactly and what has to be estimated, and they notice files that are cut short.

pub(crate) mod mp4;

mod adts;
mod aiff;
mod flac;
mod monkeys;
mod mp4_entry;
mod mp4_fragments;
mod mpeg;
mod musepack;
mod numbers;
mod ogg;
mod riff;
mod sniff;
mod wave64;
mod wavpack;

use crate::MetadataError;
use crate::tags::{Found, Want};
use crate::window::{Parse, Stop, Window};
use sniff::Kind;

/// What the headers of a file say of its audio.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stream {
    pub(crate) container: &'static str,
    pub(crate) codec: &'static str,
    pub(crate) sample_rate: u32,
    pub(crate) channels: u32,
    pub(crate) bits_per_sample: Option<u32>,
    pub(crate) duration_ms: Option<u64>,
    /// In kbit/s, on average.
    pub(crate) bitrate: Option<u32>,
    /// Whether duration and bitrate are estimates.
    pub(crate) is_estimated: bool,
}

/// What a parser found.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) stream: Stream,
    pub(crate) found: Found,
}

/// Reads the headers and the tags of a file.
pub(crate) fn read(window: &mut Window, want: Want) -> Parse<Parsed> {
    if window.length() == 0 {
        return Err(MetadataError::Empty.into());
    }
    let parsed = match sniff::sniff(window)? {
        Kind::Mpeg { first_frame } => mpeg::read(window, first_frame, want),
        Kind::Adts { first_frame } => adts::read(window, first_frame, want),
        Kind::Flac { start } => flac::read(window, start, want),
        Kind::Ogg => ogg::read(window, want),
        Kind::Mp4 => mp4::read(window, want),
        Kind::Wav => riff::read(window, want),
        Kind::Wave64 => wave64::read(window, want),
        Kind::Aiff => aiff::read(window, want),
        Kind::WavPack => wavpack::read(window, want),
        Kind::Monkeys { start } => monkeys::read(window, start, want),
        Kind::Musepack { start } => musepack::read(window, start, want),
    }?;
    parsed.stream.check()?;
    Ok(parsed)
}

impl Stream {
    /// Refuses what no real file says, so that nothing behind has to divide by zero or allocate
    /// 255 channels.
    fn check(&self) -> Parse<()> {
        let format = self.container;
        if self.sample_rate == 0 {
            return Err(Stop::malformed(format, "its sample rate is zero"));
        }
        if !(1_000..=6_144_000).contains(&self.sample_rate) {
            return Err(Stop::malformed(format, "its sample rate is impossible"));
        }
        if !(1..=32).contains(&self.channels) {
            return Err(Stop::malformed(format, "its number of channels is impossible"));
        }
        Ok(())
    }

    /// Sets the duration from a number of samples per channel.
    fn with_samples(mut self, samples: u64) -> Self {
        if self.sample_rate > 0 {
            let rate = u128::from(self.sample_rate);
            let millis = (u128::from(samples) * 1000 + rate / 2) / rate;
            self.duration_ms = u64::try_from(millis).ok();
        }
        self
    }

    /// Sets the average bitrate from the number of bytes that the audio takes.
    fn with_bytes(mut self, bytes: u64) -> Self {
        if let Some(millis) = self.duration_ms.filter(|millis| *millis > 0) {
            let rate = (u128::from(bytes) * 8 + u128::from(millis) / 2) / u128::from(millis);
            self.bitrate = u32::try_from(rate).ok();
        }
        self
    }
}

/// Whether so much of `declared` bytes is missing that the file must have been cut: headers that
/// are a few bytes off are common, and harmless.
fn is_cut(declared: u64, available: u64) -> bool {
    declared.saturating_sub(available) > declared / 64 + 64
}
