//! Covers in files.

use serde_json::json;

use crate::support::{User, write_wav};

/// A file of an album, with a front cover in it.
const TONE: &[u8] = include_bytes!("../../../../core-metadata/tests/fixtures/tone.flac");

/// The cover.
const PICTURE: &[u8] = include_bytes!("../../../../core-metadata/tests/fixtures/cover.png");

#[test]
fn covers_of_albums_and_tracks_are_written_to_files() {
    let user = User::new();
    let (source, out) = (user.music().join("tone.flac"), user.music().join("cover.png"));
    std::fs::write(&source, TONE).unwrap();
    user.scan();
    let albums = user.json(&["albums"]);
    let album = albums["items"][0]["id"].as_str().unwrap();
    for (id, size) in [(album.as_ref(), "thumbnail"), (source.as_os_str(), "original")] {
        let written = user.json(&[
            "cover".as_ref(),
            id,
            "--out".as_ref(),
            out.as_os_str(),
            "--size".as_ref(),
            size.as_ref(),
        ]);
        assert_eq!((&written["mime"], &written["bytes"]), (&json!("image/png"), &json!(74)));
        assert!(written["colour"].as_str().unwrap().starts_with('#'), "{written}");
        assert_eq!(std::fs::read(&out).unwrap(), PICTURE);
        std::fs::remove_file(&out).unwrap();
    }
}

#[test]
fn track_without_a_cover_is_an_error_and_writes_nothing() {
    let user = User::new();
    let (source, out) = (user.music().join("tone.wav"), user.music().join("cover.png"));
    write_wav(&source, 4_410, 0);
    user.scan();
    let output =
        user.run(&["cover".as_ref(), source.as_os_str(), "--out".as_ref(), out.as_os_str()]);
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["error"].as_str().unwrap().contains("has no cover"), "{document}");
    assert!(!out.exists());
}
