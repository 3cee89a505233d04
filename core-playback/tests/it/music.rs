//! Music that is computed: every note of it is the same on every platform.

use core_playback::{WavEncoder, WavSample};

/// A piece that nobody has heard. Pieces with other numbers are other music.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) number: u32,
    /// Where it is cut, in milliseconds.
    pub(crate) start_ms: u64,
    pub(crate) length_ms: u64,
}

/// How long a chord lasts.
const BEAT_MS: u64 = 300;

/// The frequencies of an octave from A3 on, in millihertz.
const SCALE: [u64; 12] = [
    220_000, 233_082, 246_942, 261_626, 277_183, 293_665, 311_127, 329_628, 349_228, 369_994,
    391_995, 415_305,
];

impl Piece {
    pub(crate) fn new(number: u32, length_ms: u64) -> Self {
        Self { number, start_ms: 0, length_ms }
    }

    /// As a WAVE file of 16 bits; the channels after the first are a little softer.
    pub(crate) fn wav(self, rate: u32, channels: u16) -> Vec<u8> {
        let samples = self.samples(rate);
        let frames = samples.len() as u64;
        let encoder = WavEncoder::new(WavSample::Int16, rate, channels, frames).unwrap();
        let mut file = encoder.header();
        let spread: Vec<f32> = samples
            .iter()
            .flat_map(|sample| {
                (0..channels).map(move |channel| sample / f32::from(channel + 4) * 4.0)
            })
            .collect();
        encoder.encode(&spread, &mut file);
        encoder.finish(&mut file);
        file
    }

    fn samples(self, rate: u32) -> Vec<f32> {
        let rate = u64::from(rate);
        let frame = |ms: u64| ms * rate / 1000;
        (frame(self.start_ms)..frame(self.start_ms + self.length_ms))
            .map(|at| self.sample(at, rate))
            .collect()
    }

    /// Three notes that fade, each at its own pace.
    fn sample(self, frame: u64, rate: u64) -> f32 {
        let beat_length = BEAT_MS * rate / 1000;
        let (beat, within) = (frame / beat_length, frame % beat_length);
        let mut sum = 0;
        for voice in 0..3 {
            let random = scramble(u64::from(self.number) << 40 | beat << 8 | voice);
            let octaves = random >> 8 & 1;
            let frequency = SCALE[usize::try_from(random % 12).unwrap()] << octaves;
            let phase = ((within * frequency) << 24) / rate / 1000;
            let fading = beat_length * (2 + voice);
            let loudness = i64::try_from((fading - within) * 256 / fading).unwrap();
            sum += (triangle(phase) * loudness) >> 8;
        }
        // Exact: the sum has 16 bits and a sign.
        f32::from(i16::try_from(sum / 4).unwrap()) / 32_768.0
    }
}

/// −32767 to 32767.
fn triangle(phase: u64) -> i64 {
    let phase = i64::try_from(phase >> 6 & 0x3_ffff).unwrap();
    let rise = if phase < 0x2_0000 { phase } else { 0x3_ffff - phase };
    rise / 2 - 0x8000 + i64::from(rise < 2)
}

fn scramble(seed: u64) -> u64 {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ state >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ state >> 31
}
