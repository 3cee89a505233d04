//! Changing the sample rate.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _, WindowFunction};

use super::ConvertError;

/// The fewest frames that are transformed at once: a few hundred frames of delay, and a filter that
/// is steep enough to keep what can be heard.
const CHUNK: usize = 1024;

/// Changes the sample rate of an interleaved stream, without delaying or lengthening it: frame 0 of
/// the output is at the time of frame 0 of the input, and the output is as long, to the frame.
pub(crate) struct Resampler {
    fft: Fft<f32>,
    channels: usize,
    from: u64,
    to: u64,
    /// Input that waits until a chunk is full.
    pending: Vec<f32>,
    /// Output frames that are still to be dropped: the filter's delay.
    delay: usize,
    taken: u64,
    given: u64,
    scratch: Vec<f32>,
}

impl Resampler {
    /// From one sample rate to another; both must be above 0.
    pub(crate) fn new(from: u32, to: u32, channels: usize) -> Result<Self, ConvertError> {
        let refuse = |_| ConvertError::Resample { from, to };
        let (rate_in, rate_out) = (to_usize(from), to_usize(to));
        let chunk = even_chunk(rate_in, rate_out).ok_or(ConvertError::Resample { from, to })?;
        let fft = Fft::new_custom(
            rate_in,
            rate_out,
            chunk,
            1,
            channels,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .map_err(refuse)?;
        let delay = fft.output_delay();
        let scratch = vec![0.0; fft.output_frames_max() * channels];
        let (from, to) = (u64::from(from), u64::from(to));
        let pending = Vec::new();
        Ok(Self { fft, channels, from, to, pending, delay, taken: 0, given: 0, scratch })
    }

    /// Takes frames and appends those that are ready to `out`.
    pub(crate) fn process(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.taken += (samples.len() / self.channels) as u64;
        self.pending.extend_from_slice(samples);
        let chunk = self.fft.input_frames_next() * self.channels;
        let mut start = 0;
        while self.pending.len() - start >= chunk {
            self.transform(start, None, out);
            start += chunk;
        }
        self.pending.drain(..start);
    }

    /// Appends what is still inside, once there is no more input.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) {
        let due = (u128::from(self.taken) * u128::from(self.to)).div_ceil(u128::from(self.from));
        let mut left = Some(self.pending.len() / self.channels);
        while u128::from(self.given) < due {
            let before = out.len();
            self.transform(0, Some(left.take().unwrap_or(0)), out);
            let surplus = u128::from(self.given).saturating_sub(due);
            let surplus = usize::try_from(surplus).unwrap_or(0) * self.channels;
            out.truncate(out.len().saturating_sub(surplus).max(before));
        }
        self.reset();
    }

    /// Forgets everything, for a new place in the stream.
    pub(crate) fn reset(&mut self) {
        self.fft.reset();
        self.pending.clear();
        self.delay = self.fft.output_delay();
        self.taken = 0;
        self.given = 0;
    }

    /// Transforms one chunk of `pending` from sample `start` on, or the first `partial` frames.
    fn transform(&mut self, start: usize, partial: Option<usize>, out: &mut Vec<f32>) {
        let wanted = self.fft.input_frames_next();
        let frames = partial.unwrap_or(wanted);
        let input = &self.pending[start..start + frames * self.channels];
        let capacity = self.scratch.len() / self.channels;
        let adapters = (
            InterleavedSlice::new(input, self.channels, frames),
            InterleavedSlice::new_mut(&mut self.scratch, self.channels, capacity),
        );
        let (Ok(input), Ok(mut output)) = adapters else { return };
        let indexing = Indexing { partial_len: partial, ..Indexing::default() };
        let made = self.fft.process_into_buffer(&input, &mut output, Some(&indexing));
        // The sizes are what the resampler itself asked for.
        let (_, made) = made.expect("the buffers have the sizes the resampler names");
        let dropped = self.delay.min(made);
        self.delay -= dropped;
        out.extend_from_slice(&self.scratch[dropped * self.channels..made * self.channels]);
        self.given += (made - dropped) as u64;
    }
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampler")
            .field("from", &self.from)
            .field("to", &self.to)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

/// How many input frames are transformed at once between two rates; nothing if that cannot be.
pub(super) fn portion(from: u32, to: u32) -> Option<usize> {
    even_chunk(to_usize(from), to_usize(to))
}

/// The number of input frames to transform at once. The filter's delay is half of it, and only an
/// even number of blocks has a whole one on both sides.
fn even_chunk(from: usize, to: usize) -> Option<usize> {
    let (mut divisor, mut rest) = (from, to);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let block = from.checked_div(divisor)?;
    let pair = block.checked_mul(2).filter(|pair| *pair > 0)?;
    Some(CHUNK.div_ceil(pair) * pair)
}

fn to_usize(rate: u32) -> usize {
    usize::try_from(rate).unwrap_or(usize::MAX)
}
