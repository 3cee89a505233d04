//! The library as a file.

use std::sync::Arc;

use bridge_memory::{MemoryDatabase, MemoryFileSystem};
use bridge_traits::{
    DatabaseAdapter, ErrorKind, Field, FieldKind, FileSystemAccess, FileSystemExt, Schema,
    SchemaChange,
};
use bytes::Bytes;
use core_library::{
    BackupError, ImportMode, Library, LibraryFile, NewPlaylist, PlayHistoryQuery, PlayOutcome,
    PlaylistQuery, QueuedTrack, SearchQuery, Session, TrackEdit, TrackField,
    snapshot_before_migration,
};
use futures::{StreamExt, TryStreamExt};
use serde_json::Value as Json;
use xxhash_rust::xxh3::xxh3_128;

use crate::playlists::{content, playlist};
use crate::recomputed::check_counts;
use crate::slow_database::SlowDatabase;
use crate::support::{World, add, add_one, all_tracks, bin, file};

const REPLACE: ImportMode = ImportMode::Replace { safety_copy: None };

fn files() -> Arc<dyn FileSystemAccess> {
    Arc::new(MemoryFileSystem::new())
}

async fn read(files: &Arc<dyn FileSystemAccess>, path: &str) -> Vec<u8> {
    files.read_bytes(path, 100 << 20).await.unwrap().to_vec()
}

async fn export(world: &World, files: &Arc<dyn FileSystemAccess>, path: &str) -> Vec<u8> {
    world.library.export_library(files, path).await.unwrap();
    read(files, path).await
}

/// A library with something of everything.
async fn full() -> World {
    let world = World::new().await;
    let tracks = world.tracks(&["a", "ä\u{301}\n", "c"]).await;
    world.library.rate_tracks(&tracks[..2], Some(70)).await.unwrap();
    world.library.add_favourites(&tracks[1..]).await.unwrap();
    for outcome in [PlayOutcome::Completed, PlayOutcome::Skipped, PlayOutcome::Completed] {
        let play = world.library.start_play(&tracks[0]).await.unwrap();
        world.clock.advance(core_async::time::Duration::from_secs(1));
        world.library.end_play(&play.id, outcome, 1).await.unwrap();
    }
    playlist(&world, "Mix", &[tracks[0].clone(), tracks[2].clone(), tracks[0].clone()]).await;
    let rules = r#"{"rules": [{"field": "favourite", "operator": "is", "value": true}]}"#;
    let rules = serde_json::from_str(rules).unwrap();
    let new = NewPlaylist { name: "Best".into(), rules: Some(rules), ..NewPlaylist::default() };
    world.library.create_playlist(new).await.unwrap();
    let queue = vec![QueuedTrack { track_id: tracks[0].clone(), source_index: None }];
    let session = Session { queue, index: Some(0), ..Session::default() };
    world.library.save_session(&session).await.unwrap();
    world
}

#[core_async::test]
async fn what_was_written_comes_back_exactly() {
    let (world, files) = (full().await, files());
    let report = world.library.export_library(&files, "out/library").await.unwrap();
    let bytes = read(&files, "out/library").await;
    assert_eq!(report.bytes, bytes.len() as u64);
    assert_eq!(report.records, bytes.iter().filter(|byte| **byte == b'\n').count() as u64 - 2);

    let other = World::new().await;
    other.tracks(&["x", "a"]).await;
    let report = other.library.import_library(&files, "out/library", &REPLACE).await.unwrap();
    assert_eq!((report.tracks, report.playlists, report.plays), (3, 2, 3));
    assert_eq!(all_tracks(&other.library).await, all_tracks(&world.library).await);
    let lists = PlaylistQuery::default();
    assert_eq!(
        other.library.playlists(&lists).await.unwrap(),
        world.library.playlists(&lists).await.unwrap()
    );
    assert_eq!(other.library.session().await.unwrap(), world.library.session().await.unwrap());
    assert_eq!(other.library.interrupted_restore().await.unwrap(), None);
    other.clock.set(bridge_traits::Clock::unix_millis(&*world.clock));
    assert_eq!(export(&other, &files, "again").await, bytes, "every record, in every collection");
    // It can be worked with: counts go on from where they were.
    add(&other.library, vec![file("m/new.flac", "new", "A", "B")]).await;
    let artists = other.library.artists(&Default::default()).await.unwrap().items;
    assert_eq!(artists[0].track_count, 4);
}

