//! The real-time side: fills what the device asks for. Nothing here waits, allocates or frees.

use std::sync::Arc;

use bridge_traits::OutputFormat;
use rtrb::Consumer;

use super::shared::Shared;

#[cfg(test)]
mod tests;

/// How many changes from silence to full volume fit into a second: one takes 5 ms. That is too
/// short to be heard as a fade and long enough not to click.
const RAMPS_PER_SECOND: f32 = 200.0;

/// Takes frames from the ring and plays them.
#[derive(Debug)]
pub(super) struct Renderer {
    ring: Consumer<f32>,
    shared: Arc<Shared>,
    channels: usize,
    /// How much the gain changes from one frame to the next at most.
    step: f32,
    gain: f32,
    position: u64,
    /// Whether the last frame played was sound, so that silence now would be a gap.
    sounding: bool,
}

impl Renderer {
    /// A renderer of what the other end of `ring` writes.
    #[expect(clippy::cast_precision_loss, reason = "sample rates are small")]
    pub(super) fn new(ring: Consumer<f32>, shared: Arc<Shared>, format: OutputFormat) -> Self {
        let gain = shared.gain();
        Self {
            ring,
            shared,
            channels: usize::from(format.channels),
            // One frame less than fits, so that rounding does not make it one more.
            step: 1.0 / (format.sample_rate as f32 / RAMPS_PER_SECOND - 1.0).max(1.0),
            gain,
            position: 0,
            sounding: false,
        }
    }

    /// Fills `output`, which holds whole frames, with sound, and silence where there is none.
    /// Returns how many frames it took from the ring.
    pub(super) fn render(&mut self, mut output: &mut [f32]) -> usize {
        let before = self.position;
        while !output.is_empty() {
            let played = self.render_part(output);
            if played == 0 {
                output.fill(0.0);
                break;
            }
            output = &mut output[played * self.channels..];
        }
        self.shared.set_position(self.position);
        usize::try_from(self.position - before).unwrap_or(usize::MAX)
    }

    /// Plays frames with one kind of gain: constant, or rising or falling. Returns how many.
    fn render_part(&mut self, output: &mut [f32]) -> usize {
        let discarded = self.shared.discarded();
        // What was discarded is still needed for a moment, to fade out.
        if discarded > self.position && (self.gain == 0.0 || !self.sounding) {
            self.skip_to(discarded);
        }
        let is_discarding = discarded > self.position;
        let is_paused = self.shared.is_paused();
        let target = if is_discarding || is_paused { 0.0 } else { self.shared.gain() };
        // What is silent already needs no fade.
        if is_paused && (self.gain == 0.0 || !self.sounding) {
            self.gain = 0.0;
            self.sounding = false;
            self.shared.set_position(self.position);
            self.shared.rest();
            return 0;
        }
        let mut frames = (output.len() / self.channels).min(self.ring.slots() / self.channels);
        if is_discarding {
            frames = frames.min(to_usize(discarded - self.position));
        }
        if frames == 0 {
            self.run_dry(target, is_paused);
            return 0;
        }
        self.sounding = true;
        let frames = frames.min(self.frames_to(target));
        self.copy(&mut output[..frames * self.channels], target);
        self.position += frames as u64;
        frames
    }

    /// How many frames may be played on the way to `target`: behind it another target may hold.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "gains are 0 to 1, so this is at most a few thousand"
    )]
    fn frames_to(&self, target: f32) -> usize {
        if self.gain == target {
            return usize::MAX;
        }
        ((target - self.gain).abs() / self.step).ceil() as usize
    }

    /// Nothing is left to play.
    fn run_dry(&mut self, target: f32, is_paused: bool) {
        // After a discard there is nothing to miss until something new has been heard.
        let is_missed = self.sounding && self.position > self.shared.discarded();
        if is_missed && !is_paused && !self.shared.is_draining() {
            self.shared.count_underrun();
        }
        self.sounding = false;
        // After silence no ramp is needed, and a faded-out rest must not stay in the way.
        self.gain = target;
    }

    /// Copies frames while the gain moves to `target`.
    fn copy(&mut self, output: &mut [f32], target: f32) {
        let (filled, _) = self.ring.pop_partial_slice(output);
        if self.gain != target {
            for frame in filled.chunks_exact_mut(self.channels) {
                let left = target - self.gain;
                self.gain = if left.abs() <= self.step {
                    target
                } else {
                    self.gain + self.step.copysign(left)
                };
                frame.iter_mut().for_each(|sample| *sample *= self.gain);
            }
        } else if target != 1.0 {
            filled.iter_mut().for_each(|sample| *sample *= target);
        }
    }

    /// Drops what was discarded.
    fn skip_to(&mut self, position: u64) {
        self.sounding = false;
        let samples = to_usize(position - self.position).saturating_mul(self.channels);
        if let Ok(chunk) = self.ring.read_chunk(samples.min(self.ring.slots())) {
            self.position += (chunk.len() / self.channels) as u64;
            chunk.commit_all();
        }
    }
}

/// Nothing longer than the ring is ever counted.
fn to_usize(frames: u64) -> usize {
    usize::try_from(frames).unwrap_or(usize::MAX)
}
