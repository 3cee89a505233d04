//! The whole library to a file and back.

use serde_json::json;

use crate::support::{User, items, write_wav};

/// A user with two tracks, of which the first is rated and twice in a playlist.
fn user() -> User {
    let user = User::new();
    for number in 0..2 {
        write_wav(&user.music().join(format!("{number}.wav")), 13_230, number);
    }
    user.scan();
    let page = user.json(&["tracks"]);
    let id = items(&page)[0]["id"].as_str().unwrap();
    user.json(&["rate", "80", id]);
    user.json(&["playlists", "create", "Twice", id, id]);
    user
}

#[test]
fn a_library_is_exported_and_put_in_the_place_of_another() {
    let (one, other) = (user(), User::new());
    write_wav(&other.music().join("x.wav"), 4_410, 7);
    other.scan();
    let (file, kept) = (one.music().join("all.mpclib"), one.music().join("kept.mpclib"));
    let (file, kept) = (file.to_str().unwrap(), kept.to_str().unwrap());
    let written = one.json(&["export", file]);
    assert_eq!(written["path"], file);
    assert_eq!(written["bytes"], std::fs::metadata(file).unwrap().len());

    let read = other.json(&["import", file, "--replace", "--safety-copy", kept]);
    assert_eq!((&read["tracks"], &read["playlists"]), (&json!(2), &json!(1)));
    assert_eq!(other.json(&["tracks"]), one.json(&["tracks"]));
    let lists = other.json(&["playlists", "list"]);
    assert_eq!(
        (&lists["items"][0]["name"], &lists["items"][0]["entry_count"]),
        (&json!("Twice"), &json!(2))
    );

    // And the safety copy brings back what was there.
    other.json(&["import", kept, "--replace"]);
    let tracks = other.json(&["tracks"]);
    assert_eq!((items(&tracks).len(), &tracks["items"][0]["title"]), (1, &json!("x")));
}

#[test]
fn what_its_user_did_is_added_to_a_library() {
    let (one, other) = (user(), User::new());
    for number in 0..2 {
        write_wav(&other.music().join(format!("elsewhere/{number}.wav")), 13_230, number);
    }
    other.scan();
    let file = one.music().join("all.mpclib");
    let file = file.to_str().unwrap();
    one.json(&["export", file]);
    for again in 0..2 {
        let read = other.json(&["import", file]);
        assert_eq!((&read["tracks"], &read["matched"]), (&json!(2), &json!(2)));
        assert_eq!(read["playlists"], 1 - again);
    }
    let tracks = other.json(&["tracks", "--sort", "title"]);
    assert_eq!(tracks["items"][0]["rating"], 80);
}

#[test]
fn a_file_that_is_no_library_changes_nothing_and_says_what_to_do() {
    let user = user();
    let file = user.music().join("all.mpclib");
    user.json(&["export", file.to_str().unwrap()]);
    let whole = std::fs::read(&file).unwrap();
    let newer =
        String::from_utf8(whole.clone()).unwrap().replacen("\"version\":1", "\"version\":99", 1);
    let cut = whole[..whole.len() - 200].to_vec();
    for (bytes, advice) in [
        (b"RIFF\0\0\0\0WAVE".to_vec(), "choose a file"),
        (Vec::new(), "choose a file"),
        (b"{\"format\":\"something-else\"}\n".to_vec(), "choose a file"),
        (newer.into_bytes(), "update the program"),
        (cut, "another copy"),
    ] {
        let wrong = user.music().join("wrong");
        std::fs::write(&wrong, bytes).unwrap();
        for mode in [&[][..], &["--replace"]] {
            let output = user.run(&[&["import", wrong.to_str().unwrap()], mode].concat());
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains(advice) && said.contains("wrong"), "{said}");
        }
    }
    assert_eq!(items(&user.json(&["tracks"])).len(), 2);
    let missing = user.run(&["import", "/nowhere/at.all"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nowhere/at.all"));
    // What cannot be written leaves what was there.
    let folder = user.music().join("full");
    std::fs::create_dir(&folder).unwrap();
    let output = user.run(&["export", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(folder.is_dir());
}