#[core_async::test]
async fn pieces_are_what_a_file_has_and_nobody_may_write_between_them() {
    let (world, files) = (full().await, files());
    let bytes = export(&world, &files, "out").await;
    let pieces: Vec<Bytes> = world.library.export_pieces().try_collect().await.unwrap();
    assert!(pieces.len() > 5 && pieces.concat() == bytes, "{} pieces", pieces.len());

    let file = LibraryFile { name: "chosen".into(), content: files.open("out").await.unwrap() };
    let other = World::new().await;
    let report = other.library.import_library_file(&files, &file, &REPLACE).await.unwrap();
    assert_eq!((report.tracks, report.playlists), (3, 2));
    assert_eq!(all_tracks(&other.library).await, all_tracks(&world.library).await);

    // Edits of the same library wait for the end.
    let mut pieces = world.library.export_pieces();
    pieces.next().await.unwrap().unwrap();
    let tracks = all_tracks(&world.library).await;
    let ids = [tracks[0].id.clone()];
    {
        let mut edit = std::pin::pin!(world.library.rate_tracks(&ids, Some(30)));
        assert!(futures::poll!(&mut edit).is_pending());
        while let Some(piece) = pieces.next().await {
            piece.unwrap();
        }
        edit.await.unwrap();
    }
    // Where others play is nothing that a copy has to wait for.
    let mut pieces = world.library.export_pieces();
    pieces.next().await.unwrap().unwrap();
    world.second().library.save_session(&Session::default()).await.unwrap();
    assert!(pieces.try_collect::<Vec<_>>().await.is_ok());
    // Their edits do not wait.
    let mut pieces = world.library.export_pieces();
    pieces.next().await.unwrap().unwrap();
    world.second().library.rate_tracks(&ids, Some(40)).await.unwrap();
    let error = pieces.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(matches!(error, BackupError::Busy), "{error}");
}

#[core_async::test]
async fn any_damage_is_noticed_before_anything_changes() {
    let (world, files) = (full().await, files());
    let bytes = export(&world, &files, "whole").await;
    let other = World::new().await;
    other.tracks(&["kept"]).await;
    let before = export(&other, &files, "before").await;
    let mut damaged = Vec::new();
    for step in 0..60 {
        let place = step * bytes.len() / 60;
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (step % 8);
        damaged.extend([flipped, bytes[..place].to_vec()]);
    }
    damaged.push([bytes.as_slice(), b"[]\n"].concat());
    damaged.push(bytes[..bytes.len() - 2].to_vec());
    for damaged in damaged {
        files.write_bytes("damaged", Bytes::from(damaged)).await.unwrap();
        for mode in [ImportMode::Merge, REPLACE] {
            let error = other.library.import_library(&files, "damaged", &mode).await.unwrap_err();
            let kind = matches!(
                error,
                BackupError::Damaged { .. }
                    | BackupError::NotALibrary(_)
                    | BackupError::Newer { .. }
            );
            assert!(kind, "{error}");
        }
    }
    assert_eq!(export(&other, &files, "after").await, before);
}

/// Changes the lines of a file and makes its end fit again.
fn rewrite(bytes: &[u8], change: impl Fn(&mut Json)) -> Vec<u8> {
    let text = str::from_utf8(bytes).unwrap();
    let mut lines: Vec<Json> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.iter_mut().for_each(change);
    let mut end = lines.pop().unwrap();
    let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let counts = end["end"].as_object_mut().unwrap();
    for (name, count) in counts {
        *count = lines.iter().filter(|line| line[0] == name.as_str()).count().into();
    }
    end["xxh3"] = format!("{:032x}", xxh3_128(text.as_bytes())).into();
    text.push_str(&format!("{end}\n"));
    text.into_bytes()
}

