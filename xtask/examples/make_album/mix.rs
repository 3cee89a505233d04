//! A stereo mix that instruments add their notes to.

/// Frames per second of everything made here.
pub(crate) const RATE: u32 = 44_100;

/// Two channels, as long as the longest note in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mix {
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Mix {
    /// Adds mono `samples` from `start` seconds on; `pan` goes from -1, left, to 1, right.
    pub(crate) fn add(&mut self, start: f32, pan: f32, gain: f32, samples: &[f32]) {
        let first = frames(start);
        let end = first + samples.len();
        if end > self.left.len() {
            self.left.resize(end, 0.0);
            self.right.resize(end, 0.0);
        }
        // Equal power, so that a sound keeps its loudness wherever it is.
        let angle = (pan + 1.0) * std::f32::consts::FRAC_PI_4;
        let (left, right) = (gain * angle.cos(), gain * angle.sin());
        for (index, sample) in samples.iter().enumerate() {
            self.left[first + index] += sample * left;
            self.right[first + index] += sample * right;
        }
    }

    /// Adds echoes that wander from side to side, each `feedback` times as loud as the one before.
    pub(crate) fn echo(&mut self, delay: f32, feedback: f32) {
        let delay = frames(delay).max(1);
        for index in delay..self.left.len() {
            let (left, right) = (self.left[index - delay], self.right[index - delay]);
            self.left[index] += right * feedback;
            self.right[index] += left * feedback;
        }
    }

    /// Adds another mix.
    pub(crate) fn merge(&mut self, other: &Self) {
        let length = self.left.len().max(other.left.len());
        self.left.resize(length, 0.0);
        self.right.resize(length, 0.0);
        for (index, (left, right)) in other.left.iter().zip(&other.right).enumerate() {
            self.left[index] += left;
            self.right[index] += right;
        }
    }

    /// The finished piece: `seconds` long, faded out, loud but never clipped, as interleaved 16-bit samples.
    pub(crate) fn finish(mut self, seconds: f32) -> Vec<i16> {
        let length = frames(seconds);
        self.left.resize(length, 0.0);
        self.right.resize(length, 0.0);
        let peak = self
            .left
            .iter()
            .chain(&self.right)
            .fold(f32::EPSILON, |peak, sample| peak.max(sample.abs()));
        // A little saturation glues the instruments together.
        let drive = 1.4 / peak;
        let fade = frames(1.8).min(length);
        let mut samples = Vec::with_capacity(length * 2);
        for (index, (left, right)) in self.left.iter().zip(&self.right).enumerate() {
            let rest = length - index;
            let gain = if rest < fade { ratio(rest, fade).powi(2) } else { 1.0 };
            samples.push(to_sample((left * drive).tanh() * gain));
            samples.push(to_sample((right * drive).tanh() * gain));
        }
        samples
    }
}

/// The number of frames in so many seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pieces last seconds, not days"
)]
pub(crate) fn frames(seconds: f32) -> usize {
    (f64::from(seconds.max(0.0)) * f64::from(RATE)).round() as usize
}

/// The time of a frame in seconds.
pub(crate) fn seconds(frame: usize) -> f32 {
    ratio(frame, RATE as usize)
}

#[expect(clippy::cast_precision_loss, reason = "pieces are far shorter than 2^24 frames")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the value is within 16 bits, since tanh is within 1"
)]
fn to_sample(value: f32) -> i16 {
    (value * 32_000.0).round() as i16
}
