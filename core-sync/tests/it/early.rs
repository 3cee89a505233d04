//! The first tracks are there long before the drive has told everything, and where they belong.

use core_async::sync::CancellationToken;
use core_async::task::yield_now;

use crate::support::{Kind, World, album, on_every_drive, wav};

on_every_drive! {
    #[core_async::test] tracks_are_there_while_the_first_listing_goes_on
    #[core_async::test] what_is_in_a_folder_that_is_yet_to_come_waits_for_it
    #[core_async::test] only_the_first_listing_does_not_wait_for_its_end
    #[core_async::test] a_drive_that_does_not_show_its_top_is_mirrored_all_the_same
}

/// Syncs until this many pages have been kept and the next was asked for, and is killed then.
async fn sync_for_pages(world: &World, pages: usize) {
    let pages = world.drive.listings().len() + pages;
    let (program, request, cancel) = (world.program(), world.request(), CancellationToken::new());
    core_async::select! {
        biased;
        () = async {
            while world.drive.listings().len() <= pages {
                yield_now().await;
            }
        } => {}
        _ = program.sync(&request, &cancel) => panic!("there are more pages"),
    }
}

/// That what is there is where it belongs; how many tracks that are.
async fn assert_in_place(world: &World) -> usize {
    let paths = world.files(|files| files.paths());
    let tracks = world.tracks().await;
    for (id, track) in &tracks {
        assert_eq!(track.path, format!("remote:acc{}?id={id}", paths[id]));
    }
    tracks.len()
}

async fn tracks_are_there_while_the_first_listing_goes_on(kind: Kind) {
    let mut world = World::new(kind).await;
    world.options.read_tags = false;
    world.drive.set_page(11);
    world.files(|files| {
        for number in 0..9 {
            album(files, "root", &format!("Album {number}"), 10);
        }
    });
    for pages in 1..9 {
        sync_for_pages(&world, 1).await;
        assert_eq!(assert_in_place(&world).await, pages * 10);
    }
    let before = world.tracks().await;
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.moved), (10, 0));
    world.assert_mirrored().await;
    let after = world.tracks().await;
    assert!(before.iter().all(|(id, track)| after[id].id == track.id));
}

async fn what_is_in_a_folder_that_is_yet_to_come_waits_for_it(kind: Kind) {
    let mut world = World::new(kind).await;
    world.options.read_tags = false;
    world.drive.set_page(10);
    world.files(|files| {
        let first = album(files, "root", "First", 10);
        let second = album(files, &first, "Second", 10);
        let ids: Vec<_> = files.paths().into_keys().collect();
        files.file("root", "top.wav", wav("Top", "x"));
        // These are told of last, and hold what was told of first.
        let outer = files.folder("root", "Outer");
        let inner = files.folder(&outer, "Inner");
        for id in &ids[..5] {
            files.move_to(id, &inner);
        }
        files.move_to(&second, &outer);
    });
    sync_for_pages(&world, 2).await;
    assert_eq!(assert_in_place(&world).await, 5);
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.moved), (16, 0));
    world.assert_mirrored().await;
}

async fn only_the_first_listing_does_not_wait_for_its_end(kind: Kind) {
    let mut world = World::new(kind).await;
    world.options.read_tags = false;
    world.drive.set_page(10);
    let ids = world.files(|files| {
        album(files, "root", "First", 30);
        files.paths().into_keys().collect::<Vec<_>>()
    });
    assert_eq!(world.preview().await.to_place, 30);
    assert!(world.tracks().await.is_empty(), "a preview does nothing");
    world.sync().await.unwrap();
    let before = world.tracks().await;
    // Uploaded again under other ids while the drive forgets its cursors: the listing names what is
    // new before it is certain what is gone.
    world.drive.forget_cursors();
    let again = world.files(|files| {
        let uploaded = ids.iter().map(|id| {
            let content = files.content(id).unwrap().clone();
            files.delete(id);
            files.file("root", &format!("{id} again.wav"), content)
        });
        uploaded.collect::<Vec<_>>()
    });
    sync_for_pages(&world, 3).await;
    assert_eq!(world.tracks().await, before);
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    let after = world.tracks().await;
    for (old, new) in ids.iter().zip(&again) {
        assert_eq!(before[old].id, after[new].id);
    }
}

async fn a_drive_that_does_not_show_its_top_is_mirrored_all_the_same(kind: Kind) {
    for status in [400, 403, 404, 405] {
        let world = World::new(kind).await;
        world.drive.set_page(10);
        world.drive.hide_top(Some(status));
        world.files(|files| {
            album(files, "root", "First", 15);
            files.file("root", "top.wav", wav("Top", "x"));
        });
        assert_eq!(world.sync().await.unwrap().added, 16, "{status}");
        world.assert_mirrored().await;
    }
    // What concerns the account concerns all of it.
    let world = World::new(kind).await;
    world.drive.set_page(10);
    world.drive.hide_top(Some(401));
    world.files(|files| album(files, "root", "First", 15));
    assert_eq!(world.sync().await.unwrap_err().code(), "permission_denied");
}
