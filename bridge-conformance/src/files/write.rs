//! Writing: streamed, atomic, any name.

use std::task::Poll;

use bridge_traits::{BridgeError, ByteStream, ErrorKind, FileSystemExt, Result};
use bytes::Bytes;
use futures::{StreamExt, stream};

use super::FileSystemUnderTest;
use super::subject::pattern;
use crate::expect::{fails, fails_with_one_of};

/// Runs the cases of [`write`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! file_system_write_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            file_system_write: $crate::files::FileSystemUnderTest = $make, files::write:
            what_is_written_is_read
            a_write_replaces_the_whole_content
            a_write_creates_missing_directories
            pieces_are_joined_in_order
            an_empty_body_makes_an_empty_file
            a_failed_body_leaves_the_old_content
            a_failed_body_creates_no_file
            an_abandoned_write_leaves_the_old_content
            nothing_is_left_behind_by_writing
            an_open_file_outlives_its_replacement
            concurrent_writes_leave_one_of_them
            a_directory_is_not_overwritten
            a_file_in_the_way_of_a_directory_is_kept
            odd_names_work
            long_names_work
            deep_paths_work
            free_space_is_told_or_not
        }
    };
}

fn body(pieces: impl IntoIterator<Item = Result<Bytes>>) -> ByteStream {
    let pieces: Vec<_> = pieces.into_iter().collect();
    Box::pin(stream::iter(pieces))
}

fn broken() -> Result<Bytes> {
    Err(BridgeError::new(ErrorKind::Offline, "test.body"))
}

/// Files of many sizes come back as they were.
pub async fn what_is_written_is_read(subject: &FileSystemUnderTest) {
    for length in [0, 1, 2, 4_095, 4_096, 4_097, 65_536, 1_000_003] {
        let content = pattern(length);
        subject.put("file", content.clone()).await;
        assert!(subject.content("file").await == content, "{length} bytes");
        let metadata = subject.files().metadata(&subject.path("file")).await.unwrap();
        assert_eq!(metadata.length, length as u64);
    }
}

/// Shorter content leaves nothing of the longer one.
pub async fn a_write_replaces_the_whole_content(subject: &FileSystemUnderTest) {
    subject.put("file", "a long content").await;
    subject.put("file", "short").await;
    assert_eq!(subject.content("file").await, "short");
    subject.put("file", "and a longer content again").await;
    assert_eq!(subject.content("file").await, "and a longer content again");
}

/// Writing needs no directory to be there.
pub async fn a_write_creates_missing_directories(subject: &FileSystemUnderTest) {
    subject.put("a/b/c/file", "x").await;
    subject.put("a/b/other", "y").await;
    assert_eq!(subject.names("a/b").await, ["c", "other"]);
    assert_eq!(subject.content("a/b/c/file").await, "x");
}

/// A streamed body arrives complete, however it is cut and however long its pieces take.
pub async fn pieces_are_joined_in_order(subject: &FileSystemUnderTest) {
    let content = pattern(700_001);
    let mut pieces = Vec::new();
    let (mut start, mut length) = (0, 0);
    while start < content.len() {
        let end = content.len().min(start + length);
        pieces.push(content.slice(start..end));
        (start, length) = (end, (length * 2 + 1) % 70_001);
    }
    let slow = stream::iter(pieces).then(|piece| async {
        core_async::task::yield_now().await;
        Ok(piece)
    });
    subject.files().write(&subject.path("file"), Box::pin(slow)).await.unwrap();
    assert!(subject.content("file").await == content);
}

/// A body without pieces is an empty file.
pub async fn an_empty_body_makes_an_empty_file(subject: &FileSystemUnderTest) {
    subject.put("file", "old").await;
    subject.files().write(&subject.path("file"), body([])).await.unwrap();
    subject.files().write(&subject.path("new"), body([Ok(Bytes::new())])).await.unwrap();
    assert_eq!(subject.content("file").await, "");
    assert_eq!(subject.content("new").await, "");
}

/// If the body fails, the error is the body's and the file is as it was.
pub async fn a_failed_body_leaves_the_old_content(subject: &FileSystemUnderTest) {
    subject.put("file", "old content").await;
    let path = subject.path("file");
    for pieces in [0, 1, 20] {
        let good = (0..pieces).map(|_| Ok(pattern(50_000)));
        let result = subject.files().write(&path, body(good.chain([broken()]))).await;
        fails(result, ErrorKind::Offline);
        assert_eq!(subject.content("file").await, "old content");
    }
}

/// If the body fails, no new file appears.
pub async fn a_failed_body_creates_no_file(subject: &FileSystemUnderTest) {
    let path = subject.path("file");
    let result = subject.files().write(&path, body([Ok(pattern(100_000)), broken()])).await;
    fails(result, ErrorKind::Offline);
    assert!(subject.is_missing("file").await);
    assert!(subject.names("").await.is_empty());
}

/// Dropping the future half-way leaves the old content.
pub async fn an_abandoned_write_leaves_the_old_content(subject: &FileSystemUnderTest) {
    subject.put("file", "old content").await;
    let path = subject.path("file");
    let endless = stream::iter([Ok(pattern(100_000))])
        .chain(stream::poll_fn(|_| Poll::<Option<Result<Bytes>>>::Pending));
    let write = subject.files().write(&path, Box::pin(endless));
    let enough = core_async::time::Duration::from_millis(50);
    assert!(core_async::time::timeout(enough, write).await.is_err(), "the body never ends");
    assert_eq!(subject.content("file").await, "old content");
    subject.put("file", "new content").await;
    assert_eq!(subject.content("file").await, "new content");
}

