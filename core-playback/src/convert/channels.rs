//! Mapping the channels of a source to those of an output.

/// How much of each source channel goes to each output channel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChannelMap {
    inputs: usize,
    outputs: usize,
    // One row per output channel; `None` copies.
    weights: Option<Vec<f32>>,
}

/// −3 dB: what a centre or surround channel contributes to each side (ITU-R BS.775-4, table 2).
const HALF_POWER: f32 = std::f32::consts::FRAC_1_SQRT_2;

impl ChannelMap {
    /// The map between channel counts, with the channels in the order of WAVE files: front left,
    /// front right, centre, low frequencies, back left, back right, side left, side right.
    pub(crate) fn new(inputs: usize, outputs: usize) -> Self {
        let weights = (inputs != outputs).then(|| match (inputs, outputs) {
            (1, _) => vec![1.0; outputs],
            (_, 1) => {
                let (left, right) = stereo_rows(inputs);
                left.iter().zip(&right).map(|(left, right)| (left + right) / 2.0).collect()
            }
            (_, 2) => {
                let (left, right) = stereo_rows(inputs);
                [left, right].concat()
            }
            // More channels than two on both sides: what has the same place stays there.
            _ => (0..outputs * inputs)
                .map(|at| if at / inputs == at % inputs { 1.0 } else { 0.0 })
                .collect(),
        });
        Self { inputs, outputs, weights }
    }

    /// Whether samples pass unchanged.
    pub(crate) fn is_identity(&self) -> bool {
        self.weights.is_none()
    }

    /// Appends the mapped frames of `samples` to `out`.
    pub(crate) fn map(&self, samples: &[f32], out: &mut Vec<f32>) {
        let Some(weights) = &self.weights else {
            out.extend_from_slice(samples);
            return;
        };
        out.reserve(samples.len() / self.inputs * self.outputs);
        for frame in samples.chunks_exact(self.inputs) {
            for row in weights.chunks_exact(self.inputs) {
                out.push(row.iter().zip(frame).map(|(weight, sample)| weight * sample).sum());
            }
        }
    }
}

/// How much of each of `inputs` channels goes to the left and to the right.
///
/// The sum of a row may exceed 1, so rows are scaled down together: nothing clips, and the balance
/// stays.
fn stereo_rows(inputs: usize) -> (Vec<f32>, Vec<f32>) {
    const BOTH: (f32, f32) = (HALF_POWER, HALF_POWER);
    const LEFT: (f32, f32) = (HALF_POWER, 0.0);
    const RIGHT: (f32, f32) = (0.0, HALF_POWER);
    // The low-frequency channel is left out, as the recommendation allows.
    const NOWHERE: (f32, f32) = (0.0, 0.0);
    let front = [(1.0, 0.0), (0.0, 1.0)];
    let rest: &[(f32, f32)] = match inputs {
        3 => &[BOTH],
        4 => &[LEFT, RIGHT],
        5 => &[BOTH, LEFT, RIGHT],
        6 => &[BOTH, NOWHERE, LEFT, RIGHT],
        7 => &[BOTH, NOWHERE, BOTH, LEFT, RIGHT],
        8 => &[BOTH, NOWHERE, LEFT, RIGHT, LEFT, RIGHT],
        _ => &[],
    };
    let pairs = front.iter().chain(rest).copied().chain(std::iter::repeat(NOWHERE)).take(inputs);
    let (mut left, mut right): (Vec<f32>, Vec<f32>) = pairs.unzip();
    let loudest = left.iter().sum::<f32>().max(right.iter().sum());
    for weight in left.iter_mut().chain(&mut right) {
        *weight /= loudest;
    }
    (left, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[core_async::test]
    async fn mono_is_heard_on_both_sides() {
        let mut out = Vec::new();
        ChannelMap::new(1, 2).map(&[0.25, -0.5], &mut out);
        assert_eq!(out, [0.25, 0.25, -0.5, -0.5]);
    }

    #[core_async::test]
    async fn surround_keeps_its_balance_and_never_clips() {
        let map = ChannelMap::new(6, 2);
        let mut out = Vec::new();
        map.map(&[1.0; 6], &mut out);
        assert!(out.iter().all(|sample| (sample - 1.0).abs() < 1e-6), "{out:?}");
        out.clear();
        map.map(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0], &mut out);
        assert!(out[0] > 0.4 && out[1] == 0.0);
        let front = out[0];
        out.clear();
        map.map(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0], &mut out);
        assert!((out[0] - front * HALF_POWER).abs() < 1e-6 && out[0] == out[1]);
        out.clear();
        map.map(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0], &mut out);
        assert_eq!(out, [0.0, 0.0]);
    }

    #[core_async::test]
    async fn equal_counts_pass_unchanged() {
        let map = ChannelMap::new(2, 2);
        assert!(map.is_identity());
        let mut out = vec![9.0];
        map.map(&[0.1, 0.2], &mut out);
        assert_eq!(out, [9.0, 0.1, 0.2]);
    }
}
