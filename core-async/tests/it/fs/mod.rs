//! Files, on a file system in memory.

mod directories;
mod memory;
mod stream;

use std::io::ErrorKind;

use core_async::fs::{self, File, FileSystem, OpenOptions};
use core_async::task::{JoinSet, LocalSet, spawn, spawn_local};

use memory::Memory;

/// An empty file system.
pub(crate) fn empty() -> FileSystem {
    Memory::empty().0
}

#[core_async::test]
async fn what_is_written_can_be_read() {
    fs::scope(empty(), async {
        fs::write("song", b"la la").await.unwrap();
        assert_eq!(fs::read("song").await.unwrap(), b"la la");
        assert_eq!(fs::read_to_string("song").await.unwrap(), "la la");
        fs::write("song", "").await.unwrap();
        assert!(fs::read("song").await.unwrap().is_empty());
        fs::write("bytes", [0xff, 0xfe]).await.unwrap();
        let refused = fs::read_to_string("bytes").await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
    })
    .await;
}

#[core_async::test]
async fn missing_file_is_not_found() {
    let files = empty();
    assert_eq!(files.read("none").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(files.open("none").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(files.metadata("none").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(files.remove_file("none").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(files.rename("none", "b").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(files.copy("none", "b").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(!files.try_exists("none").await.unwrap());
}

#[core_async::test]
async fn outside_of_a_scope_nothing_is_supported() {
    assert_eq!(fs::read("song").await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(File::open("song").await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(FileSystem::current().unwrap_err().kind(), ErrorKind::Unsupported);
}

#[core_async::test]
async fn tasks_inherit_the_scope() {
    fs::scope(empty(), async {
        spawn(fs::write("a", "1")).await.unwrap().unwrap();
        spawn(async { spawn(fs::write("b", "2")).await }).await.unwrap().unwrap().unwrap();
        let mut set = JoinSet::new();
        set.spawn(fs::read_to_string("a"));
        set.spawn(fs::read_to_string("b"));
        let mut read: Vec<_> = set.join_all().await.into_iter().map(Result::unwrap).collect();
        read.sort();
        assert_eq!(read, ["1", "2"]);
        let local = LocalSet::new();
        let copied = local.run_until(async { spawn_local(fs::copy("a", "c")).await });
        assert_eq!(copied.await.unwrap().unwrap(), 1);
    })
    .await;
}

#[core_async::test]
async fn two_file_systems_live_side_by_side() {
    let (first, second) = (empty(), empty());
    core_async::join!(
        fs::scope(first.clone(), async { fs::write("name", "first").await.unwrap() }),
        fs::scope(second.clone(), async { fs::write("name", "second").await.unwrap() }),
    );
    assert_eq!(first.read_to_string("name").await.unwrap(), "first");
    assert_eq!(second.read_to_string("name").await.unwrap(), "second");
    let inner = fs::scope(first, fs::scope(second, fs::read_to_string("name")));
    assert_eq!(inner.await.unwrap(), "second", "the inner scope wins");
}

#[core_async::test]
async fn copy_and_rename_replace_the_target() {
    let files = empty();
    files.write("a", "long content").await.unwrap();
    files.write("b", "old and even longer content").await.unwrap();
    assert_eq!(files.copy("a", "b").await.unwrap(), 12);
    assert_eq!(files.read_to_string("b").await.unwrap(), "long content");
    files.write("a", "new").await.unwrap();
    files.rename("a", "b").await.unwrap();
    assert_eq!(files.read_to_string("b").await.unwrap(), "new");
    assert!(!files.try_exists("a").await.unwrap());
}

#[core_async::test]
async fn large_files_are_copied_in_pieces() {
    let (files, largest_read) = Memory::empty();
    let content: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
    files.write("a", &content).await.unwrap();
    files.copy("a", "b").await.unwrap();
    assert!(largest_read.load(std::sync::atomic::Ordering::SeqCst) <= 256 * 1024);
    assert!(files.read("b").await.unwrap() == content);
}

#[core_async::test]
async fn what_a_file_system_cannot_do_is_unsupported() {
    fs::scope(empty(), async {
        fs::write("a", "1").await.unwrap();
        let permissions = fs::metadata("a").await.unwrap().permissions();
        let refusals = [
            fs::symlink("a", "b").await.unwrap_err(),
            fs::hard_link("a", "b").await.unwrap_err(),
            fs::read_link("a").await.unwrap_err(),
            fs::set_permissions("a", permissions).await.unwrap_err(),
            fs::metadata("a").await.unwrap().modified().unwrap_err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.kind(), ErrorKind::Unsupported, "{refusal}");
        }
    })
    .await;
}

#[core_async::test]
async fn options_that_contradict_each_other_are_refused() {
    let files = empty();
    files.write("a", "1").await.unwrap();
    let mut nothing = OpenOptions::new();
    let mut truncated = OpenOptions::new();
    let mut both = OpenOptions::new();
    let refused = [
        nothing.create(true),
        truncated.read(true).truncate(true),
        both.append(true).truncate(true),
    ];
    for options in refused {
        let error = files.open_with("a", options).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{options:?}");
    }
    assert_eq!(files.read("a").await.unwrap(), b"1");
}

#[core_async::test]
async fn new_file_must_not_exist() {
    fs::scope(empty(), async {
        drop(File::create_new("a").await.unwrap());
        assert_eq!(File::create_new("a").await.unwrap_err().kind(), ErrorKind::AlreadyExists);
        let opened = File::options().write(true).open("b").await;
        assert_eq!(opened.unwrap_err().kind(), ErrorKind::NotFound, "it is not to be created");
    })
    .await;
}
