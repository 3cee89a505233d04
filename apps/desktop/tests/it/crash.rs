//! The process is killed, or told to stop, in the middle of a scan.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::support::{User, items, write_wav};

const FILES: u32 = 600;

fn user_with_a_large_collection() -> User {
    let user = User::new();
    for number in 0..FILES {
        write_wav(&user.music().join(format!("{}/{number}.wav", number % 20)), 64, number);
    }
    user
}

/// Every track on every page, which must be as many as the count says.
fn tracks(user: &User) -> usize {
    let (mut found, mut after) = (0, None::<String>);
    loop {
        let mut args = vec!["tracks".to_owned(), "--limit".to_owned(), "200".to_owned()];
        args.extend(after.into_iter().flat_map(|next| ["--after".to_owned(), next]));
        let page = user.json(&args);
        found += items(&page).len();
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            assert_eq!(user.json(&["status"])["tracks"], found);
            return found;
        }
    }
}

#[test]
fn a_killed_scan_loses_nothing_that_was_stored_and_the_next_one_completes_it() {
    let user = user_with_a_large_collection();
    let mut stored = 0;
    for round in 0..6 {
        let mut scan = user
            .command()
            .arg("scan")
            .arg(user.music())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Any moment will do: what must hold, holds at each of them.
        std::thread::sleep(Duration::from_millis(30 + 70 * round));
        scan.kill().unwrap();
        scan.wait().unwrap();
        let now = tracks(&user);
        assert!(now >= stored, "{now} tracks after {stored}");
        stored = now;
    }
    let report = user.scan();
    assert_eq!(report["failed"], Value::Array(Vec::new()));
    assert_eq!(tracks(&user), FILES as usize);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_scan_cleanly() {
    use std::io::Read;

    let user = user_with_a_large_collection();
    let mut scan = user
        .command()
        .args(["-vv", "scan"])
        .arg(user.music())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first line of the log says that the program runs, and listens.
    let mut log = scan.stderr.take().unwrap();
    let mut first = [0];
    log.read_exact(&mut first).unwrap();
    let status =
        std::process::Command::new("kill").args(["-INT", &scan.id().to_string()]).status().unwrap();
    assert!(status.success());
    let mut said = String::new();
    log.read_to_string(&mut said).unwrap();
    let code = scan.wait().unwrap().code();
    // A quick machine may be done before it hears of it.
    assert!(
        code == Some(0) || (code == Some(1) && said.contains("interrupted")),
        "{code:?} {said}"
    );
    tracks(&user);
}
