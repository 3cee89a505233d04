//! Fingerprints: equal to those of `fpcalc`, alike for the same music only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_traits::ErrorKind;
use core_async::task::{spawn, yield_now};
use core_playback::{DecodeError, Fingerprint, FingerprintError, FormatHint};
use futures::FutureExt;

use crate::fixtures::OPUS;
use crate::music::Piece;
use crate::sources::{Manner, TestFile};

/// What `fpcalc` 1.5.1 prints for piece 1, 12 s of it at 44.1 kHz in stereo.
pub(crate) const OF_FPCALC: &str = "\
    AQAAS-rUJInUoHsQplKgKkpy5BL2nOiNZk-DsMtRMTnGKC9RPmiOIz9RhzqaksdxhY-C7ghzIvHS8Bi5S6AfnPAP3h\
    lxUwwu5TgVTA8Sfkifok-Cq2uCNk5EWNSsoOLx58J0El-OJ1nBGPOPZ-FwXovw0BKSZ1KOiMkvcCf64-_gZQ929HiO\
    5OkRZol0oVpTBU8OH3mQHO8JL1HxZ_jhJ1OQ74PyXkgf4Ulm5JLiI5viV8EaHyKFAUogSwRCDxlGAIFIAEYCA0AYoJ\
    AwgBNBhFNICYIEAkQABSwhBjnKiBLAKGUJUggpoAAAEhkAAA";

async fn compute(bytes: Vec<u8>) -> Result<Fingerprint, FingerprintError> {
    Fingerprint::compute(TestFile::new(bytes, Manner::Local), FormatHint::default()).await
}

/// The fingerprint of a piece as a file of 22.05 kHz and one channel, unless it matters.
async fn of(piece: Piece) -> Fingerprint {
    compute(piece.wav(22_050, 1)).await.unwrap()
}

fn equal_bits(one: &Fingerprint, other: &Fingerprint) -> f64 {
    assert_eq!(one.values().len(), other.values().len());
    let equal: u32 = one
        .values()
        .iter()
        .zip(other.values())
        .map(|(one, other)| (one ^ other).count_zeros())
        .sum();
    f64::from(equal) / (one.values().len() * 32) as f64
}

#[core_async::test]
async fn a_file_has_the_fingerprint_that_fpcalc_prints() {
    let theirs: Fingerprint = OF_FPCALC.parse().unwrap();
    let ours = compute(Piece::new(1, 12_000).wav(44_100, 2)).await.unwrap();
    // Another resampler moves what is near a threshold over it.
    assert!(equal_bits(&ours, &theirs) >= 0.999, "{}", equal_bits(&ours, &theirs));
    assert!(ours.is_same_recording(&theirs));
}

#[core_async::test]
async fn the_same_music_at_another_rate_or_in_other_channels_is_recognised() {
    let piece = Piece::new(2, 15_000);
    let reference = of(piece).await;
    for (rate, channels) in [(11_025, 1), (16_000, 2), (44_100, 2), (48_000, 6), (96_000, 1)] {
        let other = compute(piece.wav(rate, channels)).await.unwrap();
        let similarity = reference.similarity(&other);
        assert!(similarity > 0.97, "{rate} Hz, {channels} channels: {similarity}");
    }
}

#[core_async::test]
async fn different_music_is_not_recognised() {
    let mut pieces = Vec::new();
    for number in 10..20 {
        pieces.push(of(Piece::new(number, 15_000)).await);
    }
    for (at, one) in pieces.iter().enumerate() {
        for other in &pieces[at + 1..] {
            let similarity = one.similarity(other);
            assert!(similarity < 0.7, "{similarity}");
            assert!(!one.is_same_recording(other));
        }
        assert!((one.similarity(one) - 1.0).abs() < f64::EPSILON);
    }
}

#[core_async::test]
async fn a_start_that_was_trimmed_or_lengthened_is_recognised_within_two_seconds() {
    let whole = of(Piece::new(3, 30_000)).await;
    // 0.56 s is as far between two values as can be.
    for start_ms in [500, 560, 1000, 1900] {
        let trimmed = of(Piece { number: 3, start_ms, length_ms: 30_000 - start_ms }).await;
        for similarity in [whole.similarity(&trimmed), trimmed.similarity(&whole)] {
            assert!(similarity >= Fingerprint::SAME_RECORDING, "{start_ms} ms: {similarity}");
        }
    }
    let far = of(Piece { number: 3, start_ms: 6000, length_ms: 24_000 }).await;
    assert!(!whole.is_same_recording(&far));
}

