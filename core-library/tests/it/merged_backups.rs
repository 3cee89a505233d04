//! The library as a file, where tracks were merged.

use std::sync::Arc;

use bridge_memory::{MemoryDatabase, MemoryFileSystem};
use bridge_traits::{DatabaseAdapter, FileSystemAccess, Schema, WriteBatch};
use core_library::{ImportMode, Library, PlayOutcome, ScannedFile};

use crate::duplicates::copy;
use crate::playlists::{content, playlist};
use crate::recomputed::check_counts;
use crate::support::{World, add, add_one, all_tracks, bin};

const REPLACE: ImportMode = ImportMode::Replace { safety_copy: None };

/// Two files of one content, by two names.
fn two() -> [ScannedFile; 2] {
    [copy("m/1", "S"), ScannedFile { title: Some("T".into()), ..copy("m/2", "S") }]
}

#[core_async::test]
async fn copies_come_back_as_they_were() {
    let files: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
    let world = World::new().await;
    let [one, other] = two();
    let (one, other) = (add_one(&world.library, one).await, add_one(&world.library, other).await);
    world.library.merge_tracks(&one.id, std::slice::from_ref(&other.id)).await.unwrap();
    let third = add_one(&world.library, copy("m/3", "S")).await;
    world.library.keep_apart(&[one.id.clone(), third.id.clone()]).await.unwrap();
    world.library.export_library(&files, "out").await.unwrap();

    let back = World::new().await;
    add(&back.library, vec![copy("x", "X")]).await;
    back.library.import_library(&files, "out", &REPLACE).await.unwrap();
    let library = &back.library;
    assert_eq!(all_tracks(library).await, all_tracks(&world.library).await);
    let copies = library.copies(&one.id).await.unwrap();
    assert_eq!(copies, world.library.copies(&one.id).await.unwrap());
    assert_eq!(copies.len(), 1);
    assert_eq!(library.merge_verified(core_library::Reason::Scan).await.unwrap(), 0);
    // And are worked with as before.
    let change = core_library::FileChange::Remove { track_id: one.id.clone() };
    library.apply(vec![change]).await.unwrap();
    assert_eq!(library.track(&one.id).await.unwrap().path, "m/2");
    check_counts(library).await;
}

/// Until its third migration a bin held nothing but what was removed.
#[core_async::test]
async fn the_bin_of_an_older_release_is_as_it_was() {
    let new = World::new().await;
    let track = add_one(&new.library, copy("m/1", "S")).await;
    new.library.remove_tracks(std::slice::from_ref(&track.id)).await.unwrap();
    let mut record = new.database.get("bin", &track.id).await.unwrap().unwrap().record;
    record.0.pop();
    let mut older = Library::schema();
    older.migrations.truncate(2);
    let database = Arc::new(MemoryDatabase::new());
    database.open(Schema::new(vec![older])).await.unwrap();
    let mut batch = WriteBatch::new();
    batch.put("bin", record);
    database.write(batch).await.unwrap();
    database.open(Schema::new(vec![Library::schema()])).await.unwrap();
    let world = World::on(database, 9);
    assert_eq!(bin(&world.library).await, bin(&new.library).await);
    assert_eq!(world.library.merged_into(&track.id).await.unwrap(), None);
    assert_eq!(world.library.restore_tracks(&[track.id]).await.unwrap(), 1);
}

#[core_async::test]
async fn what_belongs_to_a_track_elsewhere_goes_to_the_one_that_it_was_merged_into_here() {
    let files: Arc<dyn FileSystemAccess> = Arc::new(MemoryFileSystem::new());
    let theirs = World::new().await;
    let [one, other] = two();
    let other = ScannedFile { signature: "other".into(), ..other };
    add(&theirs.library, vec![one.clone(), other.clone()]).await;
    let id = theirs.library.find_track_at("m/2").await.unwrap().unwrap().id;
    playlist(&theirs, "Theirs", std::slice::from_ref(&id)).await;
    let play = theirs.library.start_play(&id).await.unwrap();
    theirs.library.end_play(&play.id, PlayOutcome::Completed, 1).await.unwrap();
    theirs.library.rate_tracks(&[id], Some(30)).await.unwrap();
    theirs.library.export_library(&files, "out").await.unwrap();

    let ours = World::new().await.second();
    let (one, other) = (add_one(&ours.library, one).await, add_one(&ours.library, other).await);
    ours.library.merge_tracks(&one.id, std::slice::from_ref(&other.id)).await.unwrap();
    let report = ours.library.import_library(&files, "out", &ImportMode::Merge).await.unwrap();
    assert_eq!((report.matched, report.plays, report.playlists), (2, 1, 1));
    let track = ours.library.track(&one.id).await.unwrap();
    assert_eq!((track.rating, track.play_count), (Some(30), 1));
    let lists = ours.library.playlists(&Default::default()).await.unwrap().items;
    assert_eq!(content(&ours, &lists[0].id).await.0, ["S"]);
    let again = ours.library.import_library(&files, "out", &ImportMode::Merge).await.unwrap();
    assert_eq!((again.plays, again.playlists), (0, 0));
    assert_eq!(ours.library.track(&one.id).await.unwrap().play_count, 1);
}
