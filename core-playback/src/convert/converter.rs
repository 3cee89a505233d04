//! From the samples of a source to those an output plays.

use bridge_traits::OutputFormat;

use super::channels::ChannelMap;
use super::resampler::Resampler;

/// Why samples cannot be converted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// The two rates have no filter between them. Choose an output with a usual rate.
    #[error("cannot convert {from} Hz to {to} Hz")]
    Resample {
        /// The rate of the source.
        from: u32,
        /// The rate of the output.
        to: u32,
    },
    /// A format without channels. Correct the caller.
    #[error("a format without channels")]
    NoChannels,
}

/// Converts a stream of interleaved samples from one format to another.
///
/// Equal formats pass unchanged. The output begins at the time of the input and is as long, to the
/// frame.
///
/// # Examples
///
/// ```
/// # use bridge_traits::OutputFormat;
/// # use core_playback::Converter;
/// # fn main() -> Result<(), core_playback::ConvertError> {
/// let mono = OutputFormat { sample_rate: 44_100, channels: 1 };
/// let stereo = OutputFormat { sample_rate: 48_000, channels: 2 };
/// let mut converter = Converter::new(mono, stereo)?;
/// let mut out = Vec::new();
/// converter.process(&[0.5; 44_100], &mut out);
/// converter.finish(&mut out);
/// assert_eq!(out.len(), 48_000 * 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Converter {
    map: ChannelMap,
    resampler: Option<Resampler>,
    mapped: Vec<f32>,
    // Fewer channels are resampled when the map comes first, or last.
    map_first: bool,
}

impl Converter {
    /// A converter between two formats.
    ///
    /// # Errors
    ///
    /// Fails if one of them makes no sense.
    pub fn new(from: OutputFormat, to: OutputFormat) -> Result<Self, ConvertError> {
        if from.channels == 0 || to.channels == 0 {
            return Err(ConvertError::NoChannels);
        }
        let map_first = to.channels <= from.channels;
        let channels = usize::from(from.channels.min(to.channels));
        let resampler = if from.sample_rate == to.sample_rate {
            None
        } else {
            Some(Resampler::new(from.sample_rate, to.sample_rate, channels)?)
        };
        let map = ChannelMap::new(from.channels.into(), to.channels.into());
        Ok(Self { map, resampler, mapped: Vec::new(), map_first })
    }

    /// How many frames are converted at once between two rates; nothing if that cannot be.
    pub(crate) fn portion(from: u32, to: u32) -> Option<usize> {
        super::resampler::portion(from, to)
    }

    /// Whether samples pass unchanged.
    pub fn is_identity(&self) -> bool {
        self.map.is_identity() && self.resampler.is_none()
    }

    /// Takes whole frames and appends those that are ready to `out`.
    pub fn process(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.mapped.clear();
        match &mut self.resampler {
            None => self.map.map(samples, out),
            Some(resampler) if self.map.is_identity() => resampler.process(samples, out),
            Some(resampler) if self.map_first => {
                self.map.map(samples, &mut self.mapped);
                resampler.process(&self.mapped, out);
            }
            Some(resampler) => {
                resampler.process(samples, &mut self.mapped);
                self.map.map(&self.mapped, out);
            }
        }
    }

    /// Appends what is still inside, once there is no more input. The converter is then as new.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        self.mapped.clear();
        match &mut self.resampler {
            None => {}
            Some(resampler) if self.map_first => resampler.finish(out),
            Some(resampler) => {
                resampler.finish(&mut self.mapped);
                self.map.map(&self.mapped, out);
            }
        }
    }

    /// Forgets everything, for a new place in the stream.
    pub fn reset(&mut self) {
        if let Some(resampler) = &mut self.resampler {
            resampler.reset();
        }
    }
}
