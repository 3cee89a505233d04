//! Tags are read when they can be, and first where somebody looks.

use bridge_traits::WriteBatch;
use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use test_cloud::Weather;

use crate::support::{ACCOUNT, Kind, World, album, on_every_drive, wav};

on_every_drive! {
    #[core_async::test(start_paused = true)] an_outage_puts_reading_off_and_no_file_is_given_up
    #[core_async::test(start_paused = true)] one_file_that_fails_again_and_again_is_given_up_until_it_changes
    #[core_async::test] a_file_that_may_not_be_read_does_not_stop_the_others
    #[core_async::test] an_account_that_must_sign_in_again_stops_the_sync
    #[core_async::test] what_is_on_the_screen_is_read_first
    #[core_async::test] what_another_program_shows_is_read_next
    #[core_async::test] wishes_are_written_only_for_a_sync_elsewhere_and_are_few
    #[core_async::test] a_file_that_became_shorter_is_read_again_later_not_half
    #[core_async::test] what_moved_and_changed_is_one_track_that_is_not_as_it_was
}

async fn an_outage_puts_reading_off_and_no_file_is_given_up(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 30));
    world.drive.set_weather(Weather::without_contents(503, []));
    for _ in 0..10 {
        let report = world.sync().await.unwrap();
        assert_eq!((report.waiting, report.failed.len()), (30, 0));
    }
    world.drive.set_weather(Weather::default());
    let report = world.sync().await.unwrap();
    assert_eq!((report.waiting, report.failed.len()), (0, 0));
    assert!(world.tracks().await.values().all(|track| track.title.starts_with("First")));
}

async fn one_file_that_fails_again_and_again_is_given_up_until_it_changes(kind: Kind) {
    let world = World::new(kind).await;
    let bad = world.files(|files| files.file("root", "bad.wav", wav("Bad", "x")));
    let mut reports = Vec::new();
    for number in 0..8 {
        let good = world.files(|files| {
            let name = format!("{number}.wav");
            files.file("root", &name, wav(&name, "x"))
        });
        world.drive.set_weather(Weather::without_contents(503, [good]));
        reports.push(world.sync().await.unwrap());
    }
    let failed: Vec<_> = reports.iter().flat_map(|report| &report.failed).collect();
    assert_eq!(failed.len(), 1, "it is said once: {failed:?}");
    assert_eq!(reports.last().unwrap().waiting, 0);
    world.drive.set_weather(Weather::default());
    world.files(|files| files.replace(&bad, wav("Mended", "x")));
    world.sync().await.unwrap();
    assert_eq!(world.tracks().await[&bad].title, "Mended");
}

async fn a_file_that_may_not_be_read_does_not_stop_the_others(kind: Kind) {
    let world = World::new(kind).await;
    let ids = world.files(|files| {
        album(files, "root", "First", 5);
        files.paths().into_keys().collect::<Vec<_>>()
    });
    world.drive.set_weather(Weather::without_contents(403, ids[1..].iter().cloned()));
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.failed.len(), report.waiting), (5, 1, 0));
    let tracks = world.tracks().await;
    assert_eq!(tracks.values().filter(|track| track.title.starts_with("First")).count(), 4);
}

async fn an_account_that_must_sign_in_again_stops_the_sync(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 5));
    world.drive.set_weather(Weather::without_contents(401, []));
    let error = world.sync().await.unwrap_err();
    assert_eq!(error.code(), "permission_denied");
    world.drive.set_weather(Weather::default());
    assert_eq!(world.sync().await.unwrap().waiting, 0);
}

async fn what_is_on_the_screen_is_read_first(kind: Kind) {
    let mut world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 300));
    world.options.read_tags = false;
    world.sync().await.unwrap();
    let tracks = world.tracks().await;
    let seen: Vec<_> = tracks.iter().rev().take(3).collect();
    world.options.read_tags = true;
    world.options.concurrent_reads = 1;
    let program = world.program();
    let wanted: Vec<_> = seen.iter().map(|(_, track)| track.id.clone()).collect();
    program.prioritise(ACCOUNT, &wanted).await.unwrap();
    let before = world.drive.reads().len();
    program.sync(&world.request(), &CancellationToken::new()).await.unwrap();
    let mut read = world.drive.reads().split_off(before);
    read.dedup();
    let first: Vec<_> = seen.iter().map(|(id, _)| (*id).clone()).collect();
    assert_eq!(read[..3], first[..]);
    assert_eq!(read.len(), 300, "each file has one turn");
}

