//! Finding tracks that are the same recording.

use core_library::{DuplicateQuery, Evidence, Library, LibraryError, ScannedFile};

use crate::support::{World, add, add_one, all_tracks, file, library};

/// A file with this content.
pub(crate) fn copy(path: &str, content: &str) -> ScannedFile {
    let mut file = file(path, content, "A", "Album");
    file.signature = content.into();
    file
}

/// What is found, and by what: the names of the files of each group.
async fn found(library: &Library, query: &DuplicateQuery) -> Vec<(Evidence, Vec<String>)> {
    let mut groups = Vec::new();
    let mut query = query.clone();
    loop {
        let page = library.duplicates(&query).await.unwrap();
        for group in page.items {
            let paths = group.tracks.into_iter().map(|track| track.path);
            groups.push((group.evidence, paths.collect()));
        }
        query.after = page.next;
        if query.after.is_none() {
            return groups;
        }
    }
}

async fn all(library: &Library) -> Vec<(Evidence, Vec<String>)> {
    found(library, &DuplicateQuery::default()).await
}

#[core_async::test]
async fn each_kind_of_evidence_finds_its_own() {
    let (library, _) = library().await;
    let mut files =
        vec![copy("m/1", "S"), copy("n/1", "S"), file("m/2", "One of a kind", "A", "B")];
    // One recording, under two names.
    for (path, title, duration) in
        [("m/3", "Song", 60_000), ("n/3", "Song (live)", 61_900), ("o/3", "Song", 90_000)]
    {
        let mut file = file(path, title, "A", path);
        (file.mb_recording_id, file.duration_ms) = (Some("r".into()), Some(duration));
        files.push(file);
    }
    // The same names, written in several ways; one is another length, one another recording.
    for (path, title, duration, recording) in [
        ("m/4", "Été", Some(60_000), None),
        ("n/4", "ETE", Some(62_000), Some("s")),
        ("o/4", "ete", Some(63_000), None),
        ("p/4", "ete", None, None),
        ("q/4", "ete", Some(60_500), Some("t")),
    ] {
        let mut file = file(path, title, "A", "Same");
        (file.duration_ms, file.mb_recording_id) = (duration, recording.map(str::to_owned));
        files.push(file);
    }
    add(&library, files).await;
    let paths = |paths: &[&str]| paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>();
    let expected = [
        (Evidence::Content, paths(&["m/1", "n/1"])),
        (Evidence::Recording, paths(&["m/3", "n/3"])),
        (Evidence::Tags, paths(&["m/4", "q/4"])),
        (Evidence::Tags, paths(&["n/4", "o/4"])),
    ];
    let mut groups = all(&library).await;
    for (_, paths) in &mut groups {
        paths.sort();
    }
    assert_eq!(groups, expected);
    assert_eq!(library.count_duplicates(None).await.unwrap(), 4);
    let query = DuplicateQuery { evidence: Some(Evidence::Tags), ..DuplicateQuery::default() };
    assert_eq!(found(&library, &query).await.len(), 2);
}

#[core_async::test]
async fn what_says_little_is_no_evidence() {
    let (library, _) = library().await;
    let mut files = Vec::new();
    // Without tags a name like `01` is every album's first.
    for folder in ["a", "b"] {
        let mut untitled = file(&format!("{folder}/01"), "", "", "");
        (untitled.title, untitled.artist, untitled.album) = (None, None, None);
        files.push(untitled);
    }
    // An album has interludes of one name and length, and a drive may not say what is in a file.
    for number in 1..4 {
        let mut interlude = file(&format!("c/{number}"), "Interlude", "A", "B");
        interlude.track_number = Some(number);
        interlude.signature = String::new();
        files.push(interlude);
    }
    // The same signature and another length: it is partial.
    let mut longer = copy("d/2", "S");
    (longer.size, longer.title) = (2_000, Some("Longer".into()));
    files.extend([copy("d/1", "S"), longer]);
    add(&library, files).await;
    assert_eq!(all(&library).await, []);
}

