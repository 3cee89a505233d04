//! Fingerprints: kept with the file they were made from.

use std::sync::Arc;

use bridge_memory::MemoryFileSystem;
use bridge_traits::FileSystemAccess;
use core_library::{
    DuplicateGroup, DuplicateQuery, Evidence, FileChange, ImportMode, Library, Track,
};

use crate::support::{World, add_one, file, library};

async fn keep(library: &Library, track: &Track, fingerprint: &str) {
    let file = library.file_of(&track.id).await.unwrap();
    library.keep_fingerprint(&file, fingerprint).await.unwrap();
}

#[core_async::test]
async fn a_fingerprint_is_kept_with_the_file_it_was_made_from() {
    let (library, _) = library().await;
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    assert_eq!(library.kept_fingerprint(&track.id).await.unwrap(), None);
    keep(&library, &track, "AQAAAQE").await;
    let kept = async || library.kept_fingerprint(&track.id).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("AQAAAQE"));

    let mut moved = file("m/elsewhere", "One", "A", "Album");
    moved.signature = "signature of m/1".into();
    let change = FileChange::Move { track_id: track.id.clone(), file: moved.clone() };
    library.apply(vec![change]).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("AQAAAQE"), "it is the same file elsewhere");
    let old = library.file_of(&track.id).await.unwrap();
    moved.signature = "other music".into();
    let change = FileChange::Update { track_id: track.id.clone(), file: moved };
    library.apply(vec![change]).await.unwrap();
    assert_eq!(kept().await, None, "it is another file");
    library.keep_fingerprint(&old, "AQAAAQE").await.unwrap();
    assert_eq!(kept().await, None, "somebody listened to the old file for too long");
    assert!(library.file_of("nobody").await.is_err());
}

#[core_async::test]
async fn a_fingerprint_outlives_the_bin_and_goes_with_its_track() {
    let (library, _) = library().await;
    let track = add_one(&library, file("m/1", "One", "A", "Album")).await;
    let known = library.file_of(&track.id).await.unwrap();
    keep(&library, &track, "AQAAAQE").await;
    let kept = async || library.kept_fingerprint(&track.id).await.unwrap();
    library.remove_tracks(std::slice::from_ref(&track.id)).await.unwrap();
    assert_eq!(kept().await.as_deref(), Some("AQAAAQE"));
    assert!(library.file_of(&track.id).await.is_err(), "it is in the bin");
    library.purge_tracks(std::slice::from_ref(&track.id)).await.unwrap();
    assert_eq!(kept().await, None);
    assert!(library.keep_fingerprint(&known, "AQAAAQE").await.is_err(), "there is no such track");
}

#[core_async::test]
async fn an_exported_library_has_its_fingerprints() {
    let (here, there) = (World::new().await, World::new().await);
    let track = add_one(&here.library, file("m/1", "One", "A", "Album")).await;
    keep(&here.library, &track, "AQAAAQE").await;
    let files: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
    here.library.export_library(&files, "all.mpclib").await.unwrap();
    let mode = ImportMode::Replace { safety_copy: None };
    there.library.import_library(&files, "all.mpclib", &mode).await.unwrap();
    let kept = there.library.kept_fingerprint(&track.id).await.unwrap();
    assert_eq!(kept.as_deref(), Some("AQAAAQE"));
}

/// Fingerprints are alike if they begin alike; nobody understands `?`.
fn by_first_letter(one: &str, other: &str) -> Option<bool> {
    (one != "?" && other != "?").then(|| one.chars().next() == other.chars().next())
}

/// Of `A`, `B` and `C` only `B` and `C` are known to differ.
fn by_table(one: &str, other: &str) -> Option<bool> {
    match (one.min(other), one.max(other)) {
        ("B", "C") => Some(false),
        ("A", "C") => Some(true),
        _ => None,
    }
}

#[core_async::test]
async fn two_that_sound_otherwise_are_in_no_group_of_a_third() {
    let (library, _) = library().await;
    let library = library.with_sound_comparison(by_table);
    for fingerprint in ["A", "B", "C"] {
        let track = add_one(&library, file(fingerprint, "One", "A", "Album")).await;
        keep(&library, &track, fingerprint).await;
    }
    let groups = library.duplicates(&DuplicateQuery::default()).await.unwrap().items;
    let has = |group: &DuplicateGroup, path| group.tracks.iter().any(|track| track.path == path);
    assert!(!groups.is_empty());
    assert!(!groups.iter().any(|group| has(group, "B") && has(group, "C")));
}

#[core_async::test]
async fn what_sounds_alike_is_told_so_and_what_does_not_is_no_duplicate() {
    let (library, _) = library().await;
    let library = library.with_sound_comparison(by_first_letter);
    let mut ids = Vec::new();
    for (title, fingerprint) in [
        ("Alike", Some("a1")),
        ("Alike", Some("a2")),
        ("Other", Some("b")),
        ("Other", Some("c")),
        ("Unheard", Some("d")),
        ("Unheard", None),
        ("Unclear", Some("e")),
        ("Unclear", Some("?")),
        ("Half", None),
        ("Half", Some("h")),
        ("Half", Some("i")),
        ("Both", Some("f1")),
        ("Both", Some("g1")),
        ("Both", Some("f2")),
        ("Both", Some("g2")),
    ] {
        let path = format!("m/{}", ids.len());
        let track = add_one(&library, file(&path, title, "A", "Album")).await;
        if let Some(fingerprint) = fingerprint {
            keep(&library, &track, fingerprint).await;
        }
        ids.push(track.id);
    }
    let found = async |evidence| {
        let query = DuplicateQuery { evidence, ..DuplicateQuery::default() };
        let groups = library.duplicates(&query).await.unwrap().items;
        let name = |group: &DuplicateGroup| {
            let mut paths: Vec<_> = group.tracks.iter().map(|track| &track.path[2..]).collect();
            paths.sort_unstable();
            (group.evidence, paths.join(" "))
        };
        let mut names: Vec<_> = groups.iter().map(name).collect();
        names.sort();
        names
    };
    let pair = |evidence, paths: &str| (evidence, paths.to_owned());
    let sound = [
        pair(Evidence::Sound, "0 1"),
        pair(Evidence::Sound, "11 13"),
        pair(Evidence::Sound, "12 14"),
    ];
    let tags = ["10 8", "4 5", "6 7"].map(|paths| pair(Evidence::Tags, paths));
    assert_eq!(found(None).await, [&sound[..], &tags].concat());
    assert_eq!(found(Some(Evidence::Sound)).await, sound);
    assert_eq!(found(Some(Evidence::Tags)).await, tags);
    assert_eq!(found(Some(Evidence::Content)).await, []);
    assert_eq!(library.count_duplicates(Some(Evidence::Sound)).await.unwrap(), 3);

    // Of another file nothing has been heard yet.
    let mut renewed = file("m/3", "Other", "A", "Album");
    renewed.signature = "another".into();
    let change = FileChange::Update { track_id: ids[3].clone(), file: renewed };
    library.apply(vec![change]).await.unwrap();
    assert!(found(Some(Evidence::Tags)).await.contains(&pair(Evidence::Tags, "2 3")));
}
