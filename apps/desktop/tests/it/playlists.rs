//! Playlists, ratings and history.

use serde_json::{Value, json};

use crate::support::{User, items, write_wav};

/// A user with the scanned files `0.wav`, `1.wav` and `2.wav`, and the ids of their tracks.
fn user() -> (User, Vec<String>) {
    let user = User::new();
    for number in 0..3 {
        write_wav(&user.music().join(format!("{number}.wav")), 13_230, number);
    }
    user.scan();
    let page = user.json(&["tracks"]);
    let ids = items(&page).iter().map(|track| track["id"].as_str().unwrap().to_owned()).collect();
    (user, ids)
}

fn titles(shown: &Value) -> Vec<&str> {
    items(&shown["entries"]).iter().map(|e| e["track"]["title"].as_str().unwrap()).collect()
}

#[test]
fn playlists_are_made_changed_and_deleted() {
    let (user, ids) = user();
    let path = user.music().join("2.wav");
    let made = user.json(&[
        "playlists",
        "create",
        "Mine",
        ids[0].as_str(),
        ids[1].as_str(),
        path.to_str().unwrap(),
    ]);
    let id = made["id"].as_str().unwrap();
    let shown = user.json(&["playlists", "show", id]);
    assert_eq!(titles(&shown), ["0", "1", "2"]);
    let last = items(&shown["entries"])[2]["id"].as_str().unwrap();
    user.json(&["playlists", "move", id, last, "--index", "0"]);
    let added = user.json(&["playlists", "add", id, ids[0].as_str(), "--index", "1"]);
    assert_eq!(titles(&user.json(&["playlists", "show", id])), ["2", "0", "0", "1"]);
    user.json(&["playlists", "remove", id, added["entry_ids"][0].as_str().unwrap()]);
    assert_eq!(user.json(&["playlists", "rename", id, "Ours"])["name"], "Ours");
    assert_eq!(titles(&user.json(&["playlists", "show", id])), ["2", "0", "1"]);
    user.json(&["playlists", "delete", id]);
    assert_eq!(user.json(&["playlists", "list"])["items"], json!([]));
}

#[test]
fn files_are_written_and_read_again() {
    let (user, ids) = user();
    let made = user.json(&["playlists", "create", "Mine", ids[1].as_str(), ids[0].as_str()]);
    for name in ["out.m3u8", "out.json"] {
        let file = user.music().join(name);
        let file = file.to_str().unwrap();
        user.json(&["playlists", "export", made["id"].as_str().unwrap(), "--out", file]);
        let read = user.json(&["playlists", "import", file]);
        assert_eq!((&read["matched"], &read["unresolved"]), (&json!(2), &json!([])), "{name}");
        let id = read["playlist"]["id"].as_str().unwrap();
        assert_eq!(titles(&user.json(&["playlists", "show", id])), ["1", "0"], "{name}");
    }
    let stranger = user.music().join("strange.m3u8");
    std::fs::write(&stranger, "gone.wav\n0.wav\n").unwrap();
    let read = user.json(&["playlists", "import", stranger.to_str().unwrap()]);
    assert_eq!((&read["matched"], read["unresolved"].as_array().unwrap().len()), (&json!(1), 1));
}

#[test]
fn rules_follow_ratings_and_favourites() {
    let (user, ids) = user();
    let rules = r#"{"match":"any","rules":[{"field":"rating","operator":"at_least","value":80},
        {"field":"favourite","operator":"is","value":true}],"sort":"title"}"#;
    let made = user.json(&["playlists", "create", "Good", "--rules", rules]);
    let id = made["id"].as_str().unwrap();
    user.json(&["rate", "90", ids[2].as_str()]);
    user.json(&["favourite", ids[1].as_str()]);
    assert_eq!(titles(&user.json(&["playlists", "show", id])), ["1", "2"]);
    user.json(&["rate", "none", ids[2].as_str()]);
    user.json(&["favourite", "--remove", ids[1].as_str()]);
    assert_eq!(titles(&user.json(&["playlists", "show", id])), Vec::<&str>::new());
}

#[test]
fn what_was_played_is_in_the_history() {
    let (user, ids) = user();
    user.json(&["play", ids[1].as_str(), "--device", "null"]);
    let history = user.json(&["history"]);
    let play = &items(&history)[0];
    assert_eq!((&play["track_id"], &play["outcome"]), (&json!(ids[1]), &json!("completed")));
    assert_eq!(user.json(&["show", ids[1].as_str()])["play_count"], 1);
    assert_eq!(user.json(&["storage"])["persisted"], true);
}

#[test]
fn edits_outlive_scans_and_can_be_taken_back() {
    let (user, ids) = user();
    let id = ids[0].as_str();
    user.json(&["edit", "--set", r#"{"title": "Nought", "year": 1999}"#, id]);
    user.scan();
    let details = user.json(&["details", id]);
    let track = &details["track"];
    assert_eq!((&track["title"], &track["year"]), (&json!("Nought"), &json!(1999)));
    assert_eq!(details["origins"].as_array().unwrap().len(), 2);
    user.json(&["revert", "--fields", "title,year", id]);
    let track = user.json(&["show", id]);
    assert_eq!((&track["title"], &track["year"]), (&json!("0"), &Value::Null));
    assert_eq!(user.run(&["edit", "--set", r#"{"colour": "red"}"#, id]).status.code(), Some(1));
}

#[test]
fn the_bin_gives_back_what_was_removed() {
    let (user, ids) = user();
    user.json(&["rate", "80", ids[1].as_str()]);
    user.json(&["remove", ids[1].as_str()]);
    assert_eq!(user.json(&["status"])["tracks"], 2);
    assert_eq!(items(&user.json(&["bin"]))[0]["id"], ids[1].as_str());
    assert_eq!(user.json(&["restore", ids[1].as_str()])["changed"], 1);
    assert_eq!(user.json(&["show", ids[1].as_str()])["rating"], 80);
    assert_eq!(items(&user.json(&["bin"])).len(), 0);
}