#[core_async::test]
async fn the_newest_file_comes_first_and_one_of_the_host_among_equals() {
    let (library, _) = library().await;
    for (path, modified) in
        [("remote:a/x", Some(5)), ("m/old", Some(4)), ("m/new", Some(5)), ("m/none", None)]
    {
        let mut file = copy(path, "S");
        file.modified_millis = modified;
        add(&library, vec![file]).await;
    }
    let groups = all(&library).await;
    assert_eq!(groups[0].1, ["m/new", "remote:a/x", "m/old", "m/none"]);
}

#[core_async::test]
async fn pages_are_bounded_and_leave_nothing_out() {
    let (library, _) = library().await;
    let mut files = Vec::new();
    for number in 0..30 {
        for copies in 0..2 + number % 3 {
            files.push(copy(&format!("m/{number}/{copies}"), &format!("content {number}")));
        }
    }
    for number in 0..20 {
        for folder in ["x", "y"] {
            files.push(file(
                &format!("{folder}/{number}"),
                &format!("T{}", number % 4),
                "A",
                &format!("Album {number}"),
            ));
        }
    }
    add(&library, files).await;
    let whole = all(&library).await;
    assert_eq!(whole.len(), 50);
    for limit in [1, 2, 7, 49, 50] {
        let mut query = DuplicateQuery { limit: Some(limit), ..DuplicateQuery::default() };
        let first = library.duplicates(&query).await.unwrap();
        assert!(first.items.len() < limit as usize + 5, "{}", first.items.len());
        assert_eq!(found(&library, &query).await, whole, "{limit}");
        query.after = Some("nonsense".into());
        let error = library.duplicates(&query).await.unwrap_err();
        assert!(matches!(error, LibraryError::InvalidQuery(_)), "{error}");
    }
    let none = DuplicateQuery { limit: Some(0), ..DuplicateQuery::default() };
    assert_eq!(library.duplicates(&none).await.unwrap_err().code(), "invalid_request");
}

#[core_async::test]
async fn very_many_equal_files_come_in_groups_of_a_bounded_size() {
    let (library, _) = library().await;
    add(&library, (0..350).map(|number| copy(&format!("m/{number}"), "S")).collect()).await;
    let groups = library.duplicates(&DuplicateQuery::default()).await.unwrap().items;
    let sizes: Vec<_> = groups.iter().map(|group| group.tracks.len()).collect();
    assert_eq!(sizes, [100, 100, 100, 50]);
    // What is left of each is told the next time.
    while library.merge_verified(core_library::Reason::Edit).await.unwrap() > 0 {}
    assert_eq!(all_tracks(&library).await.len(), 1);
}

#[core_async::test]
async fn what_is_kept_apart_is_no_group_until_another_comes() {
    let world = World::new().await;
    let library = &world.library;
    let at = |path: &str, modified| {
        let file = copy(path, "S");
        ScannedFile { modified_millis: Some(modified), ..file }
    };
    let one = add_one(library, at("m/1", 5)).await;
    let two = add_one(library, at("m/2", 5)).await;
    library.keep_apart(&[one.id.clone(), two.id.clone()]).await.unwrap();
    assert_eq!(all(library).await, []);
    assert_eq!(library.merge_verified(core_library::Reason::Scan).await.unwrap(), 0);
    let third = add_one(library, at("m/3", 9)).await;
    assert_eq!(all(library).await[0].1.len(), 3);
    // It is the newest: the others are not merged into it, nor with each other.
    assert_eq!(library.merge_verified(core_library::Reason::Scan).await.unwrap(), 0);
    library.remove_tracks(std::slice::from_ref(&third.id)).await.unwrap();
    library.purge_tracks(&[third.id]).await.unwrap();
    let third = add_one(library, at("m/3", 1)).await;
    assert_eq!(library.merge_verified(core_library::Reason::Scan).await.unwrap(), 1);
    assert!(library.merged_into(&third.id).await.unwrap().is_some());
    assert_eq!(all_tracks(library).await.len(), 2);
    let error = library.keep_apart(&["nobody".into()]).await.unwrap_err();
    assert_eq!(error.code(), "not_found");
}
