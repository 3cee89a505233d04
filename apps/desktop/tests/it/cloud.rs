//! Accounts and drives, against services that speak the real protocols over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Output, Stdio};
use std::sync::Arc;

use serde_json::Value;
use test_cloud::{AuthorizationServer, DriveFault, DriveService, Server, Weather};

use crate::support::{User, items, write_wav};

/// A provider with a drive, and a user who agrees.
struct Cloud {
    kind: &'static str,
    server: Arc<AuthorizationServer>,
    drive: Arc<DriveService>,
    accounts: Server,
    files: Server,
}

impl Cloud {
    fn new(kind: &'static str) -> Self {
        let server = Arc::new(AuthorizationServer::new("client", "canary"));
        let known = Arc::clone(&server);
        let accepts = move |token: &str| known.accepts(token);
        let drive = Arc::new(match kind {
            "onedrive" => DriveService::graph(accepts),
            _ => DriveService::new(accepts),
        });
        let (asked, browsed) = (Arc::clone(&server), Arc::clone(&drive));
        Self {
            kind,
            server,
            drive,
            accounts: Server::start(move |ask| asked.answer(&ask)).unwrap(),
            files: Server::start(move |ask| browsed.answer(&ask)).unwrap(),
        }
    }

    /// Signs in as a user without a browser: reads the address that is printed, and goes there.
    fn add_account(&self, user: &User) -> Value {
        self.add_account_with(user, &[])
    }

