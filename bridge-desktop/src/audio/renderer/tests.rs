//! What comes out of the renderer, sample by sample.

use bridge_traits::OutputFormat;

use super::Renderer;
use crate::audio::feed::Feed;

const FORMAT: OutputFormat = OutputFormat { sample_rate: 48_000, channels: 2 };

/// 5 ms.
const RAMP: usize = 240;

fn open() -> (Feed, Renderer) {
    Feed::new(FORMAT)
}

/// Frames that say where they were written: `n, -n`.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn frames(range: std::ops::Range<usize>) -> Vec<f32> {
    range.flat_map(|number| [number as f32, -(number as f32)]).collect()
}

fn render(renderer: &mut Renderer, frames: usize) -> Vec<f32> {
    let mut output = vec![f32::NAN; frames * 2];
    renderer.render(&mut output);
    output
}

fn left(output: &[f32]) -> impl Iterator<Item = f32> {
    output.iter().copied().step_by(2)
}

#[test]
fn frames_come_out_as_they_went_in() {
    let (feed, mut renderer) = open();
    let mut expected = Vec::new();
    let mut output = Vec::new();
    // Odd sizes wrap around the end of the ring at every possible place.
    for round in 0..400 {
        let piece = frames(round * 137..(round + 1) * 137);
        assert_eq!(feed.push(&piece), 137);
        expected.extend(piece);
        output.extend(render(&mut renderer, 137));
    }
    assert_eq!(output, expected);
    assert_eq!(feed.shared.underruns(), 0);
    assert_eq!(feed.shared.played(), 400 * 137);
}

#[test]
fn a_full_ring_takes_no_more_and_a_dry_one_is_silent() {
    let (feed, mut renderer) = open();
    assert_eq!(feed.push(&frames(0..30_000)), feed.buffer_frames);
    assert_eq!(feed.push(&frames(0..1)), 0);
    let output = render(&mut renderer, feed.buffer_frames + 10);
    assert_eq!(output[..feed.buffer_frames * 2], frames(0..feed.buffer_frames));
    assert!(output[feed.buffer_frames * 2..].iter().all(|sample| *sample == 0.0));
    assert_eq!(feed.shared.underruns(), 1);
}

#[test]
fn a_pause_fades_out_within_five_milliseconds_and_fades_in_again() {
    let (feed, mut renderer) = open();
    feed.push(&vec![1.0; 4_000]);
    render(&mut renderer, 100);
    feed.shared.set_paused(true);
    let output = render(&mut renderer, 1_000);
    smooth(&output, 1.0);
    assert!(left(&output).skip(RAMP).all(|sample| sample == 0.0));
    let played = feed.shared.played();
    assert!(played <= 100 + RAMP as u64);
    render(&mut renderer, 1_000);
    assert_eq!(feed.shared.played(), played, "a pause takes nothing");
    feed.shared.set_paused(false);
    let output = render(&mut renderer, 500);
    smooth(&output, 0.0);
    assert!(left(&output).skip(RAMP).all(|sample| sample == 1.0));
    assert_eq!(feed.shared.played(), played + 500);
}

#[test]
fn a_pause_before_the_first_sound_takes_nothing() {
    let (feed, mut renderer) = open();
    feed.push(&vec![1.0; 2_000]);
    feed.shared.set_paused(true);
    assert!(!feed.shared.is_resting());
    assert!(render(&mut renderer, 500).iter().all(|sample| *sample == 0.0));
    assert!(feed.shared.is_resting());
    assert_eq!(feed.shared.position(), 0);
}

#[test]
fn volume_moves_in_small_steps_and_stays() {
    let (feed, mut renderer) = open();
    feed.push(&vec![1.0; 8_000]);
    render(&mut renderer, 10);
    feed.shared.set_gain(0.25);
    let output = render(&mut renderer, 500);
    smooth(&output, 1.0);
    assert!(left(&output).skip(RAMP).all(|sample| sample == 0.25));
    feed.shared.set_gain(0.0);
    render(&mut renderer, 500);
    assert_eq!(feed.shared.played(), 1_010, "silent music goes on");
}

#[test]
fn a_discard_fades_out_what_was_and_plays_none_of_it_later() {
    let (feed, mut renderer) = open();
    feed.push(&vec![1.0; 20_000]);
    render(&mut renderer, 100);
    feed.discard();
    feed.push(&vec![0.5; 2_000]);
    let output = render(&mut renderer, 1_000);
    smooth(&output, 1.0);
    // Out within the ramp, in within another one, and from there only the new.
    assert!(left(&output).skip(2 * RAMP).all(|sample| sample == 0.5));
    let played = feed.shared.played();
    assert!((1_000 - RAMP as u64..=1_000 - RAMP as u64 + 2).contains(&played), "{played}");
    assert_eq!(feed.shared.underruns(), 0);
}

#[test]
fn a_discard_while_paused_drops_everything_at_once() {
    let (feed, mut renderer) = open();
    feed.push(&vec![1.0; 2_000]);
    feed.shared.set_paused(true);
    render(&mut renderer, 500);
    feed.discard();
    assert!(render(&mut renderer, 10).iter().all(|sample| *sample == 0.0));
    assert_eq!(feed.push(&vec![0.5; feed.buffer_frames * 2]), feed.buffer_frames);
    feed.shared.set_paused(false);
    assert!(left(&render(&mut renderer, 500)).skip(RAMP).all(|sample| sample == 0.5));
}

#[test]
fn a_short_rest_does_not_keep_a_discard_waiting() {
    let (feed, mut renderer) = open();
    feed.push(&[1.0; 20]);
    render(&mut renderer, 5);
    feed.discard();
    render(&mut renderer, 10);
    feed.push(&frames(0..10));
    assert_eq!(feed.shared.played(), 0);
    render(&mut renderer, 10);
    assert_eq!(feed.shared.played(), 10);
    assert_eq!(feed.shared.underruns(), 0);
}

#[test]
fn the_expected_end_is_no_underrun() {
    let (feed, mut renderer) = open();
    feed.push(&frames(0..10));
    let drain = feed.shared.begin_drain();
    render(&mut renderer, 20);
    drop(drain);
    render(&mut renderer, 20);
    assert_eq!(feed.shared.underruns(), 0);
}

/// Asserts that no sample is far from the one before.
#[track_caller]
fn smooth(output: &[f32], before: f32) {
    let mut last = before;
    for sample in left(output) {
        assert!((sample - last).abs() <= 1.02 / RAMP as f32, "{last} to {sample}");
        last = sample;
    }
}
