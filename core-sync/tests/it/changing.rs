//! What happens on the drive happens in the library.

use core_runtime::{Event, SyncEvent};

use crate::support::{Kind, World, album, on_every_drive, wav};

on_every_drive! {
    #[core_async::test] a_drive_is_mirrored_and_then_costs_one_request
    #[core_async::test] names_are_there_before_tags
    #[core_async::test] changes_are_followed
    #[core_async::test] folders_come_and_go_with_all_they_hold
    #[core_async::test] names_are_kept_whatever_they_are
    #[core_async::test] only_the_chosen_folder_is_mirrored
    #[core_async::test] another_folder_can_be_chosen_later
    #[core_async::test] a_preview_says_what_would_happen_and_does_not_do_it
    #[core_async::test] what_happened_is_told_and_can_be_explained
}

async fn a_drive_is_mirrored_and_then_costs_one_request(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| {
        let music = files.folder("root", "Music");
        album(files, &music, "First", 3);
        album(files, &music, "Second", 2);
        files.file(&music, "notes.txt", "no music");
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
    assert_eq!((report.added, report.unchanged, report.requests), (0, 5, 1));
}

async fn names_are_there_before_tags(kind: Kind) {
    let mut world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 3));
    world.options.read_tags = false;
    let report = world.sync().await.unwrap();
    assert_eq!(report.added, 3);
    assert_eq!(report.requests, kind.fewest_requests());
    let first = world.tracks().await.into_values().next().unwrap();
    assert_eq!((first.title.as_str(), first.duration_ms, first.playable), ("01", None, true));
    world.options.read_tags = true;
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.updated), (0, 0));
    let read = world.tracks().await.into_values().next().unwrap();
    assert_eq!((read.id, read.title.as_str()), (first.id, "First 1"));
}

async fn changes_are_followed(kind: Kind) {
    let world = World::new(kind).await;
    let (first, second) =
        world.files(|files| (album(files, "root", "First", 3), album(files, "root", "Second", 2)));
    world.sync().await.unwrap();
    let before = world.tracks().await;
    let ids: Vec<_> = before.keys().cloned().collect();
    world.files(|files| {
        files.rename(&ids[0], "renamed.wav");
        files.move_to(&ids[1], &second);
        files.replace(&ids[2], wav("Another", "Somebody else"));
        files.rename(&first, "Erste");
        files.trash(&ids[3], true);
        files.delete(&ids[4]);
        files.file(&second, "new.wav", wav("New", "Somebody"));
    });
    let report = world.sync().await.unwrap();
    world.assert_mirrored().await;
    let after = world.tracks().await;
    assert_eq!((report.added, report.moved, report.updated, report.removed), (1, 3, 1, 2));
    for id in &ids[..3] {
        assert_eq!(before[id].id, after[id].id);
    }
    assert_eq!(
        (after[&ids[2]].title.as_str(), after[&ids[0]].title.as_str()),
        ("Another", "First 1")
    );
}

async fn folders_come_and_go_with_all_they_hold(kind: Kind) {
    let world = World::new(kind).await;
    let (top, inner) = world.files(|files| {
        let top = files.folder("root", "Top");
        let inner = album(files, &top, "Inner", 3);
        album(files, "root", "Other", 2);
        (top, inner)
    });
    world.sync().await.unwrap();
    let before = world.tracks().await;
    world.files(|files| files.trash(&top, true));
    assert_eq!(world.sync().await.unwrap().removed, 3);
    world.assert_mirrored().await;
    world.files(|files| files.trash(&top, false));
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    // In a circle nothing leads to it; out of it everything is there again.
    world.files(|files| files.move_to(&top, &inner));
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    world.files(|files| files.move_to(&top, "root"));
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    let after = world.tracks().await;
    for (id, track) in before {
        assert_eq!(after[&id].id, track.id, "what came back is what it was");
    }
}

