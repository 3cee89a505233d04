//! What comes out of a file is what was put in.

use core_playback::{DecodeError, Decoder, FormatHint, can_decode, supported_codecs};

use crate::fixtures::{ALL, FLAC24, OPUS, RATE, fixture, tone, tones};
use crate::sources::{Manner, TestFile, open, read_all};

#[core_async::test]
async fn every_format_decodes_to_the_tone() {
    for fixture in ALL {
        let mut decoder = open(fixture.bytes).await;
        let format = decoder.format().clone();
        assert_eq!(format.codec, fixture.codec, "{}", fixture.name);
        assert_eq!(format.container, fixture.container, "{}", fixture.name);
        assert_eq!(format.sample_rate, RATE, "{}", fixture.name);
        assert_eq!(usize::from(format.channels), fixture.channels, "{}", fixture.name);
        assert_eq!(format.frames, fixture.promised, "{}", fixture.name);
        assert!(can_decode(format.codec), "{}", fixture.name);
        let samples = read_all(&mut decoder).await;
        assert_eq!(samples.len(), fixture.frames * fixture.channels, "{}", fixture.name);
        assert_eq!(decoder.position(), fixture.frames as u64, "{}", fixture.name);
        assert_eq!(decoder.format().frames, Some(fixture.frames as u64), "{}", fixture.name);
        let heard = &samples[fixture.delay * fixture.channels..];
        let error = distance(heard, fixture.channels);
        assert!(error <= fixture.tolerance, "{}: {error}", fixture.name);
    }
}

/// The root mean square of what is not the tone, leaving out 200 frames at the end, where codecs
/// fade into their padding.
fn distance(samples: &[f32], channels: usize) -> f64 {
    let frames = (samples.len() / channels).min(11_025) - 200;
    let sum: f64 = tones(frames, channels)
        .iter()
        .zip(samples)
        .map(|(wanted, got)| (f64::from(*wanted) / 32_768.0 - f64::from(*got)).powi(2))
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "there are few samples")]
    let count = (frames * channels) as f64;
    (sum / count).sqrt()
}

#[core_async::test]
async fn integers_keep_every_bit() {
    let mut decoder = open(FLAC24).await;
    assert_eq!(decoder.format().bits_per_sample, Some(24));
    let mut samples = vec![0; 4000];
    assert_eq!(decoder.read_integers(&mut samples).await.unwrap(), 4000);
    for (frame, sample) in samples.iter().enumerate() {
        let counter = i32::try_from(frame % 251).unwrap();
        assert_eq!(*sample, (tone(frame, 0) * 256 + counter) << 8, "frame {frame}");
    }
}

#[core_async::test]
async fn a_small_buffer_drops_nothing() {
    let whole = read_all(&mut open(fixture("tone_cbr.mp3").bytes).await).await;
    let mut decoder = open(fixture("tone_cbr.mp3").bytes).await;
    let mut samples = Vec::new();
    let mut buffer = [0.0; 7 * 2 + 1];
    loop {
        let frames = decoder.read(&mut buffer).await.unwrap();
        if frames == 0 {
            break;
        }
        samples.extend_from_slice(&buffer[..frames * 2]);
        assert_eq!(decoder.position() * 2, samples.len() as u64);
    }
    assert_eq!(samples, whole);
    assert_eq!(decoder.read(&mut buffer).await.unwrap(), 0);
}

#[core_async::test]
async fn the_content_decides_and_not_the_name() {
    let flac = fixture("tone16.flac").bytes;
    let file = TestFile::new(flac, Manner::Local);
    let decoder = Decoder::open(file, FormatHint::from_path("song.mp3")).await.unwrap();
    assert_eq!(decoder.format().codec, "flac");
}

#[core_async::test]
async fn tags_around_bare_frames_are_passed_over() {
    let plain = fixture("tone_bare.mp3");
    let expected = read_all(&mut open(plain.bytes).await).await;
    // An ID3v2 tag larger than a demuxer would search through, with bytes like frame headers.
    let mut bytes = b"ID3\x04\0\0\0\x50\0\0".to_vec();
    bytes.resize(10 + (0x50 << 14), 0xff);
    bytes.extend_from_slice(plain.bytes);
    bytes.extend_from_slice(b"TAG");
    bytes.resize(bytes.len() + 125, b' ');
    assert_eq!(read_all(&mut open(bytes).await).await, expected);
}

#[core_async::test]
async fn only_what_decodes_is_reported() {
    for codec in ["opus", "ape", "wavpack", "musepack", "", "an unknown codec"] {
        assert!(!can_decode(codec), "{codec}");
    }
    for codec in supported_codecs() {
        let is_codec = |fixture: &&crate::fixtures::Fixture| fixture.codec == *codec;
        assert!(ALL.iter().any(|fixture| is_codec(&fixture)), "{codec} has no fixture");
    }
    let error = open_error(OPUS).await;
    assert!(
        matches!(&error, DecodeError::Unsupported { what } if what.contains("opus")),
        "{error}"
    );
    assert_eq!(error.code(), "unsupported_format");
}

async fn open_error(bytes: &'static [u8]) -> DecodeError {
    let file = TestFile::new(bytes, Manner::Local);
    Decoder::open(file, FormatHint::default()).await.unwrap_err()
}

#[core_async::test]
async fn waiting_for_bytes_changes_no_sample() {
    for fixture in ALL {
        let expected = read_all(&mut open(fixture.bytes).await).await;
        for manner in [Manner::Remote, Manner::Moody] {
            let file = TestFile::new(fixture.bytes, manner);
            let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
            assert_eq!(read_all(&mut decoder).await, expected, "{} {manner:?}", fixture.name);
        }
    }
}

#[core_async::test]
async fn a_miss_in_the_middle_loses_no_packet() {
    // Long enough for many fetches: a stream of MP3 frames can be repeated.
    let bytes = fixture("tone_bare.mp3").bytes.repeat(150);
    let expected = read_all(&mut open(bytes.clone()).await).await;
    for manner in [Manner::Remote, Manner::Moody] {
        let file = TestFile::new(bytes.clone(), manner);
        let mut decoder = Decoder::open(file, FormatHint::default()).await.unwrap();
        assert!(read_all(&mut decoder).await == expected, "{manner:?}");
    }
}

#[core_async::test]
async fn reading_goes_on_after_a_host_error() {
    let bytes = fixture("tone_bare.mp3").bytes.repeat(250);
    let expected = read_all(&mut open(bytes.clone()).await).await;
    let file = TestFile::new(bytes, Manner::Failing);
    let mut decoder = loop {
        match Decoder::open(file.clone(), FormatHint::default()).await {
            Ok(decoder) => break decoder,
            Err(DecodeError::Source(_)) => {}
            Err(error) => panic!("{error}"),
        }
    };
    let (mut samples, mut failures) = (Vec::new(), 0);
    let mut buffer = [0.0; 2000];
    loop {
        match decoder.read(&mut buffer).await {
            Ok(0) => break,
            Ok(frames) => samples.extend_from_slice(&buffer[..frames * 2]),
            Err(error) => {
                assert_eq!(error.code(), "unavailable");
                failures += 1;
            }
        }
    }
    assert!(failures > 0);
    assert!(samples == expected);
}
