//! Scanning and listing.

use serde_json::json;

use crate::support::{User, items, write_wav};

#[test]
fn a_scan_reports_what_it_found_and_the_next_one_that_nothing_changed() {
    let user = User::new();
    for number in 0..3 {
        write_wav(&user.music().join(format!("{number}.wav")), 4410, number);
    }
    let first = user.scan();
    assert_eq!(
        (&first["added"], &first["unchanged"], &first["failed"]),
        (&json!(3), &json!(0), &json!([]))
    );
    assert!(first["seconds"].as_f64().unwrap() > 0.0);
    let second = user.scan();
    assert_eq!((&second["added"], &second["unchanged"]), (&json!(0), &json!(3)));
    assert_eq!(user.json(&["status"])["tracks"], 3);
}

#[test]
fn moved_and_removed_files_are_told_apart() {
    let user = User::new();
    for number in 0..3 {
        write_wav(&user.music().join(format!("{number}.wav")), 4410 + number, number);
    }
    user.scan();
    let before = user.json(&["show".as_ref(), user.music().join("0.wav").as_os_str()]);
    std::fs::create_dir(user.music().join("folder")).unwrap();
    std::fs::rename(user.music().join("0.wav"), user.music().join("folder/zero.wav")).unwrap();
    std::fs::remove_file(user.music().join("1.wav")).unwrap();
    let report = user.scan();
    assert_eq!(
        (&report["moved"], &report["removed"], &report["unchanged"], &report["added"]),
        (&json!(1), &json!(1), &json!(1), &json!(0))
    );
    let after = user.json(&["show".as_ref(), user.music().join("folder/zero.wav").as_os_str()]);
    assert_eq!(after["id"], before["id"]);
}

#[test]
fn a_track_has_every_promised_field() {
    let user = User::new();
    write_wav(&user.music().join("Tone.wav"), 44_100, 0);
    user.scan();
    let page = user.json(&["tracks"]);
    let track = items(&page)[0].as_object().unwrap();
    for field in [
        "id",
        "title",
        "artist",
        "album_artist",
        "album",
        "track_number",
        "disc_number",
        "year",
        "genre",
        "duration_ms",
        "codec",
        "sample_rate",
        "channels",
        "bitrate",
        "path",
        "size",
    ] {
        assert!(track.contains_key(field), "{field}");
    }
    assert_eq!(
        (&track["duration_ms"], &track["sample_rate"], &track["channels"], &track["playable"]),
        (&json!(1000), &json!(44_100), &json!(2), &json!(true))
    );
}

#[test]
fn pages_follow_each_other_without_gaps() {
    let user = User::new();
    for number in 0..7 {
        write_wav(&user.music().join(format!("{number}.wav")), 441, number);
    }
    user.scan();
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut args = vec!["tracks".to_owned(), "--limit".into(), "3".into()];
        args.extend(["--sort".into(), "-title".into()]);
        if let Some(next) = after {
            args.extend(["--after".into(), next]);
        }
        let page = user.json(&args);
        seen.extend(items(&page).iter().map(|track| track["title"].as_str().unwrap().to_owned()));
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
}

#[test]
fn bad_files_are_one_error_each_and_disturb_nothing() {
    let user = User::new();
    write_wav(&user.music().join("good.wav"), 4410, 0);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    std::fs::write(user.music().join("picture.mp3"), png).unwrap();
    std::fs::write(user.music().join("empty.flac"), b"").unwrap();
    let good = std::fs::read(user.music().join("good.wav")).unwrap();
    std::fs::write(user.music().join("header.wav"), &good[..20]).unwrap();
    let mut silent = good.clone();
    silent[24..28].fill(0);
    std::fs::write(user.music().join("rate.wav"), &silent).unwrap();
    let report = user.scan();
    assert_eq!(report["added"], 1, "{report}");
    let mut failed: Vec<&str> = report["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|failed| failed["path"].as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    failed.sort_unstable();
    assert_eq!(failed, ["empty.flac", "header.wav", "picture.mp3", "rate.wav"]);
    assert_eq!(user.json(&["status"])["tracks"], 1);
}

#[test]
fn search_finds_beginnings_of_words() {
    let user = User::new();
    write_wav(&user.music().join("Été à la plage.wav"), 441, 0);
    write_wav(&user.music().join("Winter.wav"), 441, 1);
    user.scan();
    let found = user.json(&["search", "ete pla"]);
    assert_eq!(found["tracks"].as_array().unwrap().len(), 1);
    assert_eq!(found["tracks"][0]["title"], "Été à la plage");
    for strange in ["\"", "' OR 1=1 --", "*", "NEAR(", "a AND"] {
        user.json(&["search", "--", strange]);
    }
}
