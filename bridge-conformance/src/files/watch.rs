//! Hearing of changes, where the host tells of them.

use bridge_traits::{BoxStream, ErrorKind};
use futures::StreamExt;

use super::FileSystemUnderTest;
use crate::expect::{fails, soon};
use crate::skip::skip;

/// Runs the cases of [`watch`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! file_system_watch_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            file_system_watch: $crate::files::FileSystemUnderTest = $make, files::watch:
            new_files_are_told
            replaced_files_are_told
            removed_files_are_told
            renamed_files_are_told
            changes_in_a_new_directory_are_told
            what_is_missing_cannot_be_watched
        }
    };
}

/// Watches a directory; `None` if the host tells of nothing.
async fn watched(subject: &FileSystemUnderTest, name: &str) -> Option<BoxStream<'static, ()>> {
    match subject.files().watch(&subject.path(name)).await {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            skip("watch");
            None
        }
        changes => Some(changes.unwrap()),
    }
}

async fn tells(changes: &mut BoxStream<'static, ()>, what: &str) {
    assert!(soon(what, changes.next()).await.is_some(), "{what}: nothing is told any more");
}

/// A file that came is told, in the directory and below it.
pub async fn new_files_are_told(subject: &FileSystemUnderTest) {
    subject.put("music/deep/known", "x").await;
    for name in ["music/new", "music/deep/new"] {
        let Some(mut changes) = watched(subject, "music").await else { return };
        subject.put(name, "x").await;
        tells(&mut changes, name).await;
    }
}

/// New content is told.
pub async fn replaced_files_are_told(subject: &FileSystemUnderTest) {
    subject.put("music/deep/file", "old").await;
    let Some(mut changes) = watched(subject, "music").await else { return };
    subject.put("music/deep/file", "new").await;
    tells(&mut changes, "new content").await;
}

/// A file or directory that went is told.
pub async fn removed_files_are_told(subject: &FileSystemUnderTest) {
    subject.put("music/a/file", "x").await;
    subject.put("music/b/file", "x").await;
    let Some(mut changes) = watched(subject, "music").await else { return };
    subject.files().remove_file(&subject.path("music/a/file")).await.unwrap();
    tells(&mut changes, "a removed file").await;
    let Some(mut changes) = watched(subject, "music").await else { return };
    subject.files().remove_directory(&subject.path("music/b")).await.unwrap();
    tells(&mut changes, "a removed directory").await;
}

/// A file that came from elsewhere, or went there, is told.
pub async fn renamed_files_are_told(subject: &FileSystemUnderTest) {
    subject.put("music/file", "x").await;
    subject.put("elsewhere/other", "x").await;
    for (from, to) in [
        ("music/file", "music/renamed"),
        ("music/renamed", "elsewhere/renamed"),
        ("elsewhere/other", "music/other"),
    ] {
        let Some(mut changes) = watched(subject, "music").await else { return };
        subject.files().rename(&subject.path(from), &subject.path(to)).await.unwrap();
        tells(&mut changes, to).await;
    }
}

/// A directory that came later is watched too.
pub async fn changes_in_a_new_directory_are_told(subject: &FileSystemUnderTest) {
    subject.put("music/file", "x").await;
    let Some(mut changes) = watched(subject, "music").await else { return };
    subject.files().create_directory(&subject.path("music/new/newer")).await.unwrap();
    tells(&mut changes, "a new directory").await;
    subject.put("music/new/newer/file", "x").await;
    tells(&mut changes, "a file in a new directory").await;
}

/// There has to be something to watch.
pub async fn what_is_missing_cannot_be_watched(subject: &FileSystemUnderTest) {
    subject.put("music/file", "x").await;
    if watched(subject, "music").await.is_some() {
        let missing = subject.files().watch(&subject.path("music/missing")).await;
        fails(missing.map(drop), ErrorKind::NotFound);
    }
}
