//! A piece of music: a few numbers that say how it goes, and the arrangement made from them.

use crate::instruments::{Chance, bass, bell, flute, hat, kick, pad, pluck, snare};
use crate::mix::Mix;

/// What plays the melody.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lead {
    /// A plucked string.
    Pluck,
    /// A bell.
    Bell,
    /// A flute.
    Flute,
}

/// How the drums play.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Drums {
    /// Not at all.
    None,
    /// Hi-hats and a bass drum on one.
    Soft,
    /// Bass drum on every beat.
    Straight,
    /// Off the beat.
    Broken,
}

/// Everything that makes one piece different from the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// Chooses the melody.
    pub(crate) seed: u64,
    /// Beats per minute.
    pub(crate) tempo: f32,
    /// The MIDI note of the key.
    pub(crate) root: i32,
    /// The seven steps of the scale above the root.
    pub(crate) scale: [i32; 7],
    /// One chord per bar, as steps of the scale; repeated to the end.
    pub(crate) chords: [usize; 4],
    /// How long it lasts, in bars of four beats.
    pub(crate) bars: usize,
    /// The melody's instrument.
    pub(crate) lead: Lead,
    /// The drums.
    pub(crate) drums: Drums,
}

/// The bright scale.
pub(crate) const MAJOR: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
/// The dark scale.
pub(crate) const MINOR: [i32; 7] = [0, 2, 3, 5, 7, 8, 10];
/// Minor with a raised sixth.
pub(crate) const DORIAN: [i32; 7] = [0, 2, 3, 5, 7, 9, 10];

impl Piece {
    /// Plays it: interleaved 16-bit stereo.
    pub(crate) fn render(&self) -> Vec<i16> {
        let beat = 60.0 / self.tempo;
        let mut chance = Chance::new(self.seed);
        let (mut dry, mut echoing) = (Mix::default(), Mix::default());
        let mut start = 0.0;
        let mut step = 7;
        for bar in 0..self.bars {
            let chord = self.chords[bar % self.chords.len()];
            let last = bar + 1 == self.bars;
            self.harmony(&mut dry, start, beat, chord);
            if !last {
                self.drum_bar(&mut dry, start, beat, bar, &mut chance);
            }
            // The melody enters after the harmony has been heard once.
            if bar >= 1 {
                step = self.melody(&mut echoing, start, beat, chord, step, &mut chance);
            }
            start += 4.0 * beat;
        }
        echoing.echo(beat * 0.75, 0.34);
        dry.merge(&echoing);
        dry.finish(start + 0.5)
    }

    /// The note that is `step` steps of the scale above the root.
    fn note(&self, step: usize) -> i32 {
        let octave = i32::try_from(step / 7).unwrap_or(0);
        self.root + 12 * octave + self.scale[step % 7]
    }

    fn harmony(&self, mix: &mut Mix, start: f32, beat: f32, chord: usize) {
        for (step, pan) in [(chord, -0.6), (chord + 2, 0.1), (chord + 4, 0.6)] {
            mix.add(start, pan, 0.11, &pad(self.note(step), 4.6 * beat));
        }
        let root = self.note(chord) - 24;
        for (at, step) in [(0.0, 0), (1.5, 0), (2.5, 7), (3.0, -5)] {
            mix.add(start + at * beat, 0.0, 0.34, &bass(root + step, beat * 0.9));
        }
    }

    /// One bar of melody; returns the step it ends on, where the next bar goes on from.
    fn melody(
        &self,
        mix: &mut Mix,
        start: f32,
        beat: f32,
        chord: usize,
        mut step: usize,
        chance: &mut Chance,
    ) -> usize {
        const RHYTHMS: [&[f32]; 4] = [
            &[0.0, 1.0, 1.5, 2.0, 3.0],
            &[0.0, 0.5, 1.0, 2.0, 2.5, 3.5],
            &[0.0, 1.5, 3.0],
            &[0.5, 1.0, 2.0, 3.0, 3.5],
        ];
        let rhythm = RHYTHMS[chance.below(RHYTHMS.len())];
        for (index, at) in rhythm.iter().enumerate() {
            let end = rhythm.get(index + 1).copied().unwrap_or(4.0);
            // On strong beats a tone of the chord, between them a neighbour.
            step = if at.fract() == 0.0 {
                chord + 7 + [0, 2, 4, 2][chance.below(4)]
            } else {
                (step + chance.below(3)).saturating_sub(1)
            };
            let length = ((end - at) * beat * 1.3).max(0.3);
            let (note, gain) = (self.note(step), if *at == 0.0 { 0.34 } else { 0.27 });
            let samples = match self.lead {
                Lead::Pluck => pluck(note, length + 0.5, chance),
                Lead::Bell => bell(note + 12, length + 0.8),
                Lead::Flute => flute(note + 12, length, chance),
            };
            let pan = if index % 2 == 0 { -0.25 } else { 0.25 };
            mix.add(start + at * beat, pan, gain, &samples);
        }
        step
    }

    fn drum_bar(&self, mix: &mut Mix, start: f32, beat: f32, bar: usize, chance: &mut Chance) {
        let (kicks, snares, hats): (&[f32], &[f32], &[f32]) = match self.drums {
            Drums::None => return,
            Drums::Soft => (&[0.0], &[], &[1.0, 2.0, 3.0, 3.5]),
            Drums::Straight => (&[0.0, 1.0, 2.0, 3.0], &[1.0, 3.0], &[0.5, 1.5, 2.5, 3.5]),
            Drums::Broken => {
                (&[0.0, 1.75, 2.5], &[1.0, 3.0, 3.75], &[0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5])
            }
        };
        // The first bar leaves room for the harmony.
        if bar > 0 {
            for at in kicks {
                mix.add(start + at * beat, 0.0, 0.55, &kick());
            }
            for at in snares {
                mix.add(start + at * beat, 0.1, 0.24, &snare(chance));
            }
        }
        for at in hats {
            mix.add(start + at * beat, -0.35, 0.14, &hat(chance));
        }
    }
}
