//! Nothing is removed in bulk by mistake.

use test_cloud::{DriveFault, Weather};

use crate::support::{ACCOUNT, Kind, World, album, on_every_drive};

on_every_drive! {
    #[core_async::test] what_a_wrong_listing_leaves_out_stays
    #[core_async::test] what_is_gone_when_it_is_looked_for_again_is_gone
    #[core_async::test] a_failure_while_making_sure_removes_nothing
    #[core_async::test] a_small_account_that_vanishes_stays_until_it_is_looked_for_again
    #[core_async::test] a_few_files_go_at_once
    #[core_async::test] an_account_that_is_forgotten_leaves_no_track
}

async fn what_a_wrong_listing_leaves_out_stays(kind: Kind) {
    let world = World::new(kind).await;
    let ids = world.files(|files| {
        album(files, "root", "First", 40);
        files.paths().into_keys().collect::<Vec<_>>()
    });
    world.sync().await.unwrap();
    // The drive forgets its cursors, and for one listing most of its files.
    world.files(|files| {
        for id in &ids[5..] {
            files.trash(id, true);
        }
    });
    world.drive.forget_cursors();
    let request = world.request();
    let cancel = core_async::sync::CancellationToken::new();
    let plan = world.program().preview(&request, &cancel).await.unwrap();
    assert!(plan.needs_confirmation, "{plan:?}");
    assert_eq!(plan.to_remove, 35);
    world.files(|files| {
        for id in &ids[5..] {
            files.trash(id, false);
        }
    });
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 40));
    world.assert_mirrored().await;
}

async fn what_is_gone_when_it_is_looked_for_again_is_gone(kind: Kind) {
    let world = World::new(kind).await;
    let folder = world.files(|files| {
        album(files, "root", "Stays", 10);
        album(files, "root", "Goes", 40)
    });
    world.sync().await.unwrap();
    world.files(|files| files.delete(&folder));
    let report = world.sync().await.unwrap();
    assert_eq!((report.removed, report.unchanged), (40, 10));
    let listings = world.drive.listings().len();
    assert_eq!(listings, 2, "once at first and once to be sure");
    assert_eq!(world.sync().await.unwrap().requests, 1);
}

async fn a_failure_while_making_sure_removes_nothing(kind: Kind) {
    let world = World::new(kind).await;
    let folder = world.files(|files| album(files, "root", "Goes", 40));
    world.sync().await.unwrap();
    world.files(|files| files.delete(&folder));
    let mut weather = Weather::default();
    weather.next.extend([DriveFault::None, DriveFault::Status(401)]);
    world.drive.set_weather(weather);
    world.sync().await.unwrap_err();
    assert_eq!(world.tracks().await.len(), 40);
    assert_eq!(world.sync().await.unwrap().removed, 40);
}

async fn a_small_account_that_vanishes_stays_until_it_is_looked_for_again(kind: Kind) {
    let world = World::new(kind).await;
    let ids = world.files(|files| {
        album(files, "root", "First", 5);
        files.paths().into_keys().collect::<Vec<_>>()
    });
    world.sync().await.unwrap();
    let trash = |trashed| world.files(|files| ids.iter().for_each(|id| files.trash(id, trashed)));
    // The drive forgets its cursors, and a listing is empty.
    trash(true);
    world.drive.forget_cursors();
    let plan = world.preview().await;
    assert_eq!((plan.to_remove, plan.needs_confirmation), (5, true));
    trash(false);
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.removed, report.unchanged), (0, 0, 5));
    // When they are gone indeed, they go.
    trash(true);
    assert_eq!(world.sync().await.unwrap().removed, 5);
    assert_eq!(world.tracks().await.len(), 0);
}

/// What somebody removes by hand is believed, as far as it can be told from a mistake.
async fn a_few_files_go_at_once(kind: Kind) {
    for (all, gone, is_confirmed) in [
        (3, 1, false),
        (3, 3, false),
        (4, 3, false),
        (4, 4, true),
        (8, 4, false),
        (8, 5, true),
        (38, 19, false),
        (38, 20, true),
        (80, 20, false),
    ] {
        let mut world = World::new(kind).await;
        world.options.read_tags = false;
        let ids: Vec<_> = world.files(|files| {
            album(files, "root", "First", all);
            files.paths().into_keys().collect()
        });
        world.sync().await.unwrap();
        world.files(|files| ids[..gone].iter().for_each(|id| files.delete(id)));
        let listings = world.drive.listings().len();
        assert_eq!(world.sync().await.unwrap().removed, gone as u64);
        let is_listed = world.drive.listings().len() > listings;
        assert_eq!(is_listed, is_confirmed, "{gone} of {all}");
    }
}

/// An account that is removed while the library has not yet been told what is gone.
async fn an_account_that_is_forgotten_leaves_no_track(kind: Kind) {
    let world = World::new(kind).await;
    let folder = world.files(|files| {
        album(files, "root", "Stays", 10);
        album(files, "root", "Goes", 30)
    });
    world.sync().await.unwrap();
    world.files(|files| files.delete(&folder));
    assert_eq!(world.preview().await.to_remove, 30);
    world.program().forget(ACCOUNT).await.unwrap();
    assert_eq!(world.tracks().await.len(), 0);
}
