//! Directories, removing, renaming and copying.

use bridge_traits::{EntryKind, ErrorKind};

use super::FileSystemUnderTest;
use super::subject::pattern;
use crate::expect::{fails, fails_with_one_of};

/// Runs the cases of [`change`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! file_system_change_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            file_system_change: $crate::files::FileSystemUnderTest = $make, files::change:
            a_directory_may_be_created_twice
            a_removed_file_is_gone
            remove_file_refuses_a_directory
            a_removed_directory_takes_everything_with_it
            remove_directory_refuses_a_file
            a_renamed_file_keeps_its_content
            a_rename_replaces_the_target
            a_rename_creates_directories
            a_rename_to_itself_changes_nothing
            a_copy_is_a_file_of_its_own
            a_copy_replaces_the_target
            a_copy_creates_directories
            a_copy_onto_itself_changes_nothing
            directories_are_neither_renamed_over_nor_copied
        }
    };
}

/// Creating a directory creates those above it, and one that exists is fine.
pub async fn a_directory_may_be_created_twice(subject: &FileSystemUnderTest) {
    let path = subject.path("a/b/c");
    subject.files().create_directory(&path).await.unwrap();
    subject.put("a/b/c/file", "kept").await;
    subject.files().create_directory(&path).await.unwrap();
    subject.files().create_directory(&subject.path("a")).await.unwrap();
    assert_eq!(subject.kind("a/b").await, EntryKind::Directory);
    assert_eq!(subject.content("a/b/c/file").await, "kept");
}

/// Removing a file removes it and nothing else; a second time it is missing.
pub async fn a_removed_file_is_gone(subject: &FileSystemUnderTest) {
    subject.put("directory/a", "a").await;
    subject.put("directory/b", "b").await;
    subject.files().remove_file(&subject.path("directory/a")).await.unwrap();
    assert!(subject.is_missing("directory/a").await);
    assert_eq!(subject.names("directory").await, ["b"]);
    let again = subject.files().remove_file(&subject.path("directory/a")).await;
    fails(again, ErrorKind::NotFound);
    subject.files().remove_file(&subject.path("directory/b")).await.unwrap();
    assert!(subject.names("directory").await.is_empty(), "the directory stays");
}

/// `remove_file` is for files only.
pub async fn remove_file_refuses_a_directory(subject: &FileSystemUnderTest) {
    subject.put("full/file", "kept").await;
    subject.files().create_directory(&subject.path("empty")).await.unwrap();
    for name in ["full", "empty"] {
        let removed = subject.files().remove_file(&subject.path(name)).await;
        fails(removed, ErrorKind::InvalidRequest);
        assert_eq!(subject.kind(name).await, EntryKind::Directory);
    }
    assert_eq!(subject.content("full/file").await, "kept");
}

/// A directory goes with its whole tree, and its neighbours stay.
pub async fn a_removed_directory_takes_everything_with_it(subject: &FileSystemUnderTest) {
    subject.put("a/b/c", "x").await;
    subject.put("a/d", "x").await;
    subject.put("ab", "kept").await;
    subject.files().create_directory(&subject.path("a/empty")).await.unwrap();
    subject.files().remove_directory(&subject.path("a")).await.unwrap();
    assert_eq!(subject.names("").await, ["ab"]);
    assert!(subject.is_missing("a/b/c").await);
    let again = subject.files().remove_directory(&subject.path("a")).await;
    fails(again, ErrorKind::NotFound);
    subject.put("a/b/new", "y").await;
    assert_eq!(subject.names("a/b").await, ["new"]);
}

/// `remove_directory` is for directories only.
pub async fn remove_directory_refuses_a_file(subject: &FileSystemUnderTest) {
    subject.put("file", "kept").await;
    let removed = subject.files().remove_directory(&subject.path("file")).await;
    fails(removed, ErrorKind::InvalidRequest);
    assert_eq!(subject.content("file").await, "kept");
}