async fn names_are_kept_whatever_they_are(kind: Kind) {
    let world = World::new(kind).await;
    let names = [
        "A/B.wav",
        "é.wav",
        "e\u{301}.wav",
        "🎵\u{202e}.wav",
        "nul\0.wav",
        "dot..wav",
        "100%.wav",
        "a?id=x.wav",
        "same.wav",
        "same.wav",
    ];
    world.files(|files| {
        for name in names {
            files.file("root", name, wav(name, "x"));
        }
    });
    let report = world.sync().await.unwrap();
    assert_eq!(report.added, names.len() as u64);
    assert_eq!(world.tracks().await.len(), names.len());
    assert_eq!(world.sync().await.unwrap().unchanged, names.len() as u64);
}

async fn only_the_chosen_folder_is_mirrored(kind: Kind) {
    let mut world = World::new(kind).await;
    let (music, other) = world.files(|files| {
        let music = files.folder("root", "Music");
        album(files, &music, "In", 2);
        (music.clone(), album(files, "root", "Out", 2))
    });
    world.options.root = Some(music.clone());
    world.sync().await.unwrap();
    let paths = |tracks: std::collections::BTreeMap<_, core_library::Track>| {
        tracks.into_values().map(|track| track.path.split('?').next().unwrap().to_owned()).collect()
    };
    let found: Vec<String> = paths(world.tracks().await);
    assert_eq!(found, ["remote:acc/In/01.wav", "remote:acc/In/02.wav"]);
    world.files(|files| files.move_to(&other, &music));
    assert_eq!(world.sync().await.unwrap().added, 2);
    world.files(|files| files.move_to(&other, "root"));
    assert_eq!(world.sync().await.unwrap().removed, 2);
    // What went does not go again.
    world.drive.forget_cursors();
    assert_eq!(world.sync().await.unwrap().removed, 0);
}

/// What was mirrored before keeps its tracks, and what is not any more goes into the bin.
async fn another_folder_can_be_chosen_later(kind: Kind) {
    let mut world = World::new(kind).await;
    let (first, second) =
        world.files(|files| (album(files, "root", "First", 3), album(files, "root", "Second", 2)));
    world.sync().await.unwrap();
    let before = world.tracks().await;
    for (root, left) in [(Some(first), 3), (Some(second), 2), (None, 5)] {
        world.options.root = root;
        world.sync().await.unwrap();
        let after = world.tracks().await;
        assert_eq!(after.len(), left);
        assert!(after.iter().all(|(id, track)| before[id].id == track.id));
    }
    world.assert_mirrored().await;
    assert_eq!(world.sync().await.unwrap().requests, 1);
}

async fn a_preview_says_what_would_happen_and_does_not_do_it(kind: Kind) {
    let world = World::new(kind).await;
    world.files(|files| album(files, "root", "First", 3));
    let plan = world.preview().await;
    assert_eq!((plan.to_place, plan.to_remove, plan.needs_confirmation), (3, 0, false));
    assert!(world.tracks().await.is_empty());
    assert_eq!(world.sync().await.unwrap().added, 3);
}

async fn what_happened_is_told_and_can_be_explained(kind: Kind) {
    let world = World::new(kind).await;
    let mut events = world.events.subscribe_to(|event| matches!(event, Event::Sync(_)));
    world.files(|files| album(files, "root", "First", 1));
    world.sync().await.unwrap();
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(event);
    }
    let account = || "acc".to_owned();
    assert_eq!(told.first().unwrap(), &SyncEvent::Started { account: account() }.into());
    let completed = SyncEvent::Completed { account: account(), added: 1, updated: 0, removed: 0 };
    assert_eq!(told.last().unwrap(), &completed.into());
    let track = world.tracks().await.into_values().next().unwrap();
    let explanation = world.program().explain(&track.id).await.unwrap().unwrap();
    assert_eq!(explanation.reason, "found on the drive");
    assert_eq!((explanation.name.as_str(), explanation.is_there), ("01.wav", true));
    world.program().forget("acc").await.unwrap();
    assert!(world.tracks().await.is_empty());
    assert_eq!(world.program().explain(&track.id).await.unwrap(), None);
}
