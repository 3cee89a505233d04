//! Bad networks, bad servers and programs that are killed.

use std::sync::Arc;

use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use core_async::time::{Duration, Instant};
use core_sync::SyncError;
use test_cloud::{DriveFault, Weather};

use crate::support::{Kind, World, album, on_every_drive, wav};

on_every_drive! {
    #[core_async::test(start_paused = true)] a_large_drive_in_bad_weather_is_mirrored_all_the_same
    #[core_async::test(start_paused = true)] tags_are_read_in_bad_weather_too
    #[core_async::test(start_paused = true)] a_drive_that_stops_talking_is_not_waited_for
    #[core_async::test] a_sync_that_is_killed_goes_on_where_it_was
    #[core_async::test] a_cursor_that_is_forgotten_costs_a_listing_and_no_track
    #[core_async::test] a_file_that_is_no_music_is_a_track_that_says_so
    #[core_async::test] one_program_at_a_time_synchronises_an_account
    #[core_async::test] a_cancelled_sync_says_what_it_did_and_can_go_on
    #[core_async::test(start_paused = true)] a_drive_that_is_asked_too_much_is_asked_later
    #[core_async::test] a_drive_that_forgets_every_cursor_is_not_listed_for_ever
}

async fn a_large_drive_in_bad_weather_is_mirrored_all_the_same(kind: Kind) {
    let mut world = World::new(kind).await;
    world.options.read_tags = false;
    world.drive.set_page(50);
    world.files(|files| {
        for number in 0..50 {
            album(files, "root", &format!("Album {number}"), 20);
        }
    });
    world.drive.set_weather(Weather::bad(200, 5));
    let mut failures = 0;
    while world.sync().await.is_err() {
        failures += 1;
        assert!(failures < 100);
    }
    world.assert_mirrored().await;
}

async fn tags_are_read_in_bad_weather_too(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 60));
    world.drive.set_weather(Weather::bad(100, 9));
    let mut failures = 0;
    while world.sync().await.is_err() {
        failures += 1;
        assert!(failures < 100);
    }
    let tracks = world.tracks().await;
    assert_eq!(tracks.len(), 60);
    assert!(tracks.values().all(|track| track.title.starts_with("First")));
}

/// A sync takes no longer than the deadlines of its requests, and goes on where others are asked.
async fn a_drive_that_stops_talking_is_not_waited_for(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 30));
    let mut weather = Weather::default();
    weather.next.extend([DriveFault::Stalled, DriveFault::Silent]);
    world.drive.set_weather(weather);
    let start = Instant::now();
    let report = world.sync().await;
    let waited = start.elapsed();
    assert!(waited >= Duration::from_secs(30), "{waited:?}");
    assert!(waited < Duration::from_secs(90), "{waited:?}");
    // The head of an answer may be asked for again at once; a body that stops ends this sync.
    let report = match report {
        Ok(report) => report,
        Err(_) => world.sync().await.unwrap(),
    };
    assert_eq!(report.added, 30);
    // While tags are read, the others do not wait for a file whose answer stops.
    world.files(|files| album(files, "root", "Second", 30));
    let mut weather = Weather::default();
    weather.next.extend([DriveFault::None, DriveFault::Stalled, DriveFault::Silent]);
    world.drive.set_weather(weather);
    let start = Instant::now();
    assert_eq!(world.sync().await.unwrap().waiting, 0);
    assert!(start.elapsed() < Duration::from_secs(90), "{:?}", start.elapsed());
    assert!(world.tracks().await.values().all(|track| track.title.len() > 3));
}

/// Killed after every answer of a sync of ten pages: what was kept is not asked for again.
async fn a_sync_that_is_killed_goes_on_where_it_was(kind: Kind) {
    let mut world = World::new(kind).await;
    world.options.read_tags = false;
    world.drive.set_page(10);
    world.files(|files| {
        for number in 0..9 {
            album(files, "root", &format!("Album {number}"), 10);
        }
    });
    for killed_after in 1..=30 {
        let before = world.drive.requests().len();
        let request = world.request();
        let program = world.program();
        let cancel = CancellationToken::new();
        let sync = program.sync(&request, &cancel);
        let drive = Arc::clone(&world.drive);
        // When the second request goes out, the answer to the first is kept.
        let killer = async {
            while drive.requests().len() < before + 2 {
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
        assert!(killed_after < 30, "it never ends");
    }
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    let mut pages = world.drive.listings();
    pages.sort();
    let asked = pages.len();
    pages.dedup();
    assert!(asked <= 2 * pages.len(), "{asked} requests for {} pages", pages.len());
}

async fn a_cursor_that_is_forgotten_costs_a_listing_and_no_track(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 5));
    world.sync().await.unwrap();
    let before = world.tracks().await;
    world.drive.forget_cursors();
    world.files(|files| files.file("root", "new.wav", wav("New", "x")));
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.updated), (1, 0, 0));
    let after = world.tracks().await;
    assert!(before.iter().all(|(id, track)| after[id].id == track.id));
    world.assert_mirrored().await;
}

async fn a_file_that_is_no_music_is_a_track_that_says_so(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| {
        album(files, "root", "First", 2);
        files.file("root", "broken.wav", vec![7; 3000]);
    });
    let report = world.sync().await.unwrap();
    assert_eq!(report.added, 3);
    assert_eq!(report.failed.len(), 1);
    assert!(report.failed[0].path.contains("broken.wav"), "{:?}", report.failed);
    assert_eq!(world.sync().await.unwrap().requests, 1, "it is not tried for ever");
}

async fn one_program_at_a_time_synchronises_an_account(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 5));
    let (request, cancel) = (world.request(), CancellationToken::new());
    let (first, second) = (world.program(), world.program());
    let (one, other) =
        core_async::join!(first.sync(&request, &cancel), second.sync(&request, &cancel));
    assert_eq!(one.unwrap().added, 5);
    assert!(matches!(other, Err(SyncError::UnderWay)), "{other:?}");
}

async fn a_cancelled_sync_says_what_it_did_and_can_go_on(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 5));
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = world.program().sync(&world.request(), &cancel).await.unwrap_err();
    assert!(matches!(error, SyncError::Cancelled { .. }), "{error:?}");
    assert_eq!(world.sync().await.unwrap().added, 5);
}

async fn a_drive_that_is_asked_too_much_is_asked_later(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 1));
    let mut weather = Weather::default();
    weather.next.extend([DriveFault::RateLimit, DriveFault::RateLimit, DriveFault::RateLimit]);
    world.drive.set_weather(weather);
    assert_eq!(world.sync().await.unwrap().added, 1);
}

async fn a_drive_that_forgets_every_cursor_is_not_listed_for_ever(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 5));
    world.drive.set_weather(Weather::forgetful());
    let error = world.sync().await.unwrap_err();
    assert_eq!(error.code(), "unavailable", "{error:?}");
    assert!(world.drive.requests().len() < 20, "{:?}", world.drive.requests());
    world.drive.set_weather(Weather::default());
    assert_eq!(world.sync().await.unwrap().added, 5);
}