/// A rename moves the content and leaves nothing behind.
pub async fn a_renamed_file_keeps_its_content(subject: &FileSystemUnderTest) {
    let content = pattern(100_000);
    subject.put("old", content.clone()).await;
    subject.files().rename(&subject.path("old"), &subject.path("new")).await.unwrap();
    assert!(subject.content("new").await == content);
    assert_eq!(subject.names("").await, ["new"]);
}

/// An existing target is replaced.
pub async fn a_rename_replaces_the_target(subject: &FileSystemUnderTest) {
    subject.put("a", "from").await;
    subject.put("directory/b", "a longer target").await;
    subject.files().rename(&subject.path("a"), &subject.path("directory/b")).await.unwrap();
    assert_eq!(subject.content("directory/b").await, "from");
    assert!(subject.is_missing("a").await);
}

/// The target's directories need not be there.
pub async fn a_rename_creates_directories(subject: &FileSystemUnderTest) {
    subject.put("a", "x").await;
    subject.files().rename(&subject.path("a"), &subject.path("b/c/d")).await.unwrap();
    assert_eq!(subject.content("b/c/d").await, "x");
}

/// Renaming a file to its own name keeps it.
pub async fn a_rename_to_itself_changes_nothing(subject: &FileSystemUnderTest) {
    subject.put("a", "x").await;
    subject.files().rename(&subject.path("a"), &subject.path("a")).await.unwrap();
    assert_eq!(subject.content("a").await, "x");
}

/// Changing a copy does not change the original, nor the reverse.
pub async fn a_copy_is_a_file_of_its_own(subject: &FileSystemUnderTest) {
    let content = pattern(100_000);
    subject.put("a", content.clone()).await;
    subject.files().copy(&subject.path("a"), &subject.path("b")).await.unwrap();
    assert!(subject.content("a").await == content);
    assert!(subject.content("b").await == content);
    subject.put("a", "changed").await;
    assert!(subject.content("b").await == content);
    subject.files().remove_file(&subject.path("a")).await.unwrap();
    assert!(subject.content("b").await == content);
}

/// An existing target is replaced, all of it.
pub async fn a_copy_replaces_the_target(subject: &FileSystemUnderTest) {
    subject.put("a", "short").await;
    subject.put("b", "a much longer content").await;
    subject.files().copy(&subject.path("a"), &subject.path("b")).await.unwrap();
    assert_eq!(subject.content("b").await, "short");
}

/// The target's directories need not be there.
pub async fn a_copy_creates_directories(subject: &FileSystemUnderTest) {
    subject.put("a", "").await;
    subject.files().copy(&subject.path("a"), &subject.path("b/c/d")).await.unwrap();
    let copy = subject.files().open(&subject.path("b/c/d")).await.unwrap();
    assert_eq!(copy.length(), 0);
}

/// Copying a file onto itself does not empty it.
pub async fn a_copy_onto_itself_changes_nothing(subject: &FileSystemUnderTest) {
    subject.put("a", "content").await;
    subject.files().copy(&subject.path("a"), &subject.path("a")).await.unwrap();
    assert_eq!(subject.content("a").await, "content");
}

/// `rename` and `copy` are for files, at both ends.
pub async fn directories_are_neither_renamed_over_nor_copied(subject: &FileSystemUnderTest) {
    let files = subject.files();
    subject.put("directory/file", "kept").await;
    subject.put("a", "a").await;
    let (directory, a) = (&subject.path("directory"), &subject.path("a"));
    let refused = &[ErrorKind::InvalidRequest, ErrorKind::Conflict];
    fails_with_one_of(files.rename(a, directory).await, refused);
    fails_with_one_of(files.copy(a, directory).await, refused);
    fails(files.copy(directory, &subject.path("b")).await, ErrorKind::InvalidRequest);
    assert_eq!(subject.content("directory/file").await, "kept");
    assert_eq!(subject.content("a").await, "a");
}