    fn add_account_with(&self, user: &User, args: &[&str]) -> Value {
        let mut child = command(user)
            .args(["--json", "account", "add", self.kind, "--client-id", "client"])
            .args(args)
            .args(["--no-browser", "--auth-url", &format!("{}/authorize", self.accounts.origin())])
            .args(["--token-url", &format!("{}/token", self.accounts.origin())])
            .args(["--api-url", &self.files.origin()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let page: Value = serde_json::from_str(&line).unwrap();
        let (uri, query) = self.server.sign_in(page["authorize_url"].as_str().unwrap());
        visit(&uri, &query);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert!(child.wait().unwrap().success());
        serde_json::from_str(&rest).unwrap()
    }

    fn upload(&self, user: &User, name: &str, seed: u32) -> String {
        let path = user.music().join(name);
        write_wav(&path, 4410, seed);
        let content = std::fs::read(path).unwrap();
        self.drive.files(|files| files.file("root", name, content))
    }
}

pub(crate) fn command(user: &User) -> std::process::Command {
    let mut command = user.command();
    command.env("MPC_PASSPHRASE", "correct horse");
    command
}

pub(crate) fn json(user: &User, args: &[&str]) -> Value {
    let output = command(user).arg("--json").args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Does what a browser does that is sent back.
fn visit(uri: &str, query: &str) {
    let address = uri.strip_prefix("http://").unwrap();
    let (host, path) = address.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path}?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_google_drive_is_signed_in_to_mirrored_followed_and_left() {
    a_drive_is_signed_in_to_mirrored_followed_and_left("google-drive");
}

#[test]
fn a_onedrive_is_signed_in_to_mirrored_followed_and_left() {
    a_drive_is_signed_in_to_mirrored_followed_and_left("onedrive");
}

#[test]
fn which_files_are_mirrored_is_said_and_changed() {
    let (cloud, user) = (Cloud::new("google-drive"), User::new());
    for (name, seed) in [("a.wav", 1), ("b.mp3", 2), ("c.flac", 3)] {
        cloud.upload(&user, name, seed);
    }
    let args = ["--exclude", "flac,ogg", "--max-size", "1M"];
    let account = cloud.add_account_with(&user, &args);
    let id = account["id"].as_str().unwrap();
    let filter = |args: &[&str]| json(&user, &[&["account", "filter", id], args].concat());
    let kept =
        serde_json::json!({ "include": [], "exclude": ["flac", "ogg"], "max_size": 1 << 20 });
    assert_eq!(filter(&[]), kept);
    assert_eq!(json(&user, &["sync"])["added"], 2);
    assert_eq!(filter(&["--include", "flac"])["include"], serde_json::json!(["flac"]));
    let report = json(&user, &["sync"]);
    assert_eq!((&report["added"], &report["removed"]), (&1.into(), &2.into()));
    assert_eq!(filter(&["--reset"])["include"], serde_json::json!([]));
    assert_eq!(json(&user, &["sync"])["added"], 2);

    for (args, code) in [
        (&["--include", "wma"][..], 1),
        (&["--max-size", "big"], 2),
        (&["--max-size", "1M", "--reset"], 2),
    ] {
        let output = command(&user).args(["account", "filter", id]).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}");
    }
}

fn a_drive_is_signed_in_to_mirrored_followed_and_left(kind: &'static str) {
    let (cloud, user) = (Cloud::new(kind), User::new());
    let first = cloud.upload(&user, "first.wav", 1);
    cloud.upload(&user, "second.wav", 2);
    let account = cloud.add_account(&user);
    assert_eq!(account["provider"], kind);
    assert_eq!(account["label"], "ann@example.org");
    let accounts = json(&user, &["account", "list"]);
    assert_eq!(accounts.as_array().unwrap(), std::slice::from_ref(&account));

    let plan = json(&user, &["sync", "--preview"]);
    assert_eq!((&plan["to_place"], &plan["to_remove"]), (&2.into(), &0.into()));
    let report = json(&user, &["sync"]);
    assert_eq!((&report["added"], &report["failed"]), (&2.into(), &Value::Array(Vec::new())));
    let tracks = json(&user, &["tracks"]);
    assert_eq!(items(&tracks).len(), 2);
    assert!(items(&tracks).iter().all(|track| track["duration_ms"] == 100));

    // The next day the token has ended, a file has another name, and another one is new.
    cloud.server.grants(|grants| grants.expire_access_tokens());
    cloud.drive.files(|files| files.rename(&first, "renamed.wav"));
    cloud.upload(&user, "third.wav", 3);
    let id = account["id"].as_str().unwrap();
    let output = command(&user).args(["--json", "sync", "--account", id]).output().unwrap();
    // A token that is refused within its first minute is not renewed: the next day it is older.
    assert_eq!(output.status.code(), Some(1));
    cloud.server.grants(|grants| grants.revoke_all());
    cloud.add_account(&user);
    let report = json(&user, &["sync", "--account", id]);
    assert_eq!((&report["added"], &report["moved"]), (&1.into(), &1.into()));
    let report = json(&user, &["sync"]);
    assert_eq!((&report["unchanged"], &report["requests"]), (&3.into(), &1.into()));

    // Decoding reads the drive.
    let path = items(&json(&user, &["tracks"]))[0]["path"].as_str().unwrap().to_owned();
    let out = user.music().join("out.wav");
    let output = command(&user).args(["decode", &path, "--out"]).arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(hound::WavReader::open(&out).unwrap().duration(), 4410);

    // Nothing that opens accounts is needed to read what ran.
    let output = user.run(&["sync", "--history", "--account", id]);
    assert!(output.status.success(), "{}", told(&output));
    let history: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ends: Vec<_> = items(&history).iter().map(|job| &job["state"]).collect();
    assert_eq!(ends, ["completed", "completed", "failed", "completed"]);
    let (last, failed) = (&items(&history)[0], &items(&history)[2]);
    assert_eq!((&last["trigger"], &last["account"]), (&"user".into(), &id.into()));
    assert_eq!((&last["counts"]["unchanged"], &last["counts"]["requests"]), (&3.into(), &1.into()));
    assert!(failed["error"].is_string() && failed["ended_at"].is_u64(), "{failed}");
    let page = json(&user, &["sync", "--history", "--limit", "1"]);
    let next = page["next"].as_str().unwrap();
    let page = json(&user, &["sync", "--history", "--limit", "1", "--after", next]);
    assert_eq!(items(&page), &items(&history)[1..2]);
    let text = told(&user.command().args(["sync", "--history"]).output().unwrap());
    assert!(text.contains("just now") && text.contains("completed"), "{text}");

    let removed = json(&user, &["account", "remove", id]);
    assert_eq!(removed["revoked"], false, "this drive offers no revocation");
    assert_eq!(items(&json(&user, &["tracks"])).len(), 0);
    assert_eq!(json(&user, &["account", "list"]), Value::Array(Vec::new()));
    assert!(items(&json(&user, &["sync", "--history"])).is_empty());
}

#[test]
fn an_account_whose_secret_is_damaged_is_listed_and_repaired_by_adding_it_again() {
    let (cloud, user) = (Cloud::new("google-drive"), User::new());
    cloud.upload(&user, "first.wav", 1);
    let account = cloud.add_account(&user);
    json(&user, &["sync"]);
    let id = account["id"].as_str().unwrap();
    user.damage_secret(&format!("account/{id}"));
    let listed = json(&user, &["account", "list"]);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["state"]),
        (&account["id"], &"sign_in_required".into())
    );
    let output = command(&user).args(["account", "list"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("google-drive  ann@example.org  sign in again"), "{text}");
    assert!(text.contains("to sign in again, add the account as before"), "{text}");
    let again = cloud.add_account(&user);
    assert_eq!((&again["id"], &again["state"]), (&account["id"], &"signed_in".into()));
    assert_eq!(json(&user, &["sync"])["unchanged"], 1);
}

#[test]
fn a_drive_that_fails_does_not_keep_others_from_being_mirrored() {
    let (broken, good, user) = (Cloud::new("google-drive"), Cloud::new("onedrive"), User::new());
    let (first, second) = (broken.add_account(&user), good.add_account(&user));
    good.upload(&user, "first.wav", 1);
    broken.server.grants(|grants| grants.revoke_all());
    let output = command(&user).args(["--json", "sync"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(results[0]["account"], first["id"]);
    assert_eq!(results[0]["error"]["code"], "permission_denied");
    assert_eq!((&results[1]["account"], &results[1]["added"]), (&second["id"], &1.into()));
    assert_eq!(items(&json(&user, &["tracks"])).len(), 1);
}

#[test]
fn a_folder_of_a_onedrive_is_chosen_by_its_path() {
    let (cloud, user) = (Cloud::new("onedrive"), User::new());
    cloud.upload(&user, "outside.wav", 1);
    cloud.drive.files(|files| {
        let folder = files.folder("root", "Müsic & more");
        files.file(&folder, "inside.wav", "no music")
    });
    cloud.add_account_with(&user, &["--root", "/Müsic & more"]);
    let output = command(&user).args(["--json", "sync"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["added"], output.status.code()), (&1.into(), Some(1)));
    assert!(report["failed"][0]["path"].as_str().unwrap().contains("inside.wav"), "{report}");
}

#[test]
fn no_token_is_readable_where_the_program_keeps_its_data() {
    for kind in ["google-drive", "onedrive"] {
        no_token_of_a_drive_is_readable(kind);
    }
}

fn no_token_of_a_drive_is_readable(kind: &'static str) {
    let (cloud, user) = (Cloud::new(kind), User::new());
    cloud.upload(&user, "first.wav", 1);
    cloud.add_account(&user);
    let mut weather = Weather::default();
    weather.next.extend([DriveFault::Status(401), DriveFault::Cut, DriveFault::Status(500)]);
    cloud.drive.set_weather(weather);
    let mut said = String::new();
    for _ in 0..3 {
        let output = command(&user).args(["-vvv", "--json", "sync"]).output().unwrap();
        said.push_str(&told(&output));
    }
    let path = items(&json(&user, &["tracks"]))[0]["path"].as_str().unwrap().to_owned();
    let out = user.music().join("out.wav");
    let output =
        command(&user).args(["-vvv", "decode", &path, "--out"]).arg(&out).output().unwrap();
    assert!(output.status.success());
    said.push_str(&told(&output));
    cloud.server.grants(|grants| grants.revoke_all());
    cloud.server.grants(|grants| grants.expire_access_tokens());
    let output = command(&user).args(["-vvv", "--json", "sync"]).output().unwrap();
    said.push_str(&told(&output));
    let history = json(&user, &["sync", "--history"]);
    assert!(items(&history).iter().any(|job| job["state"] == "failed"), "{history}");
    said.push_str(&history.to_string());
    assert_no_secret(&user, &said, &["canary"]);
}

/// Everything a program has said.
pub(crate) fn told(output: &Output) -> String {
    [&*output.stdout, &*output.stderr].map(String::from_utf8_lossy).concat()
}

/// That none of these is in what the program has said, nor in any file that it keeps.
pub(crate) fn assert_no_secret(user: &User, said: &str, secrets: &[&str]) {
    assert!(said.contains("TRACE"), "everything is logged: {said}");
    for secret in secrets {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    let data = user.music().parent().unwrap().join("data");
    let mut folders = vec![data];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let content = std::fs::read(&path).unwrap();
            for secret in secrets {
                let is_in = content.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!is_in, "{secret} is in {}", path.display());
            }
        }
    }
    assert!(files >= 2, "the library and the secrets");
}

#[test]
fn what_is_missing_is_named() {
    let user = User::new();
    let output = command(&user).args(["account", "add", "google-drive"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let output = command(&user).args(["sync", "--account", "nobody"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("there is no account \"nobody\""), "{said}");
    let output = command(&user).args(["sync"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("there is no account"));
}
