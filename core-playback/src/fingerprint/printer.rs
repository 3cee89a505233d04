//! From samples to the values of a fingerprint, as they come.

use super::chroma::{Chroma, RATE, Row};
use super::classifier::{ROWS, classify};

/// How much of a recording is listened to, in seconds: its beginning, as `fpcalc` does.
const SECONDS: usize = 120;

/// Takes the samples of a recording, mono at [`RATE`], until it has heard enough.
#[derive(Debug)]
pub(super) struct Printer {
    chroma: Chroma,
    /// How many samples are still to be heard.
    left: usize,
    /// The last rows, the newest last.
    rows: Vec<Row>,
    values: Vec<u32>,
}

impl Printer {
    pub(super) fn new() -> Self {
        let left = SECONDS * RATE as usize;
        Self { chroma: Chroma::new(), left, rows: Vec::new(), values: Vec::new() }
    }

    /// Whether more samples change nothing.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Takes the next samples.
    pub(super) fn take(&mut self, samples: &[f32]) {
        let Self { chroma, left, rows, values } = self;
        let samples = &samples[..samples.len().min(*left)];
        *left -= samples.len();
        chroma.listen(samples, |row| {
            if rows.len() == ROWS {
                rows.remove(0);
            }
            rows.push(row);
            if let Ok(rows) = rows.as_slice().try_into() {
                values.push(classify(rows));
            }
        });
    }

    /// One value for each eighth of a second, where there were enough rows.
    pub(super) fn finish(self) -> Vec<u32> {
        self.values
    }
}
