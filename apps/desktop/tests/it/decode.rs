//! Decoding and playing.

use serde_json::json;

use crate::support::{User, sample, write_wav};

#[test]
fn decoded_samples_are_those_of_the_file_from_the_frame_asked_for() {
    let user = User::new();
    let (source, out) = (user.music().join("tone.wav"), user.music().join("out.wav"));
    write_wav(&source, 44_100, 0);
    let report = user.json(&[
        "decode".as_ref(),
        source.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
        "--start".as_ref(),
        "0.25".as_ref(),
        "--duration".as_ref(),
        "0.5".as_ref(),
    ]);
    assert_eq!((&report["start_frame"], &report["frames"]), (&json!(11_025), &json!(22_050)));
    let mut reader = hound::WavReader::open(&out).unwrap();
    let samples: Vec<i16> = reader.samples::<i16>().map(Result::unwrap).collect();
    assert_eq!(samples.len(), 2 * 22_050);
    for (frame, pair) in (11_025..).zip(samples.chunks_exact(2)) {
        assert_eq!(pair, [sample(frame, 0), -sample(frame, 0)], "frame {frame}");
    }
}

#[test]
fn playing_to_no_device_takes_as_long_as_the_music_and_completes() {
    let user = User::new();
    let source = user.music().join("tone.wav");
    write_wav(&source, 13_230, 0);
    let played =
        user.json(&["play".as_ref(), source.as_os_str(), "--device".as_ref(), "null".as_ref()]);
    assert_eq!((&played["completed"], &played["position_ms"]), (&json!(true), &json!(300)));
}

#[test]
fn what_is_no_music_is_an_error_with_code_1_and_one_json_document() {
    let user = User::new();
    let (source, out) = (user.music().join("text.mp3"), user.music().join("out.wav"));
    std::fs::write(&source, "not music").unwrap();
    let output =
        user.run(&["decode".as_ref(), source.as_os_str(), "--out".as_ref(), out.as_os_str()]);
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["error"].as_str().unwrap().contains("text.mp3"), "{document}");
    assert!(!out.exists(), "no half a file is left");
}
