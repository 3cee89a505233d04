//! The computer's files as a [`FileSystemAccess`].

use std::fs;
use std::sync::Arc;

use bridge_conformance::{file_system_conformance, files::FileSystemUnderTest};
use bridge_desktop::DesktopFileSystem;
use bridge_traits::{EntryKind, ErrorKind, FileSystemAccess, FileSystemExt};
use bytes::Bytes;
use futures::stream;

mod absolute {
    use super::*;

    file_system_conformance!(async {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().to_str().unwrap().to_owned();
        FileSystemUnderTest::new(Arc::new(DesktopFileSystem::new()), root, directory)
    });
}

mod rooted {
    use super::*;

    file_system_conformance!(async {
        let directory = tempfile::tempdir().unwrap();
        let files = Arc::new(DesktopFileSystem::rooted(directory.path()));
        FileSystemUnderTest::new(files, "", directory)
    });
}

fn rooted() -> (DesktopFileSystem, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (DesktopFileSystem::rooted(directory.path()), directory)
}

#[core_async::test]
async fn no_path_leaves_the_root() {
    let (files, directory) = rooted();
    fs::create_dir(directory.path().join("a")).unwrap();
    for bad in ["..", "../x", "a/../../x", "a/..", "a//b", "a/.", "./a", "a\0b", "//etc/passwd"] {
        let error = files.metadata(bad).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{bad:?}");
    }
    assert_eq!(files.metadata("/etc/passwd").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(files.metadata("/a").await.unwrap().kind, EntryKind::Directory);
    let relative = DesktopFileSystem::new().metadata("a").await.unwrap_err();
    assert_eq!(relative.kind(), ErrorKind::InvalidRequest);
}

#[core_async::test]
async fn an_unfinished_write_leaves_no_trace() {
    let (files, directory) = rooted();
    files.write_bytes("f", "old".into()).await.unwrap();
    let body = Box::pin(stream::iter([
        Ok(Bytes::from("new")),
        Err(bridge_traits::BridgeError::new(ErrorKind::Offline, "test")),
    ]));
    assert_eq!(files.write("f", body).await.unwrap_err().kind(), ErrorKind::Offline);
    let endless = Box::pin(futures::StreamExt::chain(
        stream::iter([Ok(Bytes::from("new"))]),
        stream::pending(),
    ));
    let short = core_async::time::Duration::from_millis(50);
    core_async::time::timeout(short, files.write("f", endless)).await.unwrap_err();
    assert_eq!(files.read_bytes("f", 9).await.unwrap(), "old");
    let names: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
}

#[core_async::test]
async fn links_are_followed_and_broken_ones_are_neither() {
    use std::os::unix::fs::symlink;

    let (files, directory) = rooted();
    files.write_bytes("real/f", "x".into()).await.unwrap();
    symlink("real", directory.path().join("link")).unwrap();
    symlink("nowhere", directory.path().join("broken")).unwrap();
    symlink("loop", directory.path().join("loop")).unwrap();
    let kinds: Vec<_> = files.list("").await.unwrap();
    let kinds: Vec<_> =
        kinds.iter().map(|entry| (entry.name.as_str(), entry.metadata.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("broken", EntryKind::Other),
            ("link", EntryKind::Directory),
            ("loop", EntryKind::Other),
            ("real", EntryKind::Directory),
        ]
    );
    assert_eq!(files.read_bytes("link/f", 9).await.unwrap(), "x");
    files.remove_directory("link").await.unwrap();
    assert_eq!(files.read_bytes("real/f", 9).await.unwrap(), "x", "only the link is gone");
}

#[core_async::test]
async fn a_walk_ends_although_links_lead_back() {
    use std::os::unix::fs::symlink;

    let (files, directory) = rooted();
    for name in ["a", "b"] {
        files.write_bytes(&format!("{name}/f"), "x".into()).await.unwrap();
    }
    for (target, link) in [("..", "a/up"), (".", "a/here"), ("../b", "a/b"), ("../a", "b/a")] {
        symlink(target, directory.path().join(link)).unwrap();
    }
    let (mut pending, mut found) = (vec![String::new()], Vec::new());
    while let Some(path) = pending.pop() {
        for entry in files.list(&path).await.unwrap() {
            let path = bridge_traits::path::join(&path, &entry.name);
            match entry.metadata.kind {
                EntryKind::Directory => pending.push(path),
                EntryKind::File => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    assert_eq!(found, ["a/b/f", "a/f", "b/a/f", "b/f"]);
}

#[core_async::test]
async fn names_that_are_not_unicode_are_listed_and_left_alone() {
    use std::os::unix::ffi::OsStrExt;

    let (files, directory) = rooted();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.flac");
    fs::write(directory.path().join(name), "x").unwrap();
    let entries = files.list("").await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].name, "caf\u{FFFD}.flac");
    assert_eq!(entries[0].metadata.kind, EntryKind::Other);
}

#[core_async::test]
async fn a_replaced_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;

    let (files, directory) = rooted();
    let path = directory.path().join("f");
    files.write_bytes("f", "1".into()).await.unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    files.write_bytes("f", "2".into()).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[core_async::test]
async fn a_pipe_is_not_opened() {
    let (files, directory) = rooted();
    let pipe = directory.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    assert_eq!(files.metadata("pipe").await.unwrap().kind, EntryKind::Other);
    assert_eq!(files.open("pipe").await.unwrap_err().kind(), ErrorKind::InvalidRequest);
}

#[core_async::test]
async fn reads_at_once_and_reads_in_turn_agree() {
    let (files, _directory) = rooted();
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    files.write_bytes("f", content.clone().into()).await.unwrap();
    let file = files.open("f").await.unwrap();
    for (offset, length) in [(0, 10), (70_000, 65_536), (99_999, 5), (100_000, 1), (u64::MAX, 7)] {
        let later = file.read_at(offset, length).await.unwrap();
        let mut buffer = vec![0; length];
        let count = file.read_at_now(offset, &mut buffer).expect("local files answer").unwrap();
        assert_eq!(later, buffer[..count]);
        let start = usize::try_from(offset.min(100_000)).unwrap();
        assert_eq!(later, content[start..(start + length).min(100_000)]);
    }
}

#[core_async::test]
async fn a_disk_has_room() {
    let (files, _directory) = rooted();
    assert!(files.free_space().await.unwrap().unwrap() > 0);
    assert_eq!(DesktopFileSystem::new().free_space().await.unwrap(), None);
}
