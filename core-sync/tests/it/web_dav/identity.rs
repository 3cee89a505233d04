//! Tracks outlive the addresses of their files.

use bridge_memory::SeededRandomness;
use test_cloud::DavKind;

use super::world::{DavWorld, KINDS};
use crate::support::wav;
use crate::used::Used;

#[core_async::test]
async fn files_that_trade_names_keep_their_tracks() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            files.file("x/a.wav", wav("A", "Somebody"));
            files.file("y/b.wav", wav("B, which is longer", "Somebody"));
        });
        world.sync().await.unwrap();
        let before = world.tracks().await;
        world.files(|files| {
            files.rename("x/a.wav", "z.wav");
            files.rename("y/b.wav", "x/a.wav");
            files.rename("z.wav", "y/b.wav");
        });
        let report = world.sync().await.unwrap();
        assert_eq!((report.added, report.removed), (0, 0), "{kind:?}");
        let after = world.tracks().await;
        assert_eq!(after["x/a.wav"].id, before["y/b.wav"].id, "{kind:?}");
        assert_eq!(after["y/b.wav"].id, before["x/a.wav"].id, "{kind:?}");
        assert_eq!(after["x/a.wav"].title, "B, which is longer");
    }
}

#[core_async::test]
async fn a_new_file_at_an_old_address_is_a_new_track() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| {
            files.file("a.wav", wav("Old", "Somebody"));
            files.file("b.wav", wav("Other", "Somebody"));
        });
        world.sync().await.unwrap();
        let before = world.tracks().await;
        world.files(|files| {
            files.rename("a.wav", "b.wav");
            files.file("a.wav", wav("New here", "Somebody"));
        });
        world.sync().await.unwrap();
        world.assert_mirrored().await;
        let after = world.tracks().await;
        assert_eq!(after["b.wav"].id, before["a.wav"].id, "{kind:?}");
        assert_ne!(after["a.wav"].id, before["a.wav"].id, "{kind:?}");
        assert_eq!(after["a.wav"].title, "New here", "{kind:?}");
    }
}

#[core_async::test]
async fn a_better_copy_takes_the_place_of_the_old_one() {
    for kind in KINDS {
        let world = DavWorld::new(kind).await;
        world.files(|files| files.file("First/song.mp3", wav("Song", "Somebody")));
        world.sync().await.unwrap();
        let before = world.tracks().await;
        world.files(|files| {
            files.delete("First/song.mp3");
            files.file("First/song.wav", wav("Song (remastered)", "Somebody"));
        });
        world.sync().await.unwrap();
        let after = world.tracks().await;
        assert_eq!(after["First/song.wav"].id, before["First/song.mp3"].id);
        assert_eq!(after["First/song.wav"].title, "Song (remastered)");
    }
}

/// One piece of music, as only the test knows it.
struct Piece {
    path: Option<String>,
    content: Vec<u8>,
    modified: u64,
    /// Whether a sync has seen it as it is: what was changed and moved before anybody looked cannot
    /// be recognised.
    is_seen: bool,
    /// Whether a sync has seen it where it is, for the same reason.
    is_known: bool,
}

/// Moves, renames, retags, better copies, removals, returns and trades at random, of files and of folders.
#[core_async::test]
async fn a_thousand_changes_leave_every_track_with_its_music() {
    for kind in KINDS {
        thousand_changes(kind).await;
    }
}

