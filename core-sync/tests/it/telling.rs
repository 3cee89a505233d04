//! What a host can show of a sync.

use core_async::sync::CancellationToken;
use core_async::task::yield_now;
use core_runtime::{Event, SyncEvent};

use crate::support::{ACCOUNT, Kind, World, album, on_every_drive};

on_every_drive! {
    #[core_async::test] each_phase_counts_its_own_items_up_to_a_total_that_is_true
    #[core_async::test] a_mirror_tells_how_it_is_without_asking_the_drive
    #[core_async::test] others_see_a_sync_that_runs_and_hear_of_one_that_is_dropped
}

async fn each_phase_counts_its_own_items_up_to_a_total_that_is_true(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "Album", 12));
    let mut events = world.events.subscribe();
    world.sync().await.unwrap();
    let mut seen: Vec<(String, u64, Option<u64>)> = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Sync(SyncEvent::Progress { account, phase, done, total }) = event {
            assert_eq!(account, ACCOUNT);
            seen.push((phase, done, total));
        }
    }
    let phases: Vec<_> = seen.iter().map(|(phase, ..)| phase.as_str()).collect();
    assert!(phases.is_sorted_by_key(|phase| {
        ["listing", "placing", "reading"].iter().position(|p| p == phase)
    }));
    for (phase, done, total) in &seen {
        assert_eq!(total.is_some(), phase != "listing", "{seen:?}");
        assert!(total.is_none_or(|total| *done <= total && total == 12), "{seen:?}");
    }
    assert!(seen.iter().any(|(phase, ..)| phase == "reading"), "{seen:?}");
}

async fn a_mirror_tells_how_it_is_without_asking_the_drive(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| {
        album(files, "root", "Album", 2);
        files.file("root", "broken.wav", "no music");
    });
    let program = world.program();
    let before = program.status(ACCOUNT).await.unwrap();
    assert_eq!((before.completed_at, before.tracks, before.is_running), (None, 0, false));
    world.sync().await.unwrap();
    let asked = world.drive.requests().len();
    let after = program.status(ACCOUNT).await.unwrap();
    assert_eq!((after.tracks, after.to_read, after.unreadable), (3, 0, 1));
    assert!(after.completed_at.is_some());
    assert_eq!(world.drive.requests().len(), asked);
}

async fn others_see_a_sync_that_runs_and_hear_of_one_that_is_dropped(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "Album", 2));
    let mut events = world.events.subscribe();
    let (program, other) = (world.program(), world.program());
    let (request, cancel) = (world.request(), CancellationToken::new());
    core_async::select! {
        report = program.sync(&request, &cancel) => panic!("it was to be dropped: {report:?}"),
        () = async {
            while world.drive.requests().is_empty() {
                yield_now().await;
            }
            assert!(other.status(ACCOUNT).await.unwrap().is_running);
        } => {}
    }
    assert!(!other.status(ACCOUNT).await.unwrap().is_running);
    let mut last = None;
    while let Ok(Event::Sync(event)) = events.try_recv() {
        last = Some(event);
    }
    assert_eq!(last, Some(SyncEvent::Cancelled { account: ACCOUNT.to_owned() }));
}