#[core_async::test]
async fn files_of_older_releases_read_and_those_of_newer_ones_are_refused() {
    let (world, files) = (full().await, files());
    let bytes = export(&world, &files, "now").await;
    // A release before ratings: neither the header nor the records know them. A field that is no
    // more is left out.
    let header: Json =
        serde_json::from_slice(bytes.split(|b| *b == b'\n').next().unwrap()).unwrap();
    let table = header["collections"].as_array().unwrap();
    let tracks = table.iter().find(|table| table["name"] == "tracks").unwrap();
    let fields = tracks["fields"].as_array().unwrap();
    let rating = fields.iter().position(|field| field["name"] == "rating").unwrap();
    let old = rewrite(&bytes, |line| {
        if line["format"].is_string() {
            for table in line["collections"].as_array_mut().unwrap() {
                if table["name"] == "tracks" {
                    table["fields"][rating]["name"] = "mood".into();
                    table["fields"][rating]["kind"] = "text".into();
                }
            }
        } else if line[0] == "tracks" {
            line[rating + 1] = "calm".into();
        }
    });
    files.write_bytes("old", Bytes::from(old)).await.unwrap();
    let other = World::new().await;
    other.library.import_library(&files, "old", &REPLACE).await.unwrap();
    let read = all_tracks(&other.library).await;
    assert_eq!(read.iter().map(|track| track.rating).collect::<Vec<_>>(), [None; 3]);
    assert_eq!(read.iter().filter(|track| track.favourite).count(), 2);

    for (field, value) in
        [("version", 2.into()), ("components", serde_json::json!({"library": 99}))]
    {
        let newer = rewrite(&bytes, |line| {
            if line["format"].is_string() {
                line[field] = value.clone();
            }
        });
        files.write_bytes("newer", Bytes::from(newer)).await.unwrap();
        let error = other.library.import_library(&files, "newer", &REPLACE).await.unwrap_err();
        assert!(matches!(error, BackupError::Newer { .. }), "{error}");
    }
}

#[core_async::test]
async fn an_interrupted_replacement_is_known_and_finished_by_another() {
    let (world, files) = (full().await, files());
    let bytes = export(&world, &files, "good").await;
    // Two tracks in one file, which no library has: the replacement fails on its way.
    let impossible = rewrite(&bytes, |line| {
        if line[0] == "tracks" {
            for value in line.as_array_mut().unwrap() {
                if value.as_str().is_some_and(|text| text.starts_with("m/")) {
                    *value = "m/same.flac".into();
                }
            }
        }
    });
    files.write_bytes("impossible", Bytes::from(impossible)).await.unwrap();
    let other = World::new().await;
    other.tracks(&["before"]).await;
    let before = export(&other, &files, "before").await;
    let mode = ImportMode::Replace { safety_copy: Some("safe/copy".into()) };
    let error = other.library.import_library(&files, "impossible", &mode).await.unwrap_err();
    assert_eq!(error.code(), "restore_interrupted");
    assert!(error.to_string().contains("read the file again"), "{error}");
    assert_eq!(other.library.last_restore().await.unwrap(), None);
    let restarted = other.second();
    assert_eq!(
        restarted.library.interrupted_restore().await.unwrap().as_deref(),
        Some("impossible")
    );
    assert_eq!(read(&files, "safe/copy").await, before);
    // The copy is not overwritten by half a library.
    restarted.library.import_library(&files, "good", &mode).await.unwrap();
    assert_eq!(read(&files, "safe/copy").await, before);
    assert_eq!(restarted.library.interrupted_restore().await.unwrap(), None);
    assert_eq!(all_tracks(&restarted.library).await, all_tracks(&world.library).await);
}

#[core_async::test]
async fn what_others_write_during_a_replacement_leaves_no_count_wrong() {
    let (world, files) = (full().await, files());
    export(&world, &files, "good").await;
    // At every moment of it.
    for turns in 0..150 {
        let here = World::new().await;
        here.tracks(&["before"]).await;
        let shared = World { database: Arc::new(SlowDatabase(here.database.clone())), ..here };
        let (one, two) = (shared.second(), shared.second());
        let other = async {
            for _ in 0..turns {
                core_async::task::yield_now().await;
            }
            // On the album that comes in, so that its count is of both.
            add(&two.library, vec![file("n/x.flac", "x", "A", "B")]).await;
        };
        let (report, ()) =
            core_async::join!(one.library.import_library(&files, "good", &REPLACE), other);
        assert_eq!(report.unwrap().tracks, 3, "after {turns} turns");
        check_counts(&one.library).await;
        assert!(one.library.last_restore().await.unwrap().is_some());
    }
}