#[core_async::test]
async fn silence_is_evidence_of_nothing() {
    let silence = |seconds: usize| {
        let encoder = core_playback::WavEncoder::new(
            core_playback::WavSample::Int16,
            11_025,
            1,
            11_025 * seconds as u64,
        );
        let mut file = encoder.unwrap().header();
        file.resize(file.len() + 11_025 * 2 * seconds, 0);
        file
    };
    let quiet = compute(silence(20)).await.unwrap();
    assert!(!quiet.values().is_empty());
    assert!(!quiet.is_same_recording(&quiet));
    // Two pieces that begin with a long silence, which is all that they share.
    let after_silence = async |number| {
        let mut file = silence(40);
        let music = Piece::new(number, 10_000).wav(11_025, 1);
        let length = file.len();
        file[length - (music.len() - 44)..].copy_from_slice(&music[44..]);
        compute(file).await.unwrap()
    };
    let (one, other) = (after_silence(4).await, after_silence(5).await);
    assert!(!one.is_same_recording(&other), "{}", one.similarity(&other));
    assert!(one.is_same_recording(&one));
}

/// Noise, different for each seed.
fn noise(mut seed: u64) -> Vec<u8> {
    let encoder =
        core_playback::WavEncoder::new(core_playback::WavSample::Int16, 11_025, 1, 11_025 * 40);
    let mut file = encoder.unwrap().header();
    for _ in 0..11_025 * 40 {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        file.extend_from_slice(&seed.to_le_bytes()[2..4]);
    }
    file
}

#[core_async::test]
async fn two_noises_are_not_one_recording() {
    let (one, other) = (compute(noise(1234)).await.unwrap(), compute(noise(98_765)).await.unwrap());
    assert!(!one.is_same_recording(&other), "{}", one.similarity(&other));
    assert!(one.is_same_recording(&one));
}

#[core_async::test]
async fn a_rate_that_no_music_has_is_refused_before_it_costs_much() {
    let error = compute(Piece::new(1, 3000).wav(191_999, 1)).await.unwrap_err();
    assert_eq!(error.code(), "unsupported_format");
    compute(Piece::new(1, 3000).wav(192_000, 1)).await.unwrap();
}

#[core_async::test]
async fn what_is_too_short_says_so() {
    let shortest = compute(Piece::new(1, 2800).wav(11_025, 1)).await.unwrap();
    assert_eq!(shortest.values().len(), 1);
    let error = compute(Piece::new(1, 2600).wav(11_025, 1)).await.unwrap_err();
    assert!(matches!(error, FingerprintError::TooShort), "{error}");
}

#[core_async::test]
async fn only_the_first_two_minutes_count() {
    let all = compute(Piece::new(6, 125_000).wav(11_025, 1)).await.unwrap();
    let beginning = compute(Piece::new(6, 120_000).wav(11_025, 1)).await.unwrap();
    assert_eq!(all, beginning);
    assert_eq!(all.values().len(), 948);
}

#[core_async::test]
async fn a_file_far_away_has_the_same_fingerprint() {
    let bytes = Piece::new(7, 20_000).wav(22_050, 2);
    let here = compute(bytes.clone()).await.unwrap();
    let away = TestFile::new(bytes.clone(), Manner::Remote);
    assert_eq!(Fingerprint::compute(away, FormatHint::default()).await.unwrap(), here);
    let failing = TestFile::new(bytes, Manner::Failing);
    let error = Fingerprint::compute(failing, FormatHint::default()).await.unwrap_err();
    let FingerprintError::Decode(DecodeError::Source(error)) = error else {
        panic!("{error}");
    };
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[core_async::test]
async fn what_cannot_be_decoded_has_none() {
    let error = compute(OPUS.to_vec()).await.unwrap_err();
    assert_eq!(error.code(), "unsupported_format");
    let error = compute(b"no music at all".to_vec()).await.unwrap_err();
    assert_eq!(error.code(), "unsupported_format");
    let mut cut = Piece::new(1, 5000).wav(11_025, 1);
    cut.truncate(cut.len() / 2);
    let error = compute(cut).await.unwrap_err();
    assert_eq!(error.code(), "truncated");
}

#[core_async::test]
async fn others_get_their_turn_meanwhile_and_dropping_it_stops_it() {
    let turns = Arc::new(AtomicUsize::new(0));
    let counted = turns.clone();
    let others = spawn(async move {
        loop {
            counted.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });
    let file = TestFile::new(Piece::new(8, 20_000).wav(44_100, 1), Manner::Local);
    Fingerprint::compute(file.clone(), FormatHint::default()).await.unwrap();
    // 20 s are 108 portions.
    let during = turns.load(Ordering::Relaxed);
    assert!(during >= 50, "{during}");
    others.abort();

    let mut computing = Box::pin(Fingerprint::compute(file.clone(), FormatHint::default()));
    assert!(computing.as_mut().now_or_never().is_none());
    drop(computing);
    assert_eq!(Arc::strong_count(&file), 1);
}
