//! Opening, ranged reads, metadata and listing.

use bridge_traits::{EntryKind, ErrorKind, FileSystemExt};
use bytes::Bytes;

use super::FileSystemUnderTest;
use super::subject::pattern;
use crate::expect::fails;
use crate::skip::skip;

/// Runs the cases of [`read`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! file_system_read_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            file_system_read: $crate::files::FileSystemUnderTest = $make, files::read:
            a_missing_path_is_not_found
            a_path_through_a_file_is_not_found
            a_directory_cannot_be_opened
            paths_that_are_not_plain_are_refused
            every_range_of_a_small_file
            ranges_of_a_large_file
            reads_at_and_past_the_end_are_empty
            huge_offsets_are_past_the_end
            reads_run_concurrently
            read_now_gives_the_same_bytes
            an_open_file_can_be_shared_with_tasks
            metadata_tells_kind_length_and_time
            an_empty_directory_lists_nothing
            a_list_has_every_entry_once_and_sorted
            a_small_limit_refuses_a_larger_file
        }
    };
}

/// Whatever is done to a missing path, it is `NotFound`.
pub async fn a_missing_path_is_not_found(subject: &FileSystemUnderTest) {
    let files = subject.files();
    for name in ["missing", "missing/too"] {
        let path = &subject.path(name);
        fails(files.metadata(path).await, ErrorKind::NotFound);
        fails(files.list(path).await, ErrorKind::NotFound);
        fails(files.open(path).await, ErrorKind::NotFound);
        fails(files.remove_file(path).await, ErrorKind::NotFound);
        fails(files.remove_directory(path).await, ErrorKind::NotFound);
        fails(files.rename(path, &subject.path("target")).await, ErrorKind::NotFound);
        fails(files.copy(path, &subject.path("target")).await, ErrorKind::NotFound);
    }
    assert!(subject.names("").await.is_empty(), "failures create nothing");
}

/// A file has nothing below it.
pub async fn a_path_through_a_file_is_not_found(subject: &FileSystemUnderTest) {
    let files = subject.files();
    subject.put("file", "content").await;
    let path = &subject.path("file/below");
    fails(files.metadata(path).await, ErrorKind::NotFound);
    fails(files.open(path).await, ErrorKind::NotFound);
    fails(files.list(path).await, ErrorKind::NotFound);
    fails(files.remove_file(path).await, ErrorKind::NotFound);
}

/// Opening a directory is a mistake of the caller.
pub async fn a_directory_cannot_be_opened(subject: &FileSystemUnderTest) {
    subject.files().create_directory(&subject.path("directory")).await.unwrap();
    let opened = subject.files().open(&subject.path("directory")).await;
    fails(opened, ErrorKind::InvalidRequest);
}

/// `.`, `..`, empty parts and NUL are refused by every call, so no path leaves its directory.
pub async fn paths_that_are_not_plain_are_refused(subject: &FileSystemUnderTest) {
    let files = subject.files();
    let refused = ErrorKind::InvalidRequest;
    subject.put("a/b", "content").await;
    for name in ["..", ".", "a/..", "a/../a/b", "a/./b", "./a/b", "a//b", "a/b/", "a/b\0", "\0"] {
        let bad = &subject.path(name);
        let good = &subject.path("a/b");
        fails(files.metadata(bad).await, refused);
        fails(files.list(bad).await, refused);
        fails(files.open(bad).await, refused);
        fails(files.write_bytes(bad, Bytes::new()).await, refused);
        fails(files.create_directory(bad).await, refused);
        fails(files.remove_file(bad).await, refused);
        fails(files.remove_directory(bad).await, refused);
        fails(files.rename(bad, good).await, refused);
        fails(files.rename(good, bad).await, refused);
        fails(files.copy(bad, good).await, refused);
        fails(files.copy(good, bad).await, refused);
    }
    assert_eq!(subject.content("a/b").await, "content");
}

/// Every start and every length give exactly the bytes that exist in the range.
pub async fn every_range_of_a_small_file(subject: &FileSystemUnderTest) {
    let content = pattern(23);
    subject.put("file", content.clone()).await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    assert_eq!(file.length(), 23);
    for offset in 0..=25 {
        for length in 0..=27 {
            let expected = clipped(&content, offset, length);
            let bytes = file.read_at(offset as u64, length).await.unwrap();
            assert_eq!(bytes, expected, "{length} bytes at {offset}");
        }
    }
}

/// Ranges around the sizes in which hosts like to read.
pub async fn ranges_of_a_large_file(subject: &FileSystemUnderTest) {
    let content = pattern(3_000_017);
    subject.put("file", content.clone()).await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    assert_eq!(file.length(), 3_000_017);
    for edge in [4_096, 8_192, 65_536, 262_144, 1_048_576, 2_097_152, 3_000_000] {
        for offset in [edge - 1, edge, edge + 1] {
            for length in [1, 16, 65_536, 100_000] {
                let expected = clipped(&content, offset, length);
                let bytes = file.read_at(offset as u64, length).await.unwrap();
                assert!(bytes == expected, "{length} bytes at {offset}");
            }
        }
    }
    assert!(file.read_at(0, usize::MAX).await.unwrap() == content, "more than there is");
}

/// The end is no error.
pub async fn reads_at_and_past_the_end_are_empty(subject: &FileSystemUnderTest) {
    subject.put("file", "12345").await;
    subject.put("empty", "").await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    assert_eq!(file.read_at(4, 10).await.unwrap(), "5");
    assert_eq!(file.read_at(5, 10).await.unwrap(), "");
    assert_eq!(file.read_at(6, 1).await.unwrap(), "");
    assert_eq!(file.read_at(2, 0).await.unwrap(), "");
    let empty = subject.files().open(&subject.path("empty")).await.unwrap();
    assert_eq!(empty.length(), 0);
    assert_eq!(empty.read_at(0, 10).await.unwrap(), "");
}

