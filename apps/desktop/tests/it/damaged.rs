//! A library file that is damaged.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{User, items, write_wav};

fn library(user: &User) -> PathBuf {
    let folder = user.music();
    folder.parent().unwrap().join("data").join("library.db")
}

#[test]
fn it_is_set_aside_and_said_once_with_what_to_do_next() {
    let user = User::new();
    write_wav(&user.music().join("one.wav"), 4_410, 1);
    user.scan();
    let whole = fs::read(library(&user)).unwrap();
    for damaged in [whole[..whole.len() / 2].to_vec(), b"garbage".repeat(2_000), Vec::new()] {
        fs::write(library(&user), &damaged).unwrap();
        let output = user.run(&["status"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        let status: Value = serde_json::from_slice(&output.stdout).unwrap();
        let kept = status["storage"]["set_aside"]["path"].as_str().unwrap().to_owned();
        assert!(said.contains(&kept) && kept.contains("library.db.damaged-"), "{said}");
        assert!(said.contains("scan your folders"), "{said}");
        assert_eq!(fs::read(&kept).unwrap(), damaged, "nothing of it is lost");
        // It is said once; what it was can be asked for later on.
        let again = user.run(&["status"]);
        assert_eq!(String::from_utf8_lossy(&again.stderr), "");
        let status: Value = serde_json::from_slice(&again.stdout).unwrap();
        assert_eq!(status["storage"]["set_aside"]["path"].as_str(), Some(&*kept));
        assert_eq!(status["storage"]["damage"], serde_json::json!([]));
    }
    user.scan();
    assert_eq!(items(&user.json(&["tracks"])).len(), 1);
}
