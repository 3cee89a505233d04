//! Accounts on WebDAV servers: real ones, which serve a folder of this computer, and ours over HTTP.
//!
//! `cargo xtask setup` installs the real ones. Without nginx and its module, which are Debian's, the
//! test of it says so and ends.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use test_cloud::{DavKind, DavService, Server};

use crate::cloud::{assert_no_secret, command, json, told};
use crate::support::{User, items, write_wav};

/// What nginx lists folders with.
const MODULE: &str = "/usr/lib/nginx/modules/ngx_http_dav_ext_module.so";

/// A real server, until it is dropped.
struct Real {
    process: Child,
    url: String,
    _home: TempDir,
}

impl Drop for Real {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Real {
    /// `rclone serve webdav`, which listens on a free port and says on which.
    fn rclone(folder: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut process = Command::new("rclone")
            .args(["serve", "webdav", "--addr", "127.0.0.1:0", "--dir-cache-time", "1ns"])
            .args(["--user", "ann", "--pass", "secret", "--config"])
            .arg(home.path().join("config"))
            .arg(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("rclone is needed here: `cargo xtask setup` installs it");
        let said = BufReader::new(process.stderr.take().unwrap());
        let mut lines = said.lines().map_while(Result::ok);
        let url = lines.find_map(|line| Some(line[line.find("http://127")?..].to_owned()));
        let url = url.expect("rclone says where it listens");
        // Whoever writes what nobody reads comes to a stop.
        drop(std::thread::spawn(move || lines.for_each(drop)));
        Self { process, url, _home: home }
    }

    /// nginx with its modules for WebDAV.
    fn nginx(folder: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let place = home.path().display();
        let config = format!(
            "load_module {MODULE};\nuser root;\ndaemon off;\n\
             master_process off;\npid {place}/pid;\nerror_log {place}/errors;\n\
             events {{ }}\nhttp {{\n access_log off;\n client_body_temp_path {place}/body;\n\
             proxy_temp_path {place}/proxy;\n fastcgi_temp_path {place}/fastcgi;\n\
             uwsgi_temp_path {place}/uwsgi;\n scgi_temp_path {place}/scgi;\n\
             server {{\n listen 127.0.0.1:{port};\n location /dav/ {{\n alias {}/;\n\
             dav_ext_methods PROPFIND OPTIONS;\n auth_basic files;\n\
             auth_basic_user_file {place}/users;\n }}\n }}\n}}\n",
            folder.display()
        );
        fs::write(home.path().join("config"), config).unwrap();
        fs::write(home.path().join("users"), "ann:{PLAIN}secret\n").unwrap();
        let process = Command::new("nginx")
            .arg("-e")
            .arg(home.path().join("errors"))
            .arg("-c")
            .arg(home.path().join("config"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is needed here: `cargo xtask setup` installs it");
        let mut real = Self { process, url: format!("http://127.0.0.1:{port}/dav/"), _home: home };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(real.process.try_wait().unwrap().is_none(), "nginx has ended");
            std::thread::yield_now();
        }
        real
    }
}

/// Adds an account, with `password` typed in.
fn add(user: &User, url: &str, password: &str, more: &[&str]) -> Output {
    let mut child = command(user)
        .args(["--json", "account", "add", "webdav", "--url", url, "--user", "ann"])
        .arg("--password-stdin")
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(format!("{password}\n").as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap()
}

fn added(user: &User, url: &str) -> String {
    let output = add(user, url, "secret", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let account: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&account["provider"], &account["label"]), (&"webdav".into(), &"ann".into()));
    account["id"].as_str().unwrap().to_owned()
}

/// Every track's id, by where its file is below the account's folder.
fn tracks(user: &User, account: &str) -> BTreeMap<String, String> {
    let page = json(user, &["tracks", "--limit", "500"]);
    let place = format!("remote:{account}/");
    let track = |track: &Value| {
        let path = track["path"].as_str().unwrap().strip_prefix(&place).unwrap();
        (path.to_owned(), track["id"].as_str().unwrap().to_owned())
    };
    items(&page).iter().map(track).collect()
}

fn mirrored_followed_and_left(start: fn(&Path) -> Real) {
    let user = User::new();
    let cloud = tempfile::tempdir().unwrap();
    let at = |path: &str| cloud.path().join(path);
    for (seed, path) in [
        "First/01 Ünï & 100%.wav",
        "First/02 #1?.wav",
        "Second/01.wav",
        "Second/Deep/er/01.wav",
        "a+b.wav",
    ]
    .iter()
    .enumerate()
    {
        write_wav(&at(path), 4410 + u32::try_from(seed).unwrap(), 1);
    }
    fs::create_dir(at("Empty")).unwrap();
    fs::write(at("notes.txt"), "no music").unwrap();
    let server = start(cloud.path());

    let wrong = add(&user, &server.url, "wrong", &[]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("permission denied"), "{wrong:?}");
    let missing = add(&user, &server.url, "secret", &["--root", "Nowhere"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("not found"), "{missing:?}");
    assert_eq!(json(&user, &["account", "list"]), Value::Array(Vec::new()));

    let account = added(&user, &server.url);
    let plan = json(&user, &["sync", "--preview"]);
    assert_eq!((&plan["to_place"], &plan["to_remove"]), (&5.into(), &0.into()));
    let report = json(&user, &["sync"]);
    assert_eq!((&report["added"], &report["failed"]), (&5.into(), &Value::Array(Vec::new())));
    let page = json(&user, &["tracks"]);
    assert!(items(&page).iter().all(|track| track["duration_ms"] == 100), "{page}");
    let before = tracks(&user, &account);
    let report = json(&user, &["sync"]);
    // Whether it is there, its top, and five folders: a server like these cannot say what changed.
    assert_eq!((&report["unchanged"], &report["requests"]), (&5.into(), &7.into()));

    // A folder has another name, two files trade theirs, one is gone and one is new.
    fs::rename(at("Second"), at("Zweitens")).unwrap();
    fs::rename(at("First/01 Ünï & 100%.wav"), at("between.wav")).unwrap();
    fs::rename(at("First/02 #1?.wav"), at("First/01 Ünï & 100%.wav")).unwrap();
    fs::rename(at("between.wav"), at("First/02 #1?.wav")).unwrap();
    fs::remove_file(at("a+b.wav")).unwrap();
    write_wav(&at("new.wav"), 4420, 3);
    let report = json(&user, &["sync", "--account", &account]);
    assert_eq!((&report["added"], &report["removed"]), (&1.into(), &1.into()), "{report}");
    let after = tracks(&user, &account);
    assert_eq!(after.len(), 5);
    for (old, new) in
        [("Second/01.wav", "Zweitens/01.wav"), ("Second/Deep/er/01.wav", "Zweitens/Deep/er/01.wav")]
    {
        assert_eq!(before[old], after[new], "{old}");
    }
    // Whole seconds are all that these servers tell of when a file was changed, and the length of
    // these two is not the same.
    let place = |tracks: &BTreeMap<String, String>, name: &str| {
        let is_it = |(path, _): &(&String, &String)| path.contains(name);
        tracks.iter().find(is_it).map(|(_, id)| id.clone()).unwrap()
    };
    assert_eq!(place(&before, "01 Ünï"), place(&after, "02 #1"));
    assert_eq!(place(&before, "02 #1"), place(&after, "01 Ünï"));

    // Decoding reads the server, whatever the name.
    let out = user.music().join("out.wav");
    for id in after.values() {
        let output = command(&user).args(["decode", id, "--out"]).arg(&out).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(hound::WavReader::open(&out).unwrap().duration() >= 4410);
        fs::remove_file(&out).unwrap();
    }

    json(&user, &["account", "remove", &account]);
    assert_eq!(items(&json(&user, &["tracks"])).len(), 0);
    assert_eq!(json(&user, &["account", "list"]), Value::Array(Vec::new()));
}

#[test]
fn rclone_is_mirrored_followed_and_left() {
    mirrored_followed_and_left(Real::rclone);
}

#[test]
fn nginx_is_mirrored_followed_and_left() {
    mirrored_followed_and_left(Real::nginx);
}

#[test]
fn a_server_that_ends_in_the_middle_costs_nothing() {
    let user = User::new();
    let cloud = tempfile::tempdir().unwrap();
    for number in 0..30 {
        write_wav(&cloud.path().join(format!("Album {number}/01.wav")), 441, number);
    }
    let server = Real::rclone(cloud.path());
    let account = added(&user, &server.url);
    let report = json(&user, &["sync"]);
    assert_eq!(report["added"], 30);
    drop(server);
    let output = command(&user).args(["--json", "sync"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(tracks(&user, &account).len(), 30, "a server that is away removes nothing");
}

#[test]
fn servers_that_tell_of_changes_are_asked_once_or_twice() {
    let music: &[&str] = &["--root", "Music"];
    for (kind, root, added, requests) in
        [(DavKind::WithIds, music, 20, 2), (DavKind::WithSync, &[], 21, 1)]
    {
        let user = User::new();
        let path = user.music().join("song.wav");
        write_wav(&path, 4410, 1);
        let service = Arc::new(DavService::new(kind, "ann", "secret"));
        let content = fs::read(&path).unwrap();
        service.files(|files| {
            for number in 0..20 {
                files.file(&format!("Music/Album {number}/song.wav"), content.clone());
            }
            files.file("Other/song.wav", content.clone());
        });
        let asked = Arc::clone(&service);
        let server = Server::start(move |ask| asked.answer(&ask)).unwrap();
        let url = format!("{}/dav/files", server.origin());
        let output = add(&user, &url, "secret", root);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(json(&user, &["sync"])["added"], added);
        assert_eq!(json(&user, &["sync"])["requests"], requests);
        service.files(|files| files.rename("Music/Album 3", "Music/Third"));
        let report = json(&user, &["sync"]);
        assert_eq!((&report["moved"], &report["removed"]), (&1.into(), &0.into()), "{kind:?}");
    }
}

#[test]
fn no_password_is_readable_where_the_program_keeps_its_data() {
    let user = User::new();
    let service = Arc::new(DavService::new(DavKind::Plain, "ann", "canary"));
    let path = user.music().join("first.wav");
    write_wav(&path, 4410, 1);
    service.files(|files| files.file("First/01.wav", fs::read(&path).unwrap()));
    let asked = Arc::clone(&service);
    let server = Server::start(move |ask| asked.answer(&ask)).unwrap();
    let url = format!("{}/dav/files/", server.origin());
    let refused = add(&user, &url, "canary but wrong", &["-vvv"]);
    assert_eq!(refused.status.code(), Some(1), "{}", told(&refused));
    let mut said = told(&refused);
    let output = add(&user, &url, "canary", &["-vvv"]);
    assert!(output.status.success());
    said.push_str(&told(&output));
    for _ in 0..2 {
        let output = command(&user).args(["-vvv", "--json", "sync"]).output().unwrap();
        said.push_str(&told(&output));
    }
    // As they are sent, too: the right one and the wrong one.
    assert_no_secret(&user, &said, &["canary", "YW5uOmNhbmFyeQ", "YW5uOmNhbmFyeSBidXQgd3Jvbmc"]);
}