/// Offsets have 64 bits on every target, and none of them wraps around.
pub async fn huge_offsets_are_past_the_end(subject: &FileSystemUnderTest) {
    subject.put("file", "12345").await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    for offset in [1 << 32, (1 << 32) + 1, 1 << 53, i64::MAX as u64, u64::MAX - 1, u64::MAX] {
        assert_eq!(file.read_at(offset, 4).await.unwrap(), "", "at {offset}");
        let mut buffer = [0; 4];
        if let Some(read) = file.read_at_now(offset, &mut buffer) {
            assert_eq!(read.unwrap(), 0, "at {offset}");
        }
    }
}

/// Many reads of one open file may be under way at once.
pub async fn reads_run_concurrently(subject: &FileSystemUnderTest) {
    let content = pattern(400_000);
    subject.put("file", content.clone()).await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    let reads = (0..64).map(|number| {
        let (file, content) = (&file, &content);
        async move {
            let (offset, length) = (number * 6_007, 5_000 + number);
            let bytes = file.read_at(offset as u64, length).await.unwrap();
            assert!(bytes == clipped(content, offset, length), "{length} bytes at {offset}");
        }
    });
    futures::future::join_all(reads).await;
}

/// Where synchronous reads are offered, they give the same bytes as the others.
pub async fn read_now_gives_the_same_bytes(subject: &FileSystemUnderTest) {
    let content = pattern(100_001);
    subject.put("file", content.clone()).await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    for (offset, length) in
        [(0, 10), (0, 0), (99_990, 20), (100_001, 5), (65_530, 12), (7, 90_000), (0, 200_000)]
    {
        let mut buffer = vec![0xaa; length];
        let Some(read) = file.read_at_now(offset as u64, &mut buffer) else {
            return skip("read_at_now");
        };
        let expected = clipped(&content, offset, length);
        assert_eq!(read.unwrap(), expected.len(), "{length} bytes at {offset}");
        assert!(buffer[..expected.len()] == expected, "{length} bytes at {offset}");
        assert!(buffer[expected.len()..].iter().all(|&byte| byte == 0xaa), "no more than it read");
    }
}

/// A task that holds an open file reads it after the opener has moved on.
pub async fn an_open_file_can_be_shared_with_tasks(subject: &FileSystemUnderTest) {
    subject.put("file", "12345").await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    let task = core_async::task::spawn(async move { file.read_at(1, 3).await });
    assert_eq!(task.await.unwrap().unwrap(), "234");
}

/// Metadata says what it is, how long, and when it changed where the host knows.
pub async fn metadata_tells_kind_length_and_time(subject: &FileSystemUnderTest) {
    let files = subject.files();
    subject.put("directory/file", "12345").await;
    let file = files.metadata(&subject.path("directory/file")).await.unwrap();
    assert_eq!((file.kind, file.length), (EntryKind::File, 5));
    if let Some(millis) = file.modified_millis {
        assert!(millis > 1_000_000_000_000, "{millis} is before 2001: not milliseconds?");
    }
    let directory = files.metadata(&subject.path("directory")).await.unwrap();
    assert_eq!((directory.kind, directory.length), (EntryKind::Directory, 0));
    let listed = files.list(&subject.path("directory")).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].metadata, file, "the list says the same");
}

/// Nothing is in an empty directory, the test's own included.
pub async fn an_empty_directory_lists_nothing(subject: &FileSystemUnderTest) {
    assert!(subject.names("").await.is_empty());
    subject.files().create_directory(&subject.path("directory")).await.unwrap();
    assert!(subject.names("directory").await.is_empty());
}

/// Entries come once each, sorted by their bytes, without `.` and `..` and without grandchildren.
pub async fn a_list_has_every_entry_once_and_sorted(subject: &FileSystemUnderTest) {
    let names = ["b", "a", "B", ".hidden", "a b", "é", "日本.flac", "10", "9", "ab", "-", "🎵"];
    for name in names {
        subject.put(&format!("directory/{name}"), name.to_owned()).await;
    }
    subject.put("directory/sub/file", "x").await;
    let mut expected: Vec<&str> = names.iter().copied().chain(["sub"]).collect();
    expected.sort_unstable();
    let entries = subject.files().list(&subject.path("directory")).await.unwrap();
    assert!(entries.iter().map(|entry| entry.name.as_str()).eq(expected.iter().copied()));
    for entry in entries {
        let is_directory = entry.name == "sub";
        assert_eq!(entry.metadata.kind == EntryKind::Directory, is_directory, "{}", entry.name);
        assert_eq!(entry.metadata.kind == EntryKind::File, !is_directory, "{}", entry.name);
    }
    let many = (0..500).map(|number| format!("many/{number:03}"));
    for name in many {
        subject.put(&name, "").await;
    }
    let listed = subject.names("many").await;
    assert_eq!(listed.len(), 500);
    assert!(listed.is_sorted_by(|a, b| a < b));
}

/// A whole file is only read into memory if it is small enough.
pub async fn a_small_limit_refuses_a_larger_file(subject: &FileSystemUnderTest) {
    subject.put("file", "12345").await;
    let path = subject.path("file");
    fails(subject.files().read_bytes(&path, 4).await, ErrorKind::QuotaExceeded);
    assert_eq!(subject.files().read_bytes(&path, 5).await.unwrap(), "12345");
}

fn clipped(content: &Bytes, offset: usize, length: usize) -> Bytes {
    let start = offset.min(content.len());
    content.slice(start..start.saturating_add(length).min(content.len()))
}
