//! Folders of this computer as accounts.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::cloud::{command, json};
use crate::support::{User, items, write_wav};

fn added(user: &User) -> String {
    let music = user.music();
    let account = json(user, &["account", "add", "folder", music.to_str().unwrap()]);
    assert_eq!(
        (&account["provider"], &account["label"]),
        (&"folder".into(), &music.to_str().into())
    );
    account["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_folder_is_added_mirrored_followed_and_left() {
    let user = User::new();
    for number in 0..3 {
        write_wav(&user.music().join(format!("Album/{number}.wav")), 4410 + number, number);
    }
    let account = added(&user);
    assert_eq!(added(&user), account, "a folder is added once");
    assert_eq!(items_of(&json(&user, &["account", "list"])), [account.as_str()]);
    let plan = json(&user, &["sync", "--preview"]);
    assert_eq!(
        (&plan["to_place"], &plan["to_read"], &plan["to_remove"]),
        (&3.into(), &3.into(), &0.into())
    );
    assert_eq!(items(&json(&user, &["tracks"])).len(), 0);
    let report = json(&user, &["sync"]);
    assert_eq!((&report["account"], &report["added"]), (&account.as_str().into(), &3.into()));
    assert_eq!(report["failed"], Value::Array(Vec::new()));

    fs::rename(user.music().join("Album"), user.music().join("Renamed")).unwrap();
    fs::remove_file(user.music().join("Renamed/2.wav")).unwrap();
    let plan = json(&user, &["sync", "--preview"]);
    assert_eq!((&plan["to_place"], &plan["to_remove"]), (&2.into(), &3.into()));
    let report = json(&user, &["sync", "--account", &account]);
    assert_eq!(
        (&report["moved"], &report["removed"], &report["added"]),
        (&2.into(), &1.into(), &0.into())
    );

    // A disk that is not connected leaves an empty folder behind.
    let aside = user.music().parent().unwrap().join("aside");
    fs::rename(user.music().join("Renamed"), &aside).unwrap();
    let output = command(&user).args(["--json", "sync"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("connect its disk"), "{said}");
    assert_eq!(items(&json(&user, &["tracks"])).len(), 2);
    fs::rename(&aside, user.music().join("Renamed")).unwrap();
    assert_eq!(json(&user, &["sync"])["unchanged"], 2);

    json(&user, &["account", "remove", &account]);
    assert_eq!(items(&json(&user, &["tracks"])).len(), 0);
    assert_eq!(json(&user, &["account", "list"]), Value::Array(Vec::new()));
    assert!(user.music().join("Renamed/0.wav").exists(), "files stay");
    let output = command(&user).args(["account", "add", "folder", "/nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
#[cfg(unix)]
fn a_watched_folder_is_followed_until_ctrl_c() {
    let user = User::new();
    write_wav(&user.music().join("Album/1.wav"), 4410, 1);
    let account = added(&user);
    let mut watching =
        command(&user).args(["--json", "sync", "--watch"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    let report = next();
    assert_eq!((&report["account"], &report["added"]), (&account.as_str().into(), &1.into()));

    write_wav(&user.music().join("Later/Deep/2.wav"), 4411, 2);
    assert_eq!(next()["added"], 1);
    fs::rename(user.music().join("Later"), user.music().join("Sooner")).unwrap();
    assert_eq!(next()["moved"], 1);
    fs::remove_file(user.music().join("Album/1.wav")).unwrap();
    assert_eq!(next()["removed"], 1);

    let interrupt = Command::new("kill").args(["-INT", &watching.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    assert!(watching.wait().unwrap().success(), "Ctrl-C is how it ends");
    assert_eq!(items(&json(&user, &["tracks"])).len(), 1);
}

fn items_of(accounts: &Value) -> Vec<&str> {
    accounts.as_array().unwrap().iter().map(|account| account["id"].as_str().unwrap()).collect()
}