async fn thousand_changes(kind: DavKind) {
    let world = DavWorld::new(kind).await;
    let random = SeededRandomness::new(11);
    let pick = |length: usize| usize::try_from(random.below(length as u64)).unwrap();
    let mut clock = 1_600_000_000;
    let mut folders: Vec<_> = (0..5).map(|number| format!("Folder {number}")).collect();
    let mut pieces: Vec<_> = (0..40)
        .map(|number| {
            clock += 1;
            let content = wav(&format!("Piece {number}"), "Somebody");
            let path = format!("{}/{number}.wav", folders[number % 5]);
            world.files(|files| {
                files.file(&path, content.clone());
                files.set_modified(&path, clock);
            });
            Piece { path: Some(path), content, modified: clock, is_seen: true, is_known: true }
        })
        .collect();
    world.sync().await.unwrap();
    let first = world.tracks().await;
    let tracks: Vec<_> =
        pieces.iter().map(|piece| first[piece.path.as_ref().unwrap()].id.clone()).collect();
    let library = world.inner.library();
    let mut used = Used::new(&library, &tracks).await;
    for step in 0..1000 {
        let number = pick(pieces.len());
        let name = format!("{}/{number} as of {step}.wav", folders[pick(folders.len())]);
        clock += 1;
        let action = random.below(8);
        let is_quiet = pieces.iter().all(|piece| piece.is_seen);
        let piece = &mut pieces[number];
        match (piece.path.clone(), action) {
            (Some(path), 0 | 1) if piece.is_seen => {
                world.files(|files| files.rename(&path, &name));
                piece.path = Some(name);
                piece.is_known = false;
            }
            (Some(path), 2) if piece.is_known => {
                piece.content = wav(&format!("Piece {number}, take {step}"), "Somebody");
                piece.modified = clock;
                piece.is_seen = false;
                world.files(|files| {
                    files.file(&path, piece.content.clone());
                    files.set_modified(&path, clock);
                });
            }
            (Some(path), 3) if piece.is_seen => {
                world.files(|files| files.delete(&path));
                piece.path = None;
            }
            (Some(path), 4) if piece.is_seen => {
                // With another one, if that is possible.
                let other = pick(pieces.len());
                let trade = pieces[other].path.clone().filter(|_| pieces[other].is_seen);
                if let (Some(to), true) = (trade, other != number) {
                    world.files(|files| {
                        files.rename(&path, "between.wav");
                        files.rename(&to, &path);
                        files.rename("between.wav", &to);
                    });
                    pieces[other].path = Some(path);
                    pieces[number].path = Some(to);
                    pieces[other].is_known = false;
                    pieces[number].is_known = false;
                }
            }
            (Some(path), 6) if is_quiet && piece.is_known => {
                // A better copy takes its place.
                let (stem, extension) = path.rsplit_once('.').unwrap();
                let better = format!("{stem}.{}", if extension == "mp3" { "wav" } else { "mp3" });
                piece.content = wav(&format!("Piece {number}, copy {step}"), "Somebody");
                piece.modified = clock;
                world.files(|files| {
                    files.delete(&path);
                    files.file(&better, piece.content.clone());
                    files.set_modified(&better, clock);
                });
                (piece.is_seen, piece.is_known) = (false, false);
                piece.path = Some(better);
            }
            (Some(_), 5) if is_quiet => {
                let folder = pick(folders.len());
                let (from, to) = (folders[folder].clone(), format!("Folder as of {step}"));
                world.files(|files| files.rename(&from, &to));
                for piece in &mut pieces {
                    let inside = piece.path.as_ref().and_then(|path| path.strip_prefix(&from));
                    if let Some(rest) = inside.map(|rest| format!("{to}{rest}")) {
                        piece.path = Some(rest);
                        piece.is_known = false;
                    }
                }
                folders[folder] = to;
            }
            (None, _) => {
                world.files(|files| {
                    files.file(&name, piece.content.clone());
                    files.set_modified(&name, piece.modified);
                });
                piece.path = Some(name);
                piece.is_known = false;
            }
            _ => {}
        }
        if step % 10 == 9 {
            world.sync().await.unwrap();
            for piece in &mut pieces {
                (piece.is_seen, piece.is_known) = (true, true);
            }
            let now = world.tracks().await;
            for (number, piece) in pieces.iter().enumerate() {
                if let Some(path) = &piece.path {
                    let id = &now[path].id;
                    let why = world.inner.program().explain(id).await.unwrap();
                    assert_eq!(*id, tracks[number], "{kind:?}: step {step}: {number}: {why:?}");
                }
            }
            let played = pick(pieces.len());
            if pieces[played].path.is_some() {
                used.play(&library, played).await;
            }
        }
    }
    // Everything comes back.
    for (number, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.path.is_none()) {
        let name = format!("Folder of {number}/back.wav");
        world.files(|files| {
            files.file(&name, piece.content.clone());
            files.set_modified(&name, piece.modified);
        });
    }
    world.sync().await.unwrap();
    world.assert_mirrored().await;
    assert_eq!(world.tracks().await.len(), pieces.len());
    used.assert_kept(&library).await;
}