#[core_async::test]
async fn a_merge_adds_what_the_user_did_and_loses_nothing() {
    let (world, files) = (full().await, files());
    export(&world, &files, "theirs").await;
    // The same files, scanned elsewhere: one at another path, one not there at all.
    let here = World::new().await.second();
    let mut moved = file("elsewhere/ä.flac", "ä", "A", "B");
    moved.signature = "signature of m/ä\u{301}\n.flac".into();
    add(&here.library, vec![file("m/a.flac", "a", "A", "B"), moved]).await;
    let id = async |path: &str| here.library.find_track_at(path).await.unwrap().unwrap().id;
    let (a, moved) = (id("m/a.flac").await, id("elsewhere/ä.flac").await);
    here.library.rate_tracks(std::slice::from_ref(&a), Some(10)).await.unwrap();
    let play = here.library.start_play(&a).await.unwrap();
    here.library.end_play(&play.id, PlayOutcome::Completed, 1).await.unwrap();
    let mine = playlist(&here, "Mine", std::slice::from_ref(&moved)).await;

    let report = here.library.import_library(&files, "theirs", &ImportMode::Merge).await.unwrap();
    assert_eq!((report.tracks, report.matched, report.playlists, report.plays), (3, 2, 2, 3));
    let track = here.library.track(&a).await.unwrap();
    assert_eq!((track.rating, track.favourite), (Some(10), false), "what is here stays");
    assert_eq!((track.play_count, track.skip_count), (3, 1));
    let track = here.library.track(&moved).await.unwrap();
    assert_eq!((track.rating, track.favourite), (Some(70), true));
    let lists = here.library.playlists(&PlaylistQuery::default()).await.unwrap().items;
    let names: Vec<_> = lists.iter().map(|list| (list.name.as_str(), list.entry_count)).collect();
    assert_eq!(names, [("Best", 1), ("Mine", 1), ("Mix", 3)]);
    assert_eq!(content(&here, &lists[2].id).await.0, ["a", "m/c.flac", "a"]);
    assert_eq!(lists[2].duration_ms, 180_000);
    let plays = here.library.play_history(&PlayHistoryQuery::default()).await.unwrap().items;
    assert!(plays.len() == 4 && plays.iter().all(|play| play.track_id == a));

    // Again: nothing comes twice.
    let before = export(&here, &files, "before").await;
    let again = here.library.import_library(&files, "theirs", &ImportMode::Merge).await.unwrap();
    assert_eq!((again.matched, again.playlists, again.plays), (2, 0, 0));
    assert_eq!(export(&here, &files, "after").await, before);

    // A playlist that both sides have changed is there twice rather than half lost.
    here.clock.advance(core_async::time::Duration::from_secs(60));
    let mix = lists[2].id.clone();
    let place = core_library::Place::End;
    here.library.add_to_playlist(&mix, &[moved], place).await.unwrap();
    for copies in [1, 0] {
        let again =
            here.library.import_library(&files, "theirs", &ImportMode::Merge).await.unwrap();
        assert_eq!(again.playlists, copies);
    }
    let lists = here.library.playlists(&PlaylistQuery::default()).await.unwrap().items;
    let mixes: Vec<_> =
        lists.iter().filter(|list| list.name == "Mix").map(|l| l.entry_count).collect();
    assert_eq!(mixes.iter().sum::<u64>(), 7);
    assert!(here.library.playlist(&mine.id).await.is_ok());
}

