//! Bad networks, bad servers and programs that are killed.

use std::sync::Arc;

use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use core_sync::WebDav;
use test_cloud::{DavKind, DriveFault, Weather};

use super::world::{DavWorld, KINDS, URL, album};
use crate::support::wav;

#[core_async::test(start_paused = true)]
async fn a_large_server_in_bad_weather_is_mirrored_all_the_same() {
    for kind in KINDS {
        let mut world = DavWorld::new(kind).await;
        world.inner.options.read_tags = false;
        world.files(|files| {
            for number in 0..50 {
                album(files, &format!("Artist {}/Album {number}", number % 7), 10);
            }
        });
        world.server.set_weather(Weather::bad(200, 5));
        let mut failures = 0;
        while !world.is_synced_whole().await {
            failures += 1;
            assert!(failures < 100);
        }
        world.assert_mirrored().await;
        world.files(|files| {
            files.rename("Artist 1", "Artist 2/of old");
            files.delete("Artist 3");
        });
        while !world.is_synced_whole().await {
            failures += 1;
            assert!(failures < 100);
        }
        world.assert_mirrored().await;
    }
}

#[core_async::test(start_paused = true)]
async fn an_answer_that_ends_early_removes_nothing() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| album(files, "First", 3));
        world.sync().await.unwrap();
        let good = world.server.requests().len();
        world.files(|files| files.file("First/04.wav", wav("New", "x")));
        for place in 0..3 {
            let mut weather = Weather::default();
            weather.next.extend(vec![DriveFault::None; place]);
            weather.next.extend([DriveFault::Short]);
            world.server.set_weather(weather);
            world.sync().await.ok();
            assert!(world.tracks().await.len() >= 3, "{kind:?}");
        }
        assert!(world.server.requests().len() > good);
        world.server.set_weather(Weather::default());
        world.sync().await.unwrap();
        world.assert_mirrored().await;
    }
}

/// Killed whenever some answers have come: what was kept is not asked for again.
#[core_async::test]
async fn a_sync_that_is_killed_goes_on_where_it_was() {
    for kind in KINDS {
        let mut world = DavWorld::new(kind).await;
        world.inner.options.read_tags = false;
        world.files(|files| {
            for number in 0..25 {
                album(files, &format!("Album {number}"), 2);
            }
        });
        let mut kills = 0;
        loop {
            let before = world.server.requests().len();
            let request = world.request();
            let program = world.inner.program();
            let cancel = CancellationToken::new();
            let sync = program.sync(&request, &cancel);
            let server = Arc::clone(&world.server);
            // Four folders are asked for at a time: when the fifth is, one is kept.
            let killer = async {
                while server.requests().len() < before + 5 {
                    yield_now().await;
                }
            };
            let is_done = core_async::select! {
                biased;
                () = killer => false,
                report = sync => report.is_ok(),
            };
            if is_done {
                break;
            }
            kills += 1;
            assert!(kills < 30, "it never ends: {:?}", world.server.requests());
        }
        assert!(kills >= 5, "{kills}");
        world.assert_mirrored().await;
        let asked = world.server.requests();
        let folders = asked.iter().filter(|line| line.contains("Album")).count();
        assert!(folders <= 25 + 4 * kills, "{kills} kills: {asked:?}");
    }
}

#[core_async::test]
async fn a_token_that_is_forgotten_costs_a_walk_and_no_track() {
    let world = DavWorld::new(DavKind::WithSync).await;
    world.files(|files| album(files, "First", 5));
    world.sync().await.unwrap();
    let before = world.tracks().await;
    world.server.forget_tokens();
    world.files(|files| files.file("First/new.wav", wav("New", "x")));
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.updated), (1, 0, 0));
    let after = world.tracks().await;
    assert!(before.iter().all(|(path, track)| after[path].id == track.id));
    world.assert_mirrored().await;
}

#[core_async::test]
async fn changes_come_in_parts() {
    let world = DavWorld::new(DavKind::WithSync).await;
    world.files(|files| album(files, "First", 20));
    world.sync().await.unwrap();
    world.server.set_page(3);
    world.files(|files| {
        album(files, "Second", 10);
        files.rename("First", "Third");
    });
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.moved, report.removed), (10, 20, 0));
    world.assert_mirrored().await;
}

#[core_async::test]
async fn wrong_credentials_end_a_sync_and_remove_nothing() {
    let world = DavWorld::new(DavKind::Plain).await;
    world.files(|files| album(files, "First", 5));
    world.sync().await.unwrap();
    let mut weather = Weather::default();
    weather.next.extend([DriveFault::None, DriveFault::Status(401)]);
    world.server.set_weather(weather);
    let error = world.sync().await.unwrap_err();
    assert_eq!(error.code(), "permission_denied");
    assert_eq!(world.tracks().await.len(), 5);
}

#[core_async::test]
async fn a_file_is_not_mirrored_as_a_folder() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| files.file("song.wav", wav("New", "x")));
        let mut request = world.request();
        let provider = WebDav::at(world.client(), URL).unwrap().below("song.wav").unwrap();
        request.provider = Arc::new(provider);
        let program = world.inner.program();
        let error = program.sync(&request, &CancellationToken::new()).await.unwrap_err();
        assert_eq!(error.code(), "unavailable", "{kind:?}: {error}");
        assert!(world.server.requests().len() < 5, "{kind:?}");
    }
}

#[core_async::test]
async fn another_folder_is_mirrored_from_its_own_beginning() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "First", 3);
            album(files, "Second", 2);
        });
        world.sync().await.unwrap();
        let mut request = world.request();
        let provider = WebDav::at(world.client(), URL).unwrap().below("Second").unwrap();
        request.provider = Arc::new(provider);
        let program = world.inner.program();
        program.sync(&request, &CancellationToken::new()).await.unwrap();
        let tracks: Vec<_> = world.tracks().await.into_keys().collect();
        assert_eq!(tracks, ["01.wav", "02.wav"], "{kind:?}");
    }
}

#[core_async::test]
async fn what_is_gone_in_bulk_is_looked_for_again() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            album(files, "Stays", 10);
            album(files, "Goes/Deep", 40);
        });
        world.sync().await.unwrap();
        world.files(|files| files.delete("Goes"));
        let before = world.server.requests().len();
        let report = world.sync().await.unwrap();
        assert_eq!((report.removed, report.unchanged), (40, 10));
        let asked = world.server.requests().split_off(before);
        let looked = asked.iter().filter(|line| line.contains("Stays")).count();
        assert!(looked >= 1, "{kind:?}: the whole server is walked again: {asked:?}");
    }
}
