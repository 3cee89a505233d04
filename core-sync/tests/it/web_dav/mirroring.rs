//! What happens on the server happens in the library.

use std::sync::Arc;

use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use core_sync::WebDav;
use test_cloud::DavKind;

use super::world::{DavWorld, KINDS, URL, album};
use crate::support::wav;

#[core_async::test]
async fn a_server_is_mirrored_and_then_costs_next_to_nothing() {
    for (kind, requests) in [(DavKind::Plain, 6), (DavKind::WithIds, 2), (DavKind::WithSync, 1)] {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "Music/First", 3);
            album(files, "Music/Second", 2);
            files.file("Music/notes.txt", "no music");
            files.folder("Empty");
        });
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.updated, report.moved, report.removed), (5, 0, 0, 0));
        assert_eq!(report.failed, []);
        world.assert_mirrored().await;
        let tracks = world.tracks().await;
        let titles: Vec<_> = tracks.values().map(|track| track.title.as_str()).collect();
        assert_eq!(titles, ["First 1", "First 2", "First 3", "Second 1", "Second 2"]);
        assert!(tracks.values().all(|track| track.duration_ms == Some(100)));
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.unchanged), (0, 5), "{kind:?}");
        assert_eq!(report.requests, requests, "{kind:?}");
    }
}

#[core_async::test]
async fn changes_are_followed() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "First", 3);
            album(files, "Second", 2);
            album(files, "Top/Inner/Deep", 2);
        });
        world.sync().await.unwrap();
        let before = world.tracks().await;
        world.files(|files| {
            files.rename("First/01.wav", "First/renamed.wav");
            files.rename("First/02.wav", "Second/moved.wav");
            files.file("First/03.wav", wav("Another", "Somebody else"));
            files.delete("Second/01.wav");
            files.file("Second/new.wav", wav("New", "Somebody"));
            files.rename("Top/Inner", "Elsewhere/Inside");
        });
        let report = world.sync().await.unwrap();
        world.assert_mirrored().await;
        let after = world.tracks().await;
        let found = (report.added, report.moved, report.updated, report.removed);
        assert_eq!(found, (1, 4, 1, 1), "{kind:?}");
        for (old, new) in [
            ("First/01.wav", "First/renamed.wav"),
            ("First/02.wav", "Second/moved.wav"),
            ("First/03.wav", "First/03.wav"),
            ("Top/Inner/Deep/01.wav", "Elsewhere/Inside/Deep/01.wav"),
            ("Top/Inner/Deep/02.wav", "Elsewhere/Inside/Deep/02.wav"),
        ] {
            assert_eq!(before[old].id, after[new].id, "{kind:?}: {old}");
        }
        assert_eq!(after["First/03.wav"].title, "Another");
        let again = world.sync().await.unwrap();
        assert_eq!((again.added, again.moved, again.updated, again.removed), (0, 0, 0, 0));
        // What moved can be read where it is now.
        world.files(|files| {
            files.file("Elsewhere/Inside/Deep/01.wav", wav("Third version", "Somebody"));
        });
        world.sync().await.unwrap();
        assert_eq!(world.tracks().await["Elsewhere/Inside/Deep/01.wav"].title, "Third version");
    }
}

#[core_async::test]
async fn folders_come_and_go_with_all_they_hold() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "Top/Inner", 3);
            album(files, "Other", 2);
        });
        world.sync().await.unwrap();
        let before = world.tracks().await;
        let contents: Vec<_> = world.files(|files| {
            let paths: Vec<_> = files.paths().map(str::to_owned).collect();
            paths.into_iter().map(|path| (files.content(&path).unwrap().clone(), path)).collect()
        });
        world.files(|files| files.delete("Top"));
        assert_eq!(world.sync().await.unwrap().removed, 3, "{kind:?}");
        world.assert_mirrored().await;
        world.files(|files| {
            for (content, path) in contents {
                files.file(&path, content);
            }
        });
        world.sync().await.unwrap();
        world.assert_mirrored().await;
        if kind != DavKind::WithIds {
            for (path, track) in world.tracks().await {
                assert_eq!(before[&path].id, track.id, "what came back is what it was");
            }
        }
        // A folder where a file was, and the other way round.
        world.files(|files| {
            files.delete("Other");
            files.file("Other", "no music");
            files.rename("Top/Inner/01.wav", "kept.wav");
            files.delete("Top/Inner/02.wav");
            files.file("Top/Inner/02.wav/song.wav", wav("Song", "x"));
        });
        world.sync().await.unwrap();
        world.sync().await.unwrap();
        world.assert_mirrored().await;
    }
}

