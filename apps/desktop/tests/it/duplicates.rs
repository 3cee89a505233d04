//! Tracks that are the same recording, on the command line.

use serde_json::{Value, json};

use crate::support::{User, items, write_wav};

#[test]
fn duplicates_are_listed_merged_and_split() {
    let user = User::new();
    for (name, seed) in [("a", 1), ("b", 2), ("copy of a", 1), ("copy of b", 2)] {
        write_wav(&user.music().join(format!("{name}.wav")), 4410, seed);
    }
    user.scan();
    let page = user.json(&["duplicates"]);
    assert_eq!(items(&page).len(), 2);
    assert_eq!(items(&page)[0]["evidence"], "content");
    assert_eq!(items(&user.json(&["duplicates", "--evidence", "tags"])).len(), 0);
    let text = user.command().arg("duplicates").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("same content") && text.contains("copy of a.wav"), "{text}");

    let tracks = &items(&page)[0]["tracks"];
    let ids = [0, 1].map(|at: usize| tracks[at]["id"].as_str().unwrap().to_owned());
    user.json(&["rate", "80", &ids[1]]);
    assert_eq!(user.json(&["duplicates", "--merge", &ids[0], &ids[1]])["merged"], 1);
    assert_eq!(user.json(&["show", &ids[0]])["rating"], 80);
    assert_eq!(user.json(&["show", &ids[1]])["id"], ids[0].as_str());
    let copies = user.json(&["duplicates", "--copies", &ids[0]]);
    assert_eq!(items(&copies)[0]["id"], ids[1].as_str());
    assert_eq!(user.json(&["duplicates", "--merge", "all-verified"])["merged"], 1);
    assert_eq!(items(&user.json(&["tracks"])).len(), 2);
    let report = user.scan();
    assert_eq!((&report["unchanged"], &report["added"]), (&json!(4), &json!(0)));

    // The kept file goes; the copy takes its place.
    let kept = user.json(&["show", &ids[0]])["path"].as_str().unwrap().to_owned();
    std::fs::remove_file(&kept).unwrap();
    user.scan();
    let track = user.json(&["show", &ids[0]]);
    assert_ne!(track["path"], kept.as_str());
    assert_eq!(track["rating"], 80);
}

#[test]
fn what_is_done_about_duplicates_is_up_to_the_user() {
    let user = User::new();
    write_wav(&user.music().join("a.wav"), 4410, 1);
    user.scan();
    assert_eq!(user.json(&["duplicates", "--show-policy"])["policy"], "keep_both");
    assert_eq!(user.json(&["duplicates", "--policy", "ask"])["policy"], "ask");
    write_wav(&user.music().join("again.wav"), 4410, 1);
    let scan = user.run(&["scan".as_ref(), user.music().as_os_str()]);
    let said = String::from_utf8(scan.stderr).unwrap();
    assert!(said.contains("1 groups of duplicates"), "{said}");
    user.json(&["duplicates", "--policy", "newest"]);
    assert_eq!(items(&user.json(&["tracks"])).len(), 1);
    write_wav(&user.music().join("once more.wav"), 4410, 1);
    user.scan();
    let tracks = user.json(&["tracks"]);
    assert_eq!(items(&tracks).len(), 1);
    assert!(items(&tracks)[0]["path"].as_str().unwrap().ends_with("once more.wav"));

    // A copy that is split off stays by itself.
    let id = items(&tracks)[0]["id"].as_str().unwrap();
    let copies = user.json(&["duplicates", "--copies", id]);
    let copy = items(&copies)[0]["id"].as_str().unwrap();
    assert_eq!(user.json(&["duplicates", "--split", copy])["id"], copy);
    user.json(&["duplicates", "--policy", "newest"]);
    assert_eq!(items(&user.json(&["tracks"])).len(), 2);
    assert_eq!(user.json(&["duplicates", "--keep-both", id, copy]), json!([id, copy]));
    let output = user.run(&["duplicates", "--merge", "all-verified", "--policy", "ask"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(user.json(&["duplicates"])["items"], Value::Array(Vec::new()));
}
