//! Tracks outlive their files.

use bridge_memory::SeededRandomness;

use crate::support::{World, album, wav};

#[core_async::test]
async fn a_file_that_is_uploaded_again_elsewhere_is_the_same_track() {
    let world = World::new().await;
    let folder = world.files(|files| album(files, "root", "First", 3));
    world.sync().await.unwrap();
    let before = world.tracks().await;
    let (old, track) = before.iter().next().unwrap();
    let new = world.files(|files| {
        let content = files.content(old).unwrap().clone();
        files.delete(old);
        let elsewhere = files.folder("root", "Elsewhere");
        files.move_to(&folder, &elsewhere);
        files.file(&elsewhere, "other name.wav", content)
    });
    let report = world.sync().await.unwrap();
    assert_eq!((report.added, report.moved, report.removed), (0, 3, 0));
    assert_eq!(world.tracks().await[&new].id, track.id);
    world.assert_mirrored().await;
    let why = world.program().explain(&track.id).await.unwrap().unwrap().reason;
    assert_eq!(why, "the same content as a file that is gone");
}

#[core_async::test]
async fn a_better_copy_takes_the_place_of_the_old_one() {
    let world = World::new().await;
    let folder = world.files(|files| {
        let folder = files.folder("root", "First");
        files.file(&folder, "song.mp3", wav("Song", "Somebody"));
        folder
    });
    world.sync().await.unwrap();
    let before = world.tracks().await.into_iter().next().unwrap();
    let new = world.files(|files| {
        files.delete(&before.0);
        files.file(&folder, "song.wav", wav("Song (remastered)", "Somebody"))
    });
    world.sync().await.unwrap();
    let after = world.tracks().await;
    assert_eq!(after.len(), 1);
    assert_eq!(after[&new].id, before.1.id);
    assert_eq!(after[&new].title, "Song (remastered)");
}

#[core_async::test]
async fn equal_files_are_tracks_of_their_own() {
    let world = World::new().await;
    world.files(|files| {
        for name in ["a.wav", "b.wav", "c.wav"] {
            files.file("root", name, wav("Same", "Somebody"));
        }
    });
    assert_eq!(world.sync().await.unwrap().added, 3);
    let before = world.tracks().await;
    // One of them goes and comes again, under its own name.
    let (gone, track) = before.iter().nth(1).unwrap();
    let back = world.files(|files| {
        files.delete(gone);
        files.file("root", "b.wav", wav("Same", "Somebody"))
    });
    world.sync().await.unwrap();
    let after = world.tracks().await;
    assert_eq!(after.len(), 3);
    assert_eq!(after[&back].id, track.id);
}

/// Moves, renames, retags, upgrades, removals and returns at random: what a file is, only the test
/// knows for sure, and the library must agree.
#[core_async::test]
async fn a_thousand_changes_leave_every_track_with_its_music() {
    let world = World::new().await;
    let random = SeededRandomness::new(11);
    let pick = |length: usize| usize::try_from(random.below(length as u64)).unwrap();
    let folders: Vec<_> = (0..5)
        .map(|number| world.files(|files| files.folder("root", &format!("Folder {number}"))))
        .collect();
    // For each piece of music: the file it is now, or what it was when it was removed.
    let mut music = Vec::new();
    for number in 0..40 {
        let content = wav(&format!("Piece {number}"), "Somebody");
        let name = format!("{number}.wav");
        let id = world.files(|files| files.file(&folders[number % 5], &name, content.clone()));
        music.push((Some(id), content, name, number % 5));
    }
    world.sync().await.unwrap();
    let first = world.tracks().await;
    let tracks: Vec<_> =
        music.iter().map(|(id, ..)| first[id.as_ref().unwrap()].id.clone()).collect();
    for step in 0..1000 {
        let piece = pick(music.len());
        let (id, content, name, folder) = &mut music[piece];
        world.files(|files| match (id.clone(), random.below(6)) {
            (Some(file), 0) => {
                *folder = pick(folders.len());
                files.move_to(&file, &folders[*folder]);
            }
            (Some(file), 1) => {
                *name = format!("{piece} as of {step}.wav");
                files.rename(&file, name);
            }
            (Some(file), 2) => {
                *content = wav(&format!("Piece {piece}, take {step}"), "Somebody");
                files.replace(&file, content.clone());
            }
            (Some(file), _) => {
                // Moved by a program that uploads and removes.
                files.delete(&file);
                *id = Some(files.file(&folders[*folder], name, content.clone()));
            }
            (None, _) => {}
        });
        if step % 10 == 9 {
            world.sync().await.unwrap();
        }
    }
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    let last = world.tracks().await;
    for (piece, (id, ..)) in music.iter().enumerate() {
        if let Some(id) = id {
            assert_eq!(last[id].id, tracks[piece], "piece {piece}");
        }
    }
}
