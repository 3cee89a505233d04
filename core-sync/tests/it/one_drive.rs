//! What only OneDrive does.

use bridge_traits::ErrorKind;
use core_async::sync::CancellationToken;
use core_sync::{OneDrive, StorageProvider};
use test_cloud::Weather;

use crate::support::{ACCOUNT, Kind, World, album, wav};

#[core_async::test]
async fn both_ways_to_come_to_terms_again_are_a_listing_that_loses_nothing() {
    for (code, names_address) in [
        ("resyncChangesApplyDifferences", true),
        ("resyncChangesUploadDifferences", true),
        ("resyncChangesApplyDifferences", false),
    ] {
        let world = World::new(Kind::OneDrive).await;
        world.drive.set_resync(code, names_address);
        let ids = world.files(|files| {
            album(files, "root", "First", 5);
            files.paths().into_keys().collect::<Vec<_>>()
        });
        world.sync().await.unwrap();
        let before = world.tracks().await;
        world.drive.forget_cursors();
        world.files(|files| {
            files.delete(&ids[0]);
            files.file("root", "new.wav", wav("New", "x"));
        });
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.removed, report.unchanged), (1, 1, 4), "{code}");
        let after = world.tracks().await;
        assert!(ids[1..].iter().all(|id| before[id].id == after[id].id));
        world.assert_mirrored().await;
        let goes_on_there = world.drive.requests().iter().any(|line| line.ends_with(" fresh"));
        assert_eq!(goes_on_there, names_address);
    }
}

#[core_async::test]
async fn a_listing_whose_page_is_forgotten_begins_again() {
    let mut world = World::new(Kind::OneDrive).await;
    world.options.read_tags = false;
    world.drive.set_page(10);
    world.files(|files| album(files, "root", "First", 45));
    let (program, request, cancel) = (world.program(), world.request(), CancellationToken::new());
    core_async::select! {
        _ = program.sync(&request, &cancel) => panic!("there are more pages"),
        () = async {
            while world.drive.listings().len() < 3 {
                core_async::task::yield_now().await;
            }
        } => {}
    }
    world.drive.forget_cursors();
    assert_eq!(world.sync().await.unwrap().removed, 0);
    world.assert_mirrored().await;
}

#[core_async::test]
async fn addresses_of_content_that_end_are_asked_for_again() {
    let world = World::new(Kind::OneDrive).await;
    world.drive.set_link_uses(1);
    world.files(|files| album(files, "root", "First", 5));
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.failed.len(), report.waiting), (5, 0, 0));
    let tracks = world.tracks().await;
    assert!(tracks.values().all(|track| track.title.starts_with("First")));
    // Each ends as soon as it has worked, as it may during play.
    let (id, track) = tracks.into_iter().next().unwrap();
    let content = world.files(|files| files.content(&id).unwrap().clone());
    let file = world.program().open(world.request().provider, ACCOUNT, &track.path).await.unwrap();
    let mut read = Vec::new();
    while let Some(left) = content.len().checked_sub(read.len()).filter(|left| *left > 0) {
        read.extend(file.read_at(read.len() as u64, left.min(30)).await.unwrap());
        world.drive.expire_links();
    }
    assert_eq!(read, content);
    assert!(content.len() / 30 > 50, "more than fifty times");
}

#[core_async::test]
async fn what_many_reads_need_is_asked_for_at_once() {
    for has_batches in [true, false] {
        let world = World::new(Kind::OneDrive).await;
        world.drive.set_batches(has_batches);
        world.files(|files| album(files, "root", "First", 45));
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.failed.len(), report.waiting), (45, 0, 0));
        let asked = world.drive.requests();
        let count = |part: &str| asked.iter().filter(|line| line.contains(part)).count();
        let counts = (count("/$batch"), count("/me/drive/items/"));
        assert_eq!(counts, if has_batches { (3, 0) } else { (1, 45) });
    }
}