/// Temporary files of the adapter are never seen in a list, after success or failure.
pub async fn nothing_is_left_behind_by_writing(subject: &FileSystemUnderTest) {
    subject.put("file", "1").await;
    subject.put("file", "2").await;
    let path = subject.path("file");
    let result = subject.files().write(&path, body([Ok("3".into()), broken()])).await;
    fails(result, ErrorKind::Offline);
    subject.files().copy(&path, &subject.path("copy")).await.unwrap();
    subject.files().rename(&subject.path("copy"), &subject.path("moved")).await.unwrap();
    assert_eq!(subject.names("").await, ["file", "moved"]);
}

/// Who has a file open either reads the old content to its end or is told that it is gone; it
/// never reads a mixture.
pub async fn an_open_file_outlives_its_replacement(subject: &FileSystemUnderTest) {
    let old = pattern(200_000);
    subject.put("file", old.clone()).await;
    let file = subject.files().open(&subject.path("file")).await.unwrap();
    let first = file.read_at(0, 100_000).await.unwrap();
    subject.put("file", vec![7; 300_000]).await;
    match file.read_at(100_000, 200_000).await {
        Ok(rest) => assert!([first, rest].concat() == old, "a mixture of old and new"),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Conflict), "{error:?}")
        }
    }
}

/// Of several writers one wins, entirely.
pub async fn concurrent_writes_leave_one_of_them(subject: &FileSystemUnderTest) {
    let path = subject.path("file");
    let writes = (0..8_u8).map(|number| {
        let piece = Bytes::from(vec![number; 30_000]);
        let pieces = stream::iter(vec![piece; 5]).then(|piece| async {
            core_async::task::yield_now().await;
            Ok(piece)
        });
        subject.files().write(&path, Box::pin(pieces))
    });
    for result in futures::future::join_all(writes).await {
        result.unwrap();
    }
    let content = subject.content("file").await;
    assert_eq!(content.len(), 150_000);
    assert!(content.iter().all(|byte| *byte == content[0]), "a mixture of two writes");
    assert_eq!(subject.names("").await, ["file"]);
}

/// Writing to the path of a directory is refused.
pub async fn a_directory_is_not_overwritten(subject: &FileSystemUnderTest) {
    subject.put("directory/file", "kept").await;
    let result = subject.files().write_bytes(&subject.path("directory"), "x".into()).await;
    fails_with_one_of(result, &[ErrorKind::InvalidRequest, ErrorKind::Conflict]);
    assert_eq!(subject.content("directory/file").await, "kept");
}

/// A file does not become a directory because something is written below it.
pub async fn a_file_in_the_way_of_a_directory_is_kept(subject: &FileSystemUnderTest) {
    subject.put("file", "kept").await;
    let result = subject.files().write_bytes(&subject.path("file/below"), "x".into()).await;
    fails_with_one_of(result, &[ErrorKind::Conflict, ErrorKind::NotFound]);
    let result = subject.files().create_directory(&subject.path("file/below")).await;
    fails(result, ErrorKind::Conflict);
    fails(subject.files().create_directory(&subject.path("file")).await, ErrorKind::Conflict);
    assert_eq!(subject.content("file").await, "kept");
}

/// Spaces, scripts, dots and punctuation that every desktop file system allows.
pub async fn odd_names_work(subject: &FileSystemUnderTest) {
    let names = [
        " leading space",
        "two  spaces",
        ".hidden",
        "..hidden",
        "...",
        "été",
        "日本語 🎵.flac",
        "Ой.mp3",
        "100%.wav",
        "a#b",
        "a+b=c&d",
        "it's",
        "{x}[y](z)",
        "-rf",
        "~",
        "a;b",
        "$HOME",
        "@",
        "!",
        "^",
        "`",
        "no.extension.",
        "x.FLAC",
    ];
    for name in names {
        subject.put(name, name.to_owned()).await;
        subject.put(&format!("directory/{name}/file"), name.to_owned()).await;
    }
    for name in names {
        assert_eq!(subject.content(name).await, name);
        assert_eq!(subject.content(&format!("directory/{name}/file")).await, name);
    }
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    assert_eq!(subject.names("directory").await, sorted);
}

/// A name may have 255 bytes.
pub async fn long_names_work(subject: &FileSystemUnderTest) {
    let ascii = "n".repeat(255);
    let unicode = "日".repeat(85);
    for name in [&ascii, &unicode] {
        subject.put(name, "x").await;
        subject.put(name, "y").await;
        assert_eq!(subject.content(name).await, "y");
    }
    assert_eq!(subject.names("").await, [ascii, unicode]);
}

/// Paths may be many directories deep.
pub async fn deep_paths_work(subject: &FileSystemUnderTest) {
    let path = format!("{}file", "directory/".repeat(40));
    subject.put(&path, "deep").await;
    assert_eq!(subject.content(&path).await, "deep");
    subject.files().remove_directory(&subject.path("directory")).await.unwrap();
    assert!(subject.is_missing("directory").await);
}

/// Asking for free space succeeds, with or without an answer.
pub async fn free_space_is_told_or_not(subject: &FileSystemUnderTest) {
    subject.files().free_space().await.unwrap();
}
