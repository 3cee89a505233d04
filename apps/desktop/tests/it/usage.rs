//! The command line itself.

use crate::support::User;

#[test]
fn bad_usage_ends_with_2_and_failures_with_1() {
    let user = User::new();
    for bad in [
        &["frobnicate"][..],
        &["scan"],
        &["tracks", "--limit", "x"],
        &["decode", "a"],
        &["sync", "--limit", "1"],
    ] {
        assert_eq!(user.run(bad).status.code(), Some(2), "{bad:?}");
    }
    for failing in [
        &["scan", "/no/such/folder"][..],
        &["show", "no-such-id"],
        &["tracks", "--after", "no-cursor"],
        &["tracks", "--sort", "colour"],
    ] {
        let output = user.run(failing);
        assert_eq!(output.status.code(), Some(1), "{failing:?}");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
        assert!(!output.stderr.is_empty(), "{failing:?}");
    }
}

#[test]
fn a_data_folder_that_is_a_file_is_an_error_that_names_it() {
    let user = User::new();
    let file = user.music().join("file");
    std::fs::write(&file, "").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_mpc-desktop"))
        .arg("--data-dir")
        .arg(&file)
        .arg("status")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(file.to_str().unwrap()), "{said}");
}
