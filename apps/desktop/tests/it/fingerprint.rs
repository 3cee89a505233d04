//! Fingerprints, beside those of `fpcalc`, of files that ffmpeg makes.

use std::path::{Path, PathBuf};
use std::process::Command;

use core_service::core_playback::Fingerprint;
use serde_json::{Value, json};

use crate::support::{User, write_stereo};

/// How long the pieces are, in seconds.
const LENGTH: u32 = 20;

/// Writes a piece of music that nobody has heard: three notes at a time, each with an overtone and
/// fading at its own pace. Pieces with other numbers are other music.
fn write_music(path: &Path, number: u64) {
    write_stereo(path, (0..LENGTH * 44_100).map(|frame| note(frame, number)));
}

fn note(frame: u32, number: u64) -> [i16; 2] {
    let (beat, within) = (u64::from(frame / 13_230), f64::from(frame % 13_230) / 44_100.0);
    let mut sum = 0.0;
    for voice in 0..3 {
        let random = scramble((number << 32) | (beat << 8) | voice);
        let note = f64::from(u32::try_from(random % 25).unwrap());
        let turn = within * 220.0 * (note / 12.0).exp2() * std::f64::consts::TAU;
        let fading = (-within * f64::from(2 + u32::try_from(voice).unwrap() * 3)).exp();
        sum += (turn.sin() + (turn * 2.0).sin() / 3.0) * fading;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the sum is at most 4")]
    let sample = (sum * 7000.0) as i16;
    [sample, sample / 2]
}

fn scramble(seed: u64) -> u64 {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// Runs a program that set-up has installed.
#[track_caller]
fn said(command: &mut Command) -> String {
    let output = command.output().expect("`cargo xtask setup` installs fpcalc and ffmpeg");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Another file of the same music.
#[track_caller]
fn encode(from: &Path, to: &Path, options: &[&str]) {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-i"]).arg(from).args(options).arg(to);
    said(&mut command);
}

/// What `fpcalc` prints. It calls the end of a file that is shorter than two minutes an error,
/// after the result.
#[track_caller]
fn printed_by_fpcalc(path: &Path) -> String {
    let output = Command::new("fpcalc").arg("-plain").arg(path).output();
    let output = output.expect("`cargo xtask setup` installs fpcalc");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[track_caller]
fn of_fpcalc(path: &Path) -> Fingerprint {
    printed_by_fpcalc(path).parse().unwrap()
}

fn fingerprints(user: &User, paths: &[&Path]) -> Vec<Value> {
    let mut arguments = vec!["fingerprint".as_ref()];
    arguments.extend(paths.iter().map(|path| path.as_os_str()));
    user.json(&arguments)["tracks"].as_array().unwrap().clone()
}

fn equal_bits(one: &Fingerprint, other: &Fingerprint) -> f64 {
    let both = one.values().iter().zip(other.values());
    let equal: u32 = both.map(|(one, other)| (one ^ other).count_zeros()).sum();
    f64::from(equal) / f64::from(u32::try_from(one.values().len() * 32).unwrap())
}

#[test]
fn files_of_every_format_have_the_fingerprints_of_fpcalc_and_are_recognised() {
    let user = User::new();
    let at = |name: &str| user.music().join(name);
    let wav = at("music.wav");
    write_music(&wav, 1);
    let formats: [(&str, &[&str]); 6] = [
        ("a.flac", &[]),
        ("b.mp3", &["-b:a", "128k"]),
        ("c.ogg", &["-c:a", "libvorbis", "-b:a", "96k"]),
        ("d.m4a", &["-c:a", "aac", "-b:a", "96k"]),
        ("e.wav", &["-ar", "48000", "-ac", "1", "-c:a", "pcm_s24le"]),
        ("f.mp3", &["-b:a", "64k", "-ar", "32000", "-af", "volume=-9dB"]),
    ];
    let mut files = vec![wav.clone()];
    for (name, options) in formats {
        encode(&wav, &at(name), options);
        files.push(at(name));
    }
    let paths: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    for (printed, path) in fingerprints(&user, &paths).iter().zip(&paths) {
        let ours: Fingerprint = printed["fingerprint"].as_str().unwrap().parse().unwrap();
        let theirs = of_fpcalc(path);
        // Not every encoder's delay is left out by both, so lengths differ by a value or two.
        assert!(ours.values().len().abs_diff(theirs.values().len()) <= 2, "{}", path.display());
        let similarity = ours.similarity(&theirs);
        assert!(similarity > 0.99, "{}: {similarity}", path.display());
        if *path != wav {
            assert_eq!(printed["same_recording"], json!(true), "{printed}");
            assert!(printed["similarity"].as_f64().unwrap() > 0.95, "{printed}");
        }
    }
    let first = fingerprints(&user, &[&wav]);
    let ours: Fingerprint = first[0]["fingerprint"].as_str().unwrap().parse().unwrap();
    let theirs = of_fpcalc(&wav);
    assert_eq!(ours.values().len(), theirs.values().len());
    // Another resampler moves what is near a threshold over it.
    assert!(equal_bits(&ours, &theirs) > 0.999, "{}", equal_bits(&ours, &theirs));
    // And the text is what it makes of the same values.
    assert_eq!(theirs.to_string(), printed_by_fpcalc(&wav));
}

#[test]
fn a_trimmed_start_is_recognised_and_other_music_is_not() {
    let user = User::new();
    let at = |name: &str| user.music().join(name);
    let (wav, other) = (at("music.wav"), at("other.wav"));
    write_music(&wav, 2);
    write_music(&other, 3);
    encode(&wav, &at("trimmed.mp3"), &["-ss", "0.5", "-b:a", "128k"]);
    let printed = fingerprints(&user, &[&wav, &at("trimmed.mp3"), &other]);
    assert_eq!(printed[0].get("same_recording"), None);
    assert_eq!(printed[1]["same_recording"], json!(true), "{}", printed[1]["similarity"]);
    assert_eq!(printed[2]["same_recording"], json!(false), "{}", printed[2]["similarity"]);
}

#[test]
fn duplicates_are_listened_to() {
    let user = User::new();
    let at = |name: &str| user.music().join(name);
    let elsewhere = tempfile::tempdir().unwrap();
    let raw = |name: &str| elsewhere.path().join(name);
    write_music(&raw("one.wav"), 1);
    write_music(&raw("two.wav"), 2);
    let named = |title| ["-metadata", title, "-metadata", "artist=A"];
    for (from, to, title) in [
        ("one.wav", "studio.mp3", "title=Song"),
        ("one.wav", "better.flac", "title=Song"),
        ("one.wav", "a.flac", "title=Name"),
        ("two.wav", "b.flac", "title=Name"),
    ] {
        encode(&raw(from), &at(to), &named(title));
    }
    user.scan();
    let groups = || user.json(&["duplicates"])["items"].as_array().unwrap().len();
    assert_eq!(groups(), 2);
    let check = user.json(&["duplicates", "--check-sounds"]);
    assert_eq!((&check["listened"], &check["alike"]), (&json!(4), &json!(1)), "{check}");
    let page = user.json(&["duplicates", "--evidence", "sound"]);
    assert_eq!(page["items"][0]["tracks"][0]["title"], "Song", "{page}");
    assert_eq!(groups(), 1);
}