#[core_async::test]
async fn edits_lyrics_bin_and_changes_are_in_the_file() {
    let (world, files) = (World::new().await, files());
    let mut sung = file("m/1", "One", "A", "B");
    sung.lyrics = Some(core_library::Lyrics { plain: Some("la la".into()), ..Default::default() });
    let one = add_one(&world.library, sung).await;
    let two = add_one(&world.library, file("m/2", "Two", "A", "B")).await;
    let edit = TrackEdit::new().set(TrackField::Title, "Mine").clear(TrackField::Year);
    world.library.edit_track(&one.id, &edit).await.unwrap();
    world.library.remove_tracks(std::slice::from_ref(&two.id)).await.unwrap();
    let bytes = export(&world, &files, "out").await;
    let end: Json = serde_json::from_slice(
        bytes.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty()).unwrap(),
    )
    .unwrap();
    let count = |name: &str| end["end"][name].as_u64().unwrap();
    let counts = ["bin", "track_details", "edits", "changes"].map(count);
    assert_eq!(counts, [1, 1, 2, 2]);

    let other = World::new().await;
    let report = other.library.import_library(&files, "out", &REPLACE).await.unwrap();
    assert_eq!((report.tracks, report.edited), (1, 1));
    assert_eq!(bin(&other.library).await, bin(&world.library).await);
    for id in [&one.id, &two.id] {
        let details = other.library.track_details(id).await.unwrap();
        assert_eq!(details, world.library.track_details(id).await.unwrap());
    }
    let changes = core_library::HistoryQuery::default();
    assert_eq!(
        other.library.history(&changes).await.unwrap(),
        world.library.history(&changes).await.unwrap()
    );
    // What the file says is there too.
    assert_eq!(other.library.revert(&one.id, &[]).await.unwrap().title, "One");
}

#[core_async::test]
async fn a_merge_brings_edits_where_there_are_none() {
    let (world, files) = (World::new().await, files());
    let theirs = add_one(&world.library, file("m/1", "One", "A", "B")).await;
    let edit = TrackEdit::new()
        .set(TrackField::Title, "Theirs")
        .set(TrackField::Artists, &["X", "Y"][..])
        .clear(TrackField::Album)
        .set(TrackField::Year, 1999);
    world.library.edit_track(&theirs.id, &edit).await.unwrap();
    let known = TrackEdit::new().set(TrackField::Label, "Factory");
    let ids = [theirs.id];
    world.library.set_service_values(&ids, "service", &known).await.unwrap();
    let absent = add_one(&world.library, file("m/2", "Two", "A", "B")).await;
    let edit = TrackEdit::new().set(TrackField::Title, "Not there");
    world.library.edit_track(&absent.id, &edit).await.unwrap();
    export(&world, &files, "theirs").await;

    let here = World::new().await.second();
    let ours = add_one(&here.library, file("m/1", "One", "A", "B")).await;
    let edit = TrackEdit::new().set(TrackField::Title, "Ours");
    here.library.edit_track(&ours.id, &edit).await.unwrap();
    let report = here.library.import_library(&files, "theirs", &ImportMode::Merge).await.unwrap();
    assert_eq!((report.tracks, report.matched, report.edited), (2, 1, 1));
    let details = here.library.track_details(&ours.id).await.unwrap();
    let track = &details.track;
    assert_eq!((track.title.as_str(), track.year), ("Ours", Some(1999)));
    assert_eq!((track.artist.as_deref(), track.album.as_deref()), (Some("X, Y"), None));
    assert_eq!(details.tags.label.as_deref(), Some("Factory"));
    check_counts(&here.library).await;
    // It is an edit like any other: a scan leaves it alone, and it can be taken back.
    let mut again = file("m/1", "Rescanned", "A", "B");
    again.signature = "new".into();
    let change = core_library::FileChange::Update { track_id: ours.id.clone(), file: again };
    here.library.apply(vec![change]).await.unwrap();
    assert_eq!(here.library.track(&ours.id).await.unwrap().year, Some(1999));
    let before = export(&here, &files, "before").await;
    let report = here.library.import_library(&files, "theirs", &ImportMode::Merge).await.unwrap();
    assert_eq!(report.edited, 0);
    assert_eq!(export(&here, &files, "after").await, before, "nothing comes twice");
    let reverted = here.library.revert(&ours.id, &[]).await.unwrap();
    assert_eq!((reverted.title.as_str(), reverted.year), ("Rescanned", None));
    assert_eq!(reverted.artist.as_deref(), Some("A"));
}

