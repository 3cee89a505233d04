//! `core_async::fs` on a bridge: the adapter that every bridge gets for nothing.

use std::io::{ErrorKind, SeekFrom};
use std::sync::Arc;

use bridge_memory::MemoryFileSystem;
use bridge_traits::{FileSystemAccess, FileSystemExt, async_files};
use core_async::fs::{self, File, FileSystem, OpenOptions};
use core_async::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use core_async::task::yield_now;

/// A file system in memory with a file of ten digits, from both sides.
fn digits() -> (Arc<MemoryFileSystem>, FileSystem) {
    let memory = MemoryFileSystem::new();
    memory.insert("digits", "0123456789").unwrap();
    let memory = Arc::new(memory);
    (Arc::clone(&memory), async_files(memory))
}

async fn content(memory: &MemoryFileSystem, path: &str) -> Vec<u8> {
    memory.read_bytes(path, 1 << 24).await.unwrap().to_vec()
}

#[core_async::test]
async fn whole_files_are_read_and_written() {
    let (memory, files) = digits();
    fs::scope(files, async {
        assert_eq!(fs::read_to_string("digits").await.unwrap(), "0123456789");
        fs::write("new", "content").await.unwrap();
        fs::write("digits", "").await.unwrap();
        fs::copy("new", "copy").await.unwrap();
        fs::rename("new", "moved").await.unwrap();
        assert!(!fs::try_exists("new").await.unwrap());
        assert!(fs::metadata("copy").await.unwrap().is_file());
    })
    .await;
    assert_eq!(content(&memory, "moved").await, b"content");
    assert_eq!(content(&memory, "copy").await, b"content");
    assert!(content(&memory, "digits").await.is_empty());
}

#[core_async::test]
async fn errors_keep_their_meaning() {
    let (memory, files) = digits();
    memory.create_directory("folder/inner").await.unwrap();
    let failures = [
        (files.read("none").await.map(drop), ErrorKind::NotFound),
        (files.open("folder").await.map(drop), ErrorKind::IsADirectory),
        (files.create("none/file").await.map(drop), ErrorKind::NotFound),
        (files.create_dir("folder").await, ErrorKind::AlreadyExists),
        (files.create_dir("none/inner").await, ErrorKind::NotFound),
        (files.remove_dir("folder").await, ErrorKind::DirectoryNotEmpty),
        (files.remove_dir("digits").await, ErrorKind::NotADirectory),
        (files.remove_dir_all("digits").await, ErrorKind::NotADirectory),
        (files.remove_file("folder").await, ErrorKind::IsADirectory),
        (files.read_dir("digits").await.map(drop), ErrorKind::NotADirectory),
        (files.symlink("digits", "link").await, ErrorKind::Unsupported),
    ];
    for (number, (outcome, expected)) in failures.into_iter().enumerate() {
        assert_eq!(outcome.unwrap_err().kind(), expected, "failure {number}");
    }
    files.remove_dir("folder/inner").await.unwrap();
    files.create_dir_all("folder/a/b").await.unwrap();
    files.remove_dir_all("folder").await.unwrap();
    assert!(!files.try_exists("folder").await.unwrap());
}

#[core_async::test]
async fn changing_the_middle_keeps_the_rest() {
    let (memory, files) = digits();
    let mut options = OpenOptions::new();
    let mut file = files.open_with("digits", options.read(true).write(true)).await.unwrap();
    file.seek(SeekFrom::Start(3)).await.unwrap();
    file.write_all(b"ab").await.unwrap();
    file.write_all(b"c").await.unwrap();
    assert_eq!(content(&memory, "digits").await, b"0123456789", "not before it is flushed");
    file.flush().await.unwrap();
    assert_eq!(content(&memory, "digits").await, b"012abc6789");
    // Back again, and beyond the end.
    file.rewind().await.unwrap();
    file.write_all(b"X").await.unwrap();
    file.seek(SeekFrom::End(2)).await.unwrap();
    file.write_all(b"!").await.unwrap();
    file.rewind().await.unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "X12abc6789\0\0!", "reading sees what was written");
    assert_eq!(content(&memory, "digits").await, text.as_bytes());
}

#[core_async::test]
async fn appending_and_cutting() {
    let (memory, files) = digits();
    let mut log = files.open_with("digits", OpenOptions::new().append(true)).await.unwrap();
    log.write_all(b"ab").await.unwrap();
    log.write_all(b"cd").await.unwrap();
    log.flush().await.unwrap();
    log.write_all(b"ef").await.unwrap();
    log.sync_all().await.unwrap();
    assert_eq!(content(&memory, "digits").await, b"0123456789abcdef");
    log.set_len(3).await.unwrap();
    assert_eq!(content(&memory, "digits").await, b"012");
    log.set_len(5).await.unwrap();
    assert_eq!(content(&memory, "digits").await, b"012\0\0");
}

#[core_async::test]
async fn large_file_streams_through() {
    let (memory, files) = digits();
    let expected: Vec<u8> = (0..=250).cycle().take(1_000_000).collect();
    let mut file = files.create("large").await.unwrap();
    for piece in expected.chunks(70_000) {
        file.write_all(piece).await.unwrap();
    }
    file.shutdown().await.unwrap();
    assert!(content(&memory, "large").await == expected);
    file.seek(SeekFrom::Start(999_999)).await.unwrap();
    file.write_all(b"zz").await.unwrap();
    file.flush().await.unwrap();
    let changed = content(&memory, "large").await;
    assert!(changed[..999_999] == expected[..999_999] && changed[999_999..] == *b"zz");
}

#[core_async::test]
async fn file_that_is_dropped_before_its_end_leaves_the_old_content() {
    let (memory, files) = digits();
    fs::scope(files, async {
        let mut file = File::create("digits").await.unwrap();
        file.write_all(b"half of it").await.unwrap();
        drop(file);
        drop(File::create("digits").await.unwrap());
        for _ in 0..20 {
            yield_now().await;
        }
        assert_eq!(fs::read("digits").await.unwrap(), b"0123456789");
    })
    .await;
    assert_eq!(content(&memory, "digits").await, b"0123456789");
}

#[core_async::test]
async fn full_disk_is_reported_and_changes_nothing() {
    let memory = MemoryFileSystem::new().with_capacity(20);
    memory.insert("digits", "0123456789").unwrap();
    let memory = Arc::new(memory);
    let files = async_files(Arc::clone(&memory) as Arc<dyn FileSystemAccess>);
    let mut file = files.create("digits").await.unwrap();
    let written = async {
        file.write_all(&[7; 1_000]).await?;
        file.flush().await
    };
    assert_eq!(written.await.unwrap_err().kind(), ErrorKind::QuotaExceeded);
    assert_eq!(content(&memory, "digits").await, b"0123456789");
}