#[core_async::test]
async fn a_question_that_is_one_too_many_is_asked_again() {
    let world = World::new(Kind::OneDrive).await;
    // The five that are asked together, and two of those that the reads ask then.
    world.drive.set_weather(Weather::refusing_within(7));
    world.files(|files| album(files, "root", "First", 5));
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.failed.len(), report.waiting), (5, 0, 0));
    // One that is refused for good is not asked for for ever.
    let path = world.tracks().await.into_values().next().unwrap().path;
    world.drive.set_weather(Weather::refusing_within(u32::MAX));
    let file = world.program().open(world.request().provider, ACCOUNT, &path).await.unwrap();
    let kind = file.read_at(0, 10).await.unwrap_err().kind();
    assert!(matches!(kind, ErrorKind::RateLimited { .. }), "{kind:?}");
}

#[core_async::test]
async fn a_file_that_is_gone_is_not_asked_for_for_ever() {
    let world = World::new(Kind::OneDrive).await;
    let id = world.files(|files| files.file("root", "song.wav", wav("Song", "x")));
    world.sync().await.unwrap();
    let path = world.tracks().await[&id].path.clone();
    let file = world.program().open(world.request().provider, ACCOUNT, &path).await.unwrap();
    file.read_at(0, 10).await.unwrap();
    world.files(|files| files.delete(&id));
    world.drive.expire_links();
    assert_eq!(file.read_at(0, 10).await.unwrap_err().kind(), ErrorKind::NotFound);
    // And one whose addresses never work.
    let id = world.files(|files| files.file("root", "other.wav", wav("Other", "x")));
    world.drive.set_link_uses(0);
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.waiting), (1, 1));
    assert!(world.drive.reads().iter().filter(|read| **read == id).count() <= 10);
}

#[core_async::test]
async fn bytes_of_another_revision_are_not_given() {
    let world = World::new(Kind::OneDrive).await;
    let id = world.files(|files| files.file("root", "song.wav", wav("One", "x")));
    world.sync().await.unwrap();
    let path = world.tracks().await[&id].path.clone();
    // As long as the one before.
    world.files(|files| files.replace(&id, wav("Two", "x")));
    let file = world.program().open(world.request().provider, ACCOUNT, &path).await.unwrap();
    assert_eq!(file.read_at(0, 10).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(world.sync().await.unwrap().updated, 1);
    assert_eq!(world.tracks().await[&id].title, "Two");
}

#[core_async::test]
async fn the_token_is_shown_to_graph_only() {
    let world = World::new(Kind::OneDrive).await;
    world.files(|files| files.file("root", "song.wav", wav("Song", "x")));
    world.sync().await.unwrap();
    let downloads = world.drive.requests();
    let downloads = downloads.iter().filter(|line| line.starts_with("/download/")).count();
    assert!(downloads > 0, "content is at addresses of its own");
    // They refuse a token: a drive that shows it there reads nothing.
    let careless = OneDrive::at(world.account(), world.account(), "https://drive.test");
    let page = careless.list(None).await.unwrap();
    let Some(core_sync::RemoteChange::Upsert(item)) = page.items.into_iter().next() else {
        panic!("there is one file")
    };
    let error = careless.read(&item, 0, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[core_async::test]
async fn a_folder_is_found_by_its_path_and_asked_for_alone_where_that_can_be() {
    for has_folder_deltas in [true, false] {
        let mut world = World::new(Kind::OneDrive).await;
        world.drive.set_folder_deltas(has_folder_deltas);
        let music = world.files(|files| {
            let home = files.folder("root", "At home");
            let music = files.folder(&home, "Müsic & more");
            album(files, &music, "In", 2);
            album(files, "root", "Out", 2);
            files.file("root", "song.wav", wav("Song", "x"));
            music
        });
        let provider = world.request().provider;
        assert_eq!(provider.find_folder("/At home/Müsic & more/").await.unwrap(), music);
        assert_eq!(provider.find_folder(&music).await.unwrap(), music);
        for missing in ["/At home/Music", "nowhere"] {
            let error = provider.find_folder(missing).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        let error = provider.find_folder("/song.wav").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        world.options.root = Some(music.clone());
        assert_eq!(world.sync().await.unwrap().added, 2);
        world.files(|files| album(files, &music, "More", 3));
        assert_eq!(world.sync().await.unwrap().added, 3);
        let is_asked_for_all =
            world.drive.requests().iter().any(|line| line.contains("/root/delta"));
        assert_ne!(is_asked_for_all, has_folder_deltas);
    }
}
