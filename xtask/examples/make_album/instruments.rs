//! Instruments: each returns the samples of one note.

use std::f32::consts::TAU;

use crate::mix::{frames, seconds};

/// Repeatable chance (xorshift).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence that belongs to `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % limit.max(1)
    }

    /// A sample of white noise.
    pub(crate) fn noise(&mut self) -> f32 {
        let high = u16::try_from(self.next() >> 48).unwrap_or(0);
        f32::from(high) / 32_768.0 - 1.0
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// The frequency of a MIDI note.
fn hertz(note: i32) -> f32 {
    let octaves = f32::from(i16::try_from(note - 69).unwrap_or(0)) / 12.0;
    440.0 * octaves.exp2()
}

/// Samples of `sound(time)` for so many seconds.
fn render(length: f32, mut sound: impl FnMut(f32) -> f32) -> Vec<f32> {
    (0..frames(length)).map(|frame| sound(seconds(frame))).collect()
}

/// A warm chord tone that swells and fades.
pub(crate) fn pad(note: i32, length: f32) -> Vec<f32> {
    let frequency = hertz(note);
    render(length, |t| {
        let swell = (t / 0.5).min(1.0) * ((length - t) / 0.6).clamp(0.0, 1.0);
        // Two voices a hair apart beat slowly against each other.
        let voice = |f: f32| {
            let phase = TAU * f * t;
            phase.sin() + 0.35 * (2.0 * phase).sin() + 0.12 * (3.0 * phase).sin()
        };
        0.5 * swell * (voice(frequency * 0.998) + voice(frequency * 1.002))
    })
}

/// A round bass note.
pub(crate) fn bass(note: i32, length: f32) -> Vec<f32> {
    let frequency = hertz(note);
    render(length, |t| {
        let phase = TAU * frequency * t;
        let shape = (t / 0.01).min(1.0) * (-1.6 * t).exp() * ((length - t) / 0.03).clamp(0.0, 1.0);
        shape * (phase.sin() + 0.4 * (2.0 * phase).sin() * (-6.0 * t).exp())
    })
}

/// A plucked string after Karplus and Strong: a burst of noise that runs round a delay line and loses its edge.
pub(crate) fn pluck(note: i32, length: f32, chance: &mut Chance) -> Vec<f32> {
    // The mean of two neighbours delays by half a frame.
    let period = frames(1.0 / hertz(note) - 0.5 * seconds(1)).max(2);
    let mut line: Vec<f32> = (0..period).map(|_| chance.noise()).collect();
    let mut at = 0;
    render(length, |t| {
        let next = (at + 1) % period;
        let sample = line[at];
        line[at] = 0.498 * (sample + line[next]);
        at = next;
        sample * ((length - t) / 0.05).clamp(0.0, 1.0)
    })
}

/// A struck bell: frequency modulation at an uneven ratio.
pub(crate) fn bell(note: i32, length: f32) -> Vec<f32> {
    let frequency = hertz(note);
    render(length, |t| {
        let depth = 2.2 * (-5.0 * t).exp();
        let modulator = depth * (TAU * frequency * 3.5 * t).sin();
        (-2.4 * t).exp()
            * (TAU * frequency * t + modulator).sin()
            * ((length - t) / 0.05).clamp(0.0, 1.0)
    })
}

/// A breathy flute with vibrato.
pub(crate) fn flute(note: i32, length: f32, chance: &mut Chance) -> Vec<f32> {
    let frequency = hertz(note);
    let mut breath = 0.0;
    render(length, |t| {
        breath += 0.12 * (chance.noise() - breath);
        let vibrato = 0.25 * (t / 0.4).min(1.0) * (TAU * 5.2 * t).sin();
        let phase = TAU * frequency * t + vibrato;
        let shape = (t / 0.06).min(1.0) * ((length - t) / 0.08).clamp(0.0, 1.0);
        shape * (phase.sin() + 0.18 * (2.0 * phase).sin() + 0.1 * breath)
    })
}

/// A bass drum: a falling sine.
pub(crate) fn kick() -> Vec<f32> {
    render(0.32, |t| {
        let phase = TAU * (48.0 * t + 4.2 * (1.0 - (-28.0 * t).exp()));
        phase.sin() * (-9.0 * t).exp()
    })
}

/// A snare drum: noise over a short tone.
pub(crate) fn snare(chance: &mut Chance) -> Vec<f32> {
    render(0.22, |t| (0.7 * chance.noise() + 0.5 * (TAU * 185.0 * t).sin()) * (-20.0 * t).exp())
}

/// A closed hi-hat: the quick part of noise.
pub(crate) fn hat(chance: &mut Chance) -> Vec<f32> {
    let mut last = 0.0;
    render(0.07, |t| {
        let noise = chance.noise();
        let quick = noise - last;
        last = noise;
        0.5 * quick * (-60.0 * t).exp()
    })
}