#[core_async::test]
async fn names_are_kept_whatever_they_are() {
    let names = [
        "é.wav",
        "e\u{301}.wav",
        "🎵\u{202e}.wav",
        "dot..wav",
        "100%.wav",
        "a+b & c=d;.wav",
        "%41.wav",
        "#1?.wav",
    ];
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            for name in names {
                files.file(&format!("a & b/{name}"), wav(name, "x"));
            }
        });
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.failed), (names.len() as u64, Vec::new()));
        let titles = world.tracks().await.into_values().map(|track| track.title);
        assert_eq!(titles.filter(|title| names.contains(&&**title)).count(), names.len());
        assert_eq!(world.sync().await.unwrap().unchanged, names.len() as u64);
    }
}

#[core_async::test]
async fn only_the_chosen_folder_is_mirrored() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "My Music/In", 2);
            album(files, "Out", 2);
        });
        let mut request = world.request();
        let provider = WebDav::at(Arc::new(request.meter.clone().unwrap()), URL);
        request.provider = Arc::new(provider.unwrap().below("/My Music/").unwrap());
        let cancel = CancellationToken::new();
        world.inner.program().sync(&request, &cancel).await.unwrap();
        let found: Vec<_> = world.tracks().await.into_keys().collect();
        assert_eq!(found, ["In/01.wav", "In/02.wav"]);
    }
}

#[core_async::test]
async fn a_deep_change_costs_the_folders_above_it() {
    let world = DavWorld::new(DavKind::WithIds).await;
    world.files(|files| {
        for number in 0..30 {
            album(files, &format!("Artist {number}/Album"), 1);
        }
    });
    world.sync().await.unwrap();
    world.files(|files| files.file("Artist 7/Album/02.wav", wav("New", "x")));
    let before = world.server.requests().len();
    world.sync().await.unwrap();
    let asked = world.server.requests().split_off(before);
    let listings = asked.iter().filter(|line| line.starts_with("PROPFIND")).count();
    // Whether it is there, the top, the artist, the album.
    assert_eq!(listings, 4, "{asked:?}");
    world.assert_mirrored().await;
}

/// Long before every folder was looked into.
#[core_async::test]
async fn tracks_are_there_while_the_first_walk_goes_on() {
    for kind in KINDS {
        let mut world = DavWorld::new(kind).await;
        world.inner.options.read_tags = false;
        world.files(|files| {
            for number in 0..40 {
                album(files, &format!("Artist {}/Album {number}", number % 4), 3);
            }
        });
        let (program, request) = (world.inner.program(), world.request());
        let (server, cancel) = (Arc::clone(&world.server), CancellationToken::new());
        core_async::select! {
            biased;
            () = async {
                while server.requests().len() < 30 {
                    yield_now().await;
                }
            } => {}
            _ = program.sync(&request, &cancel) => panic!("there are more folders"),
        }
        let before = world.tracks().await;
        assert!(!before.is_empty(), "{kind:?}");
        assert!(world.files(|files| before.keys().all(|path| files.paths().any(|it| it == path))));
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.moved), (120 - before.len() as u64, 0));
        world.assert_mirrored().await;
        let after = world.tracks().await;
        assert!(before.iter().all(|(path, track)| after[path].id == track.id));
    }
}
