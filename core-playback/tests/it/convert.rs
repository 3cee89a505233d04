//! Samples keep their time and their sound in another format.

use bridge_traits::OutputFormat;
use core_playback::Converter;

fn format(sample_rate: u32, channels: u16) -> OutputFormat {
    OutputFormat { sample_rate, channels }
}

/// A sine of `frequency`, as mono samples at `rate`.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a test signal")]
fn sine(frequency: f64, rate: u32, frames: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU * frequency / f64::from(rate);
    (0..frames).map(|frame| (step * frame as f64).sin() as f32 * 0.5).collect()
}

#[core_async::test]
async fn equal_formats_pass_unchanged() {
    let mut converter = Converter::new(format(44_100, 2), format(44_100, 2)).unwrap();
    assert!(converter.is_identity());
    let mut out = Vec::new();
    converter.process(&[0.1, 0.2, f32::MIN_POSITIVE, -1.0], &mut out);
    converter.finish(&mut out);
    assert_eq!(out, [0.1, 0.2, f32::MIN_POSITIVE, -1.0]);
}

#[core_async::test]
async fn a_sine_is_the_same_sine_at_another_rate() {
    for (from, to) in [(44_100, 48_000), (48_000, 44_100), (22_050, 48_000), (96_000, 44_100)] {
        let frames = usize::try_from(from / 2).unwrap();
        let mut converter = Converter::new(format(from, 1), format(to, 1)).unwrap();
        let mut out = Vec::new();
        for chunk in sine(1000.0, from, frames).chunks(777) {
            converter.process(chunk, &mut out);
        }
        converter.finish(&mut out);
        let expected = sine(1000.0, to, usize::try_from(to / 2).unwrap());
        assert_eq!(out.len(), expected.len(), "{from} to {to}");
        // The ends ring, as the signal begins and ends suddenly.
        let middle = 2000..expected.len() - 2000;
        let errors = out[middle.clone()].iter().zip(&expected[middle]);
        let worst = errors.map(|(got, wanted)| (got - wanted).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{from} to {to}: {worst}");
    }
}

#[core_async::test]
async fn the_length_is_right_for_any_length() {
    for frames in [0, 1, 2, 500, 1024, 4096, 10_001] {
        let mut converter = Converter::new(format(44_100, 2), format(48_000, 1)).unwrap();
        let mut out = Vec::new();
        converter.process(&vec![0.25; frames * 2], &mut out);
        converter.finish(&mut out);
        assert_eq!(out.len(), (frames * 160).div_ceil(147), "{frames} frames");
    }
}

#[core_async::test]
async fn a_reset_leaves_nothing_behind() {
    let mut converter = Converter::new(format(44_100, 1), format(48_000, 2)).unwrap();
    let mut first = Vec::new();
    converter.process(&sine(300.0, 44_100, 9000), &mut first);
    converter.finish(&mut first);
    let mut again = Vec::new();
    converter.process(&[1.0; 5000], &mut again);
    converter.reset();
    again.clear();
    converter.process(&sine(300.0, 44_100, 9000), &mut again);
    converter.finish(&mut again);
    assert_eq!(first, again);
}

#[core_async::test]
async fn formats_that_make_no_sense_are_refused() {
    assert!(Converter::new(format(44_100, 0), format(44_100, 2)).is_err());
    assert!(Converter::new(format(0, 2), format(44_100, 2)).is_err());
    assert!(Converter::new(format(44_100, 2), format(0, 2)).is_err());
}
