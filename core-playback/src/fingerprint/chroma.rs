//! From samples to how loud each note of the scale is.

use std::f32::consts::TAU;
use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// The sample rate that notes are heard at, in frames per second.
pub(super) const RATE: u32 = 11_025;

/// How many samples are heard at once, 0.37 s.
const FRAME: usize = 4096;

/// How many samples later the next ones begin: two thirds of what is heard was heard before.
const STEP: usize = FRAME / 3;

/// The notes of an octave.
pub(super) const NOTES: usize = 12;

/// The lowest and the highest frequency that is heard, in Hz: the range of a piano, but for its
/// highest notes.
const RANGE: (f64, f64) = (28.0, 3520.0);

/// The A that notes are counted from, in Hz.
const LOWEST_A: f64 = 27.5;

/// How much each of five neighbours in time counts.
const BLUR: [f64; 5] = [0.25, 0.75, 1.0, 0.75, 0.25];

/// Below this energy there is silence.
const SILENCE: f64 = 0.01;

/// How loud each note is at one time. Together they have the length 1, or 0 in silence.
pub(super) type Row = [f64; NOTES];

/// Listens to mono samples at [`RATE`].
pub(super) struct Chroma {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// The note of each frequency from `first` on.
    notes: Vec<usize>,
    first: usize,
    /// Samples that wait for a whole frame.
    pending: Vec<f32>,
    frame: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// The last rows as they were heard, the newest last.
    heard: Vec<Row>,
}

impl Chroma {
    pub(super) fn new() -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(FRAME);
        let per_bin = f64::from(RATE) / FRAME as f64;
        let (first, end) = (nearest(RANGE.0 / per_bin), nearest(RANGE.1 / per_bin));
        let notes = (first..end).map(|bin| note(bin as f64 * per_bin)).collect();
        // Hamming's window.
        let turn = TAU / (FRAME - 1) as f32;
        let window = (0..FRAME).map(|at| 0.54 - 0.46 * (at as f32 * turn).cos()).collect();
        Self {
            frame: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            fft,
            window,
            notes,
            first,
            pending: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// Takes samples and gives every row that they complete to `each`.
    pub(super) fn listen(&mut self, samples: &[f32], mut each: impl FnMut(Row)) {
        self.pending.extend_from_slice(samples);
        let mut start = 0;
        while let Some(frame) = self.pending.get(start..start + FRAME) {
            for ((into, sample), weight) in self.frame.iter_mut().zip(frame).zip(&self.window) {
                *into = sample * weight;
            }
            start += STEP;
            if self.heard.len() == BLUR.len() {
                self.heard.remove(0);
            }
            let row = self.hear();
            self.heard.push(row);
            if self.heard.len() == BLUR.len() {
                each(normalised(blurred(&self.heard)));
            }
        }
        self.pending.drain(..start);
    }

    /// The energy of each note in the frame.
    fn hear(&mut self) -> Row {
        let done =
            self.fft.process_with_scratch(&mut self.frame, &mut self.spectrum, &mut self.scratch);
        // The sizes are what the transform itself asked for.
        done.expect("the buffers have the sizes the transform names");
        let mut row = [0.0; NOTES];
        for (bin, note) in self.spectrum[self.first..].iter().zip(&self.notes) {
            row[*note] += f64::from(bin.norm_sqr());
        }
        row
    }
}

impl fmt::Debug for Chroma {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chroma").field("pending", &self.pending.len()).finish_non_exhaustive()
    }
}

/// The note of a frequency in Hz; A is 0.
fn note(frequency: f64) -> usize {
    let octaves = (frequency / LOWEST_A).log2();
    let note = (octaves - octaves.floor()) * NOTES as f64;
    whole(note).min(NOTES - 1)
}

fn nearest(value: f64) -> usize {
    whole(value.round())
}

/// The whole number below a number that is not negative.
fn whole(value: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
    let whole = value as usize;
    whole
}

fn blurred(heard: &[Row]) -> Row {
    let mut blurred = [0.0; NOTES];
    for (row, weight) in heard.iter().zip(BLUR) {
        for (sum, energy) in blurred.iter_mut().zip(row) {
            *sum += energy * weight;
        }
    }
    blurred
}

fn normalised(row: Row) -> Row {
    let length = row.iter().map(|energy| energy * energy).sum::<f64>().sqrt();
    if length < SILENCE { [0.0; NOTES] } else { row.map(|energy| energy / length) }
}
