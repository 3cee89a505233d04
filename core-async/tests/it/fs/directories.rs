//! Directories.

use std::io::ErrorKind;
use std::path::Path;

use core_async::fs::{self, DirBuilder};

use super::empty;

#[core_async::test]
async fn create_dir_creates_exactly_one() {
    let files = empty();
    assert_eq!(files.create_dir("a/b").await.unwrap_err().kind(), ErrorKind::NotFound);
    files.create_dir("a").await.unwrap();
    files.create_dir("a/b").await.unwrap();
    assert_eq!(files.create_dir("a/b").await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert!(files.metadata("a/b").await.unwrap().is_dir());
}

#[core_async::test]
async fn create_dir_all_creates_those_above() {
    let files = empty();
    files.create_dir_all("a/b/c/d").await.unwrap();
    files.create_dir_all("a/b/c/d").await.unwrap();
    files.create_dir_all("a/x").await.unwrap();
    assert!(files.metadata("a/b/c/d").await.unwrap().is_dir());
    files.write("a/file", "").await.unwrap();
    let refused = files.create_dir_all("a/file").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
}

#[core_async::test]
async fn dir_builder_does_either() {
    fs::scope(empty(), async {
        let one = DirBuilder::new().create("a/b").await.unwrap_err();
        assert_eq!(one.kind(), ErrorKind::NotFound);
        DirBuilder::new().recursive(true).create("a/b").await.unwrap();
        assert!(fs::metadata("a/b").await.unwrap().is_dir());
    })
    .await;
}

#[core_async::test]
async fn remove_dir_leaves_what_is_not_empty() {
    let files = empty();
    files.create_dir_all("a/b").await.unwrap();
    files.write("a/b/file", "precious").await.unwrap();
    assert_eq!(files.remove_dir("a").await.unwrap_err().kind(), ErrorKind::DirectoryNotEmpty);
    assert_eq!(files.remove_file("a").await.unwrap_err().kind(), ErrorKind::IsADirectory);
    assert_eq!(files.read("a/b/file").await.unwrap(), b"precious");
    files.remove_file("a/b/file").await.unwrap();
    files.remove_dir("a/b").await.unwrap();
    files.remove_dir("a").await.unwrap();
    assert!(!files.try_exists("a").await.unwrap());
}

#[core_async::test]
async fn remove_dir_all_removes_the_tree_and_nothing_else() {
    let files = empty();
    files.create_dir_all("a/b/c").await.unwrap();
    files.create_dir("ab").await.unwrap();
    for path in ["a/1", "a/b/2", "a/b/c/3", "ab/4"] {
        files.write(path, path).await.unwrap();
    }
    files.remove_dir_all("a").await.unwrap();
    assert!(!files.try_exists("a").await.unwrap());
    assert!(!files.try_exists("a/b/c/3").await.unwrap());
    assert!(files.try_exists("ab/4").await.unwrap());
}

#[core_async::test]
async fn read_dir_gives_every_entry_once() {
    fs::scope(empty(), async {
        fs::create_dir_all("a/b").await.unwrap();
        fs::write("a/file", "12345").await.unwrap();
        fs::write("a/b/hidden", "").await.unwrap();
        let mut entries = fs::read_dir("a").await.unwrap();
        let mut seen = Vec::new();
        while let Some(entry) = entries.next_entry().await.unwrap() {
            assert_eq!(entry.path(), Path::new("a").join(entry.file_name()));
            let metadata = entry.metadata().await.unwrap();
            assert_eq!(entry.file_type().await.unwrap(), metadata.file_type());
            seen.push((entry.file_name().into_string().unwrap(), metadata.len()));
        }
        assert_eq!(seen, [("b".to_owned(), 0), ("file".to_owned(), 5)]);
        let refused = fs::read_dir("a/file").await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotADirectory);
    })
    .await;
}