#[core_async::test]
async fn edits_that_no_field_can_hold_are_passed_over() {
    let (world, files) = (World::new().await, files());
    let theirs = add_one(&world.library, file("m/1", "One", "A", "B")).await;
    let edit = TrackEdit::new().set(TrackField::Title, "Mine").set(TrackField::Year, 1999);
    world.library.edit_track(&theirs.id, &edit).await.unwrap();
    let bytes = export(&world, &files, "out").await;
    let broken = rewrite(&bytes, |line| {
        if line[0] == "edits" {
            for value in line.as_array_mut().unwrap() {
                if *value == "1999" {
                    *value = "[\"soon\"]".into();
                }
            }
        }
    });
    assert_ne!(broken, bytes);
    files.write_bytes("broken", Bytes::from(broken)).await.unwrap();
    let here = World::new().await.second();
    let ours = add_one(&here.library, file("m/1", "One", "A", "B")).await;
    here.library.import_library(&files, "broken", &ImportMode::Merge).await.unwrap();
    let track = here.library.track(&ours.id).await.unwrap();
    assert_eq!((track.title.as_str(), track.year), ("Mine", None));
}

#[core_async::test]
async fn merged_playlists_are_found_with_a_typo() {
    let (world, files) = (World::new().await, files());
    playlist(&world, "Wintersonne", &[]).await;
    export(&world, &files, "theirs").await;
    let here = World::new().await.second();
    here.library.import_library(&files, "theirs", &ImportMode::Merge).await.unwrap();
    for text in ["wintersonne", "wintresonne"] {
        let query = SearchQuery { text: text.into(), limit: None };
        let found = here.library.search(&query).await.unwrap().playlists;
        assert_eq!(found.len(), 1, "{text}");
    }
}

#[core_async::test]
async fn a_copy_is_made_before_each_migration_and_only_then() {
    let (world, files) = (full().await, files());
    let tracks = all_tracks(&world.library).await;
    let database = &world.database;
    let place = (&files, "snapshots");
    let mut component = Library::schema();
    let now = Schema::new(vec![component.clone()]);
    assert_eq!(snapshot_before_migration(database, &now, place, 1).await.unwrap(), None);
    for round in 1..=5_u64 {
        let field = Field::new(&format!("new_{round}"), FieldKind::Text).optional();
        let change = SchemaChange::AddField { collection: "plays".into(), field };
        component = component.migration(vec![change]);
        let next = Schema::new(vec![component.clone()]);
        let path = snapshot_before_migration(database, &next, place, round).await.unwrap().unwrap();
        database.open(next.clone()).await.unwrap();
        assert_eq!(snapshot_before_migration(database, &next, place, round).await.unwrap(), None);
        database.open(next).await.unwrap();
        assert!(files.metadata(&path).await.unwrap().length > 0);
    }
    let kept = files.list("snapshots").await.unwrap();
    assert_eq!(kept.len(), 3, "{kept:?}");
    let third = format!("-library-{}", Library::schema().version() + 2);
    assert!(kept[0].name.contains(&third), "{kept:?}");

    // A release that is older does not touch it, and a fresh database has nothing to copy.
    assert_eq!(snapshot_before_migration(database, &now, place, 9).await.unwrap(), None);
    assert_eq!(database.open(now.clone()).await.unwrap_err().kind(), ErrorKind::Conflict);
    let fresh: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
    assert_eq!(snapshot_before_migration(&fresh, &now, place, 9).await.unwrap(), None);

    // The snapshot of the first migration is a library of this release.
    let (world, files) = (full().await, self::files());
    let change = SchemaChange::DropCollection("tracks".into());
    let next = Schema::new(vec![Library::schema().migration(vec![change])]);
    let place = (&files, "s");
    let path = snapshot_before_migration(&world.database, &next, place, 1).await.unwrap().unwrap();
    world.database.open(next).await.unwrap();
    let other = World::new().await;
    other.library.import_library(&files, &path, &REPLACE).await.unwrap();
    assert_eq!(all_tracks(&other.library).await, tracks);
}
