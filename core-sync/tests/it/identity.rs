//! Tracks outlive their files.

use bridge_memory::SeededRandomness;

use crate::support::{Kind, World, album, on_every_drive, wav};
use crate::used::Used;

on_every_drive! {
    #[core_async::test] a_file_that_is_uploaded_again_elsewhere_is_the_same_track
    #[core_async::test] a_better_copy_takes_the_place_of_the_old_one
    #[core_async::test] equal_files_are_tracks_of_their_own
    #[core_async::test] a_thousand_changes_leave_every_track_with_its_music
}

async fn a_file_that_is_uploaded_again_elsewhere_is_the_same_track(kind: Kind) {
    let world = World::new(kind).await;
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

async fn a_better_copy_takes_the_place_of_the_old_one(kind: Kind) {
    let world = World::new(kind).await;
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

async fn equal_files_are_tracks_of_their_own(kind: Kind) {
    let world = World::new(kind).await;
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

/// One piece of music, as only the test knows it.
struct Piece {
    /// The file it is now, if it is not removed.
    file: Option<String>,
    content: Vec<u8>,
    name: String,
    folder: usize,
    /// Whether a sync has seen this content. What was changed and removed before anybody looked
    /// cannot be recognised.
    is_seen: bool,
    /// Whether a sync has seen this file, for the same reason.
    is_known: bool,
    /// Whether it is as a sync has seen it. What else was done before a better copy took its place
    /// cannot be recognised, nor what is done with that before anybody looks.
    is_quiet: bool,
    is_upgraded: bool,
}

/// Moves, renames, retags, better copies, removals and returns at random: what a file is, only the
/// test knows for sure, and the library must agree, with all that a user has made of it.
async fn a_thousand_changes_leave_every_track_with_its_music(kind: Kind) {
    let world = World::new(kind).await;
    let random = SeededRandomness::new(11);
    let pick = |length: usize| usize::try_from(random.below(length as u64)).unwrap();
    let folders: Vec<_> = (0..5)
        .map(|number| world.files(|files| files.folder("root", &format!("Folder {number}"))))
        .collect();
    let mut pieces: Vec<_> = (0..40)
        .map(|number| {
            let content = wav(&format!("Piece {number}"), "Somebody");
            let (name, folder) = (format!("{number}.wav"), number % 5);
            let file = world.files(|files| files.file(&folders[folder], &name, content.clone()));
            let (is_seen, is_known, is_quiet, is_upgraded) = (true, true, true, false);
            let file = Some(file);
            Piece { file, content, name, folder, is_seen, is_known, is_quiet, is_upgraded }
        })
        .collect();
    world.sync().await.unwrap();
    let first = world.tracks().await;
    let tracks: Vec<_> =
        pieces.iter().map(|piece| first[piece.file.as_ref().unwrap()].id.clone()).collect();
    let library = world.library();
    let mut used = Used::new(&library, &tracks).await;
    for step in 0..1000 {
        let number = pick(pieces.len());
        let piece = &mut pieces[number];
        if piece.is_upgraded {
            continue;
        }
        let was_quiet = std::mem::replace(&mut piece.is_quiet, false);
        world.files(|files| match (piece.file.clone(), random.below(7)) {
            (Some(file), 0) => {
                piece.folder = pick(folders.len());
                files.move_to(&file, &folders[piece.folder]);
            }
            (Some(file), 1) => {
                piece.name = format!("{number} as of {step}.wav");
                files.rename(&file, &piece.name);
            }
            (Some(file), 2) if piece.is_known => {
                piece.content = wav(&format!("Piece {number}, take {step}"), "Somebody");
                piece.is_seen = false;
                files.replace(&file, piece.content.clone());
            }
            (Some(file), 6) if was_quiet => {
                files.delete(&file);
                let (stem, extension) = piece.name.rsplit_once('.').unwrap();
                let extension = if extension == "mp3" { "wav" } else { "mp3" };
                piece.name = format!("{stem}.{extension}");
                piece.content = wav(&format!("Piece {number}, copy {step}"), "Somebody");
                let content = piece.content.clone();
                piece.is_upgraded = true;
                piece.file = Some(files.file(&folders[piece.folder], &piece.name, content));
            }
            (Some(file), 3) if piece.is_seen => {
                files.delete(&file);
                piece.file = None;
            }
            (Some(file), _) if piece.is_seen => {
                // Moved by a program that uploads and removes.
                files.delete(&file);
                let content = piece.content.clone();
                piece.is_known = false;
                piece.file = Some(files.file(&folders[piece.folder], &piece.name, content));
            }
            (Some(_), _) => {}
            (None, _) => {
                let content = piece.content.clone();
                piece.is_known = false;
                piece.file = Some(files.file(&folders[piece.folder], &piece.name, content));
            }
        });
        if step % 10 == 9 {
            world.sync().await.unwrap();
            let now = world.tracks().await;
            for (number, piece) in pieces.iter_mut().enumerate() {
                (piece.is_seen, piece.is_known) = (true, true);
                (piece.is_quiet, piece.is_upgraded) = (true, false);
                if let Some(file) = &piece.file {
                    assert_eq!(now[file].id, tracks[number], "step {step}: piece {number}");
                }
            }
            let played = pick(pieces.len());
            if pieces[played].file.is_some() {
                used.play(&library, played).await;
            }
        }
    }
    // Everything comes back.
    for piece in pieces.iter_mut().filter(|piece| piece.file.is_none()) {
        let content = piece.content.clone();
        let folder = &folders[piece.folder];
        piece.file = Some(world.files(|files| files.file(folder, &piece.name, content)));
    }
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    let last = world.tracks().await;
    for (number, piece) in pieces.iter().enumerate() {
        assert_eq!(last[piece.file.as_ref().unwrap()].id, tracks[number], "piece {number}");
    }
    assert_eq!(last.len(), pieces.len());
    used.assert_kept(&library).await;
}