/// Names of 300 files, whose tags are read one by one from now on, and the three that come last.
async fn three_of_many(kind: Kind) -> (World, Vec<String>, Vec<String>) {
    let mut world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 300));
    world.options.read_tags = false;
    world.sync().await.unwrap();
    world.options.read_tags = true;
    world.options.concurrent_reads = 1;
    let tracks = world.tracks().await.into_iter().rev().take(3);
    let (files, tracks) = tracks.map(|(id, track)| (id, track.id)).unzip();
    (world, files, tracks)
}

async fn what_another_program_shows_is_read_next(kind: Kind) {
    let (world, files, tracks) = three_of_many(kind).await;
    let (program, other) = (world.program(), world.program());
    let (request, cancel) = (world.request(), CancellationToken::new());
    let before = world.drive.reads().len();
    let show = async {
        while world.drive.reads().len() == before {
            yield_now().await;
        }
        // The later wish comes first.
        for track in tracks.iter().rev() {
            other.prioritise(ACCOUNT, std::slice::from_ref(track)).await.unwrap();
        }
    };
    let (report, ()) = core_async::join!(program.sync(&request, &cancel), show);
    assert_eq!(report.unwrap().waiting, 0);
    let mut read = world.drive.reads().split_off(before);
    read.dedup();
    let place = read.iter().position(|id| *id == files[0]).unwrap();
    assert!(place < 100, "what was begun goes on, and no more: {place}");
    assert_eq!(read[place..place + 3], files[..]);
    assert_eq!(read.len(), 300, "each file has one turn");
}

async fn wishes_are_written_only_for_a_sync_elsewhere_and_are_few(kind: Kind) {
    let (world, files, tracks) = three_of_many(kind).await;
    let (program, other) = (world.program(), world.program());
    let commits = async || world.database.write(WriteBatch::new()).await.unwrap().sequence;
    let wishes = async || world.database.get("sync_wishes", ACCOUNT).await.unwrap();
    let last = commits().await;
    other.prioritise(ACCOUNT, &tracks).await.unwrap();
    assert_eq!(commits().await, last, "nobody synchronises");
    let (request, cancel) = (world.request(), CancellationToken::new());
    let before = world.drive.reads().len();
    let show = async {
        while world.drive.reads().len() == before {
            yield_now().await;
        }
        program.prioritise(ACCOUNT, &tracks).await.unwrap();
        assert_eq!(wishes().await, None, "this handle synchronises itself");
        let many: Vec<_> = (0..5_000).map(|number| format!("nobody {number}")).collect();
        other.prioritise(ACCOUNT, &many).await.unwrap();
        other.prioritise(ACCOUNT, &["x".repeat(1 << 20)]).await.unwrap();
    };
    let (report, ()) = core_async::join!(program.sync(&request, &cancel), show);
    assert_eq!(report.unwrap().waiting, 0);
    let mut read = world.drive.reads().split_off(before);
    read.dedup();
    assert!(read[..100].contains(&files[0]), "one's own wishes are heard as well");
    let left = wishes().await.unwrap().record.0[1].clone();
    let left = left.as_text().unwrap();
    assert!(left.starts_with("nobody 0\n") && left.lines().count() == 200, "{left}");
    program.forget(ACCOUNT).await.unwrap();
    assert_eq!(wishes().await, None);
}

async fn a_file_that_became_shorter_is_read_again_later_not_half(kind: Kind) {
    let world = World::new(kind).await;
    let id = world.files(|files| files.file("root", "song.wav", wav("Long", "x").repeat(3)));
    world.sync().await.unwrap();
    let path = world.tracks().await[&id].path.clone();
    world.files(|files| files.replace(&id, wav("Short", "x")));
    let program = world.program();
    let file = program.open(world.request().provider, ACCOUNT, &path).await.unwrap();
    let error = file.read_at(0, 1 << 20).await.unwrap_err();
    assert_eq!(error.kind(), bridge_traits::ErrorKind::Conflict);
}

async fn what_moved_and_changed_is_one_track_that_is_not_as_it_was(kind: Kind) {
    let world = World::new(kind).await;
    let folder = world.files(|files| album(files, "root", "First", 10));
    world.sync().await.unwrap();
    world.files(|files| {
        let id = files.paths().into_keys().next().unwrap();
        let other = files.folder(&folder, "Other");
        files.move_to(&id, &other);
        files.replace(&id, wav("Other", "x"));
    });
    let report = world.sync().await.unwrap();
    assert_eq!((report.moved, report.updated, report.unchanged), (1, 1, 9));
    world.assert_mirrored().await;
}
