//! Fingerprints as text, from anywhere.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_playback::{Fingerprint, FingerprintTextError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::fingerprint::OF_FPCALC;

/// What `fpcalc` prints, and the numbers it prints with `-raw`.
#[track_caller]
fn check(text: &str, values: &[u32]) {
    let fingerprint: Fingerprint = text.parse().unwrap();
    assert_eq!(fingerprint.values(), values);
    assert_eq!(fingerprint.to_string(), text);
}

#[core_async::test]
async fn texts_are_those_that_acoust_id_takes() {
    check("AQAAAA", &[]);
    check("AQAAAQE", &[1]);
    check("AQAAAUkA", &[7]);
    check("AQAAAQcA", &[1 << 6]);
    check("AQAAAQcC", &[1 << 8]);
    check("AQAAAkEA", &[1, 0]);
    check("AQAAAgEA", &[1, 1]);
    check("AQAAAQcZ", &[1 << 31]);
    let fingerprint: Fingerprint = OF_FPCALC.parse().unwrap();
    assert_eq!(fingerprint.to_string(), OF_FPCALC);
    let values = fingerprint.values();
    // What it prints with `-raw`.
    assert_eq!(values[..3], [3_267_299_906, 3_267_103_442, 3_267_157_731]);
    assert_eq!((values.len(), values.last()), (75, Some(&4_271_155_432)));
}

#[core_async::test]
async fn what_is_no_fingerprint_says_why() {
    let refused = |text: &str| text.parse::<Fingerprint>().unwrap_err();
    assert_eq!(refused("AQAAAQE="), FingerprintTextError::Letters);
    assert_eq!(refused("no fingerprint"), FingerprintTextError::Letters);
    assert_eq!(refused("AgAAAQE"), FingerprintTextError::OtherAlgorithm { number: 2 });
    assert_eq!(refused("AgAAAQE").to_string(), "a fingerprint of algorithm 3, not of algorithm 2");
    for damaged in ["", "AQAA", "AQAAAQ", "AQAAAgE", "AQAAAQEB", "AQAAAQcA_w", "AQAAAQcf"] {
        assert_eq!(refused(damaged), FingerprintTextError::Damaged, "{damaged}");
    }
}

#[core_async::test]
async fn whatever_is_read_is_what_would_be_written() {
    let mut runner = TestRunner::deterministic();
    let mut read = 0;
    for _ in 0..4000 {
        // Random bytes are seldom one whole value; short ones often are.
        let bytes = vec(any::<u8>(), 0..5).new_tree(&mut runner).unwrap().current();
        let text = URL_SAFE_NO_PAD.encode([&[1, 0, 0, 1][..], &bytes].concat());
        if let Ok(fingerprint) = text.parse::<Fingerprint>() {
            assert_eq!(fingerprint.to_string(), text);
            read += 1;
        }
    }
    assert!(read > 10, "{read}");
}

#[core_async::test]
async fn any_text_is_read_or_refused_and_any_change_to_one_too() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..4000 {
        let text = ".{0,64}".new_tree(&mut runner).unwrap().current();
        text.parse::<Fingerprint>().ok();
        let (at, byte) = (0..OF_FPCALC.len(), any::<u8>()).new_tree(&mut runner).unwrap().current();
        let mut bytes = OF_FPCALC.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(Ok(fingerprint)) = std::str::from_utf8(&bytes).map(str::parse::<Fingerprint>) {
            assert_eq!(fingerprint.to_string().as_bytes(), bytes);
        }
    }
}
