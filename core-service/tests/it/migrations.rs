//! Databases of every release there has been, brought to this one, in memory and in the storage of the
//! platform that the tests run on.
//!
//! `released` holds the migrations of each component as they were released, one file for each. A new
//! migration is added there, and nothing there ever changes: what it says is in people's databases.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryDatabase, SeededRandomness};
use core_service::bridge_traits::{
    Collection, CompiledSchema, DatabaseAdapter, DatabaseBackground, DatabaseExt, DatabaseSettings,
    FieldKind, Migration, Query, Record, Schema, SchemaComponent, Value, WriteBatch,
};
use core_service::core_library::{
    DuplicateQuery, Library, NewPlaylist, Place, PlayHistoryQuery, PlayOutcome, PlaylistQuery,
    SearchQuery, TrackEdit, TrackField, TrackQuery,
};
use core_service::core_runtime::EventBus;
use core_service::core_sync::Sync;
use core_service::scratch_database;
use futures::TryStreamExt;

use crate::generated::files;

/// The components of this release, and their migrations as they were released.
fn components() -> Vec<(SchemaComponent, Vec<Migration>)> {
    let read = |text| serde_json::from_str(text).unwrap();
    vec![
        (DatabaseSettings::schema(), read(include_str!("released/settings.json"))),
        (DatabaseBackground::schema(), read(include_str!("released/background.json"))),
        (Library::schema(), read(include_str!("released/library.json"))),
        (Sync::schema(), read(include_str!("released/sync.json"))),
    ]
}

#[core_async::test]
async fn what_was_released_never_changes() {
    let mut new = Vec::new();
    for (component, released) in components() {
        let name = &component.name;
        for (now, then) in component.migrations.iter().zip(&released) {
            assert_eq!(now, then, "migration {} of {name:?} was changed: add another", now.number);
        }
        assert!(component.migrations.len() >= released.len(), "{name:?} has lost migrations");
        for migration in &component.migrations[released.len()..] {
            let migration = serde_json::to_string(migration).unwrap();
            new.push(format!("{name}.json: {migration}"));
        }
    }
    assert!(new.is_empty(), "add to tests/it/released\n{}", new.join("\n"));
}

#[core_async::test(timeout_ms = 600_000)]
async fn every_release_is_brought_to_this_one_with_its_records() {
    let now = Schema::new(components().into_iter().map(|(component, _)| component).collect());
    let reference: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
    reference.open(now.clone()).await.unwrap();
    use_library(&library(&reference, 3)).await;
    let expected = answers(&library(&reference, 3)).await;
    let mut releases = 0;
    for (component, released) in components() {
        for version in 1..=released.len() {
            let mut then = now.clone();
            let at = then.components.iter().position(|c| c.name == component.name).unwrap();
            then.components[at].migrations = released[..version].to_vec();
            let what = format!("{}-{version}", component.name);
            let stores: [Arc<dyn DatabaseAdapter>; 2] = [
                Arc::new(MemoryDatabase::new()),
                scratch_database(&format!("migrate-{what}")).await,
            ];
            for database in stores {
                database.open(then.clone()).await.unwrap();
                let before = fill(&database, &then, &reference).await;
                database.open(now.clone()).await.unwrap();
                let versions = database.versions().await.unwrap();
                for component in &now.components {
                    assert_eq!(versions[&component.name], component.version(), "{what}");
                }
                let now = now.compile().unwrap();
                for (collection, rows) in before {
                    // A migration that drops it says what becomes of its records.
                    let Ok(today) = now.collection(&collection.name) else { continue };
                    let rows: Vec<_> =
                        rows.iter().map(|row| carry(row, &collection, today)).collect();
                    assert_eq!(read(&database, today).await, rows, "{what}: {}", today.name);
                }
                let library = library(&database, 4);
                assert_eq!(answers(&library).await, expected, "{what}");
                use_library(&library).await;
                database.close().await.unwrap();
            }
            releases += 1;
        }
    }
    assert!(releases >= 11, "{releases} releases");
}

/// A library whose new ids `seed` tells from those of others.
fn library(database: &Arc<dyn DatabaseAdapter>, seed: u64) -> Library {
    let (clock, randomness) = (Arc::new(ManualClock::default()), SeededRandomness::new(seed));
    Library::new(Arc::clone(database), clock, Arc::new(randomness), EventBus::default())
}

/// What a user does; a second time, it is done to what is there.
async fn use_library(library: &Library) {
    if library.counts().await.unwrap().tracks == 0 {
        library.apply(files(60)).await.unwrap();
    }
    let query = TrackQuery { sort: Some("path".into()), ..TrackQuery::default() };
    let tracks = library.tracks(&query).await.unwrap().items;
    let ids: Vec<_> = tracks.into_iter().map(|track| track.id).collect();
    library.rate_tracks(&ids[..5], Some(80)).await.unwrap();
    library.add_favourites(&ids[3..9]).await.unwrap();
    let edit = TrackEdit::new().set(TrackField::Title, "Ærø remix").set(TrackField::Year, 1984);
    library.edit_tracks(&ids[8..11], &edit).await.unwrap();
    let play = library.start_play(&ids[2]).await.unwrap();
    library.end_play(&play.id, PlayOutcome::Completed, 60_000).await.unwrap();
    let playlist = NewPlaylist { name: "Mix".into(), ..NewPlaylist::default() };
    let playlist = library.create_playlist(playlist).await.unwrap();
    library.add_to_playlist(&playlist.id, &ids[..4], Place::End).await.unwrap();
    library.remove_tracks(&ids[20..23]).await.unwrap();
}

/// What a user sees, by indexes that came and went.
async fn answers(library: &Library) -> Vec<String> {
    let mut answers = Vec::new();
    for sort in ["title", "-artist", "album", "path", "-rating", "year"] {
        let query = TrackQuery { sort: Some(sort.into()), ..TrackQuery::default() };
        answers.push(format!("{:?}", library.tracks(&query).await.unwrap()));
    }
    let query = TrackQuery { favourite: Some(true), ..TrackQuery::default() };
    answers.push(format!("{:?}", library.tracks(&query).await.unwrap()));
    for text in ["ærø", "love", "mix"] {
        let query = SearchQuery { text: text.into(), limit: None };
        answers.push(format!("{:?}", library.search(&query).await.unwrap()));
    }
    let lists = library.playlists(&PlaylistQuery::default()).await.unwrap();
    let plays = library.play_history(&PlayHistoryQuery::default()).await.unwrap();
    let duplicates = library.duplicates(&DuplicateQuery::default()).await.unwrap();
    answers.extend([format!("{lists:?}"), format!("{plays:?}"), format!("{duplicates:?}")]);
    answers
}

/// Puts into every collection of an older release what today's reference has of it, or else a record
/// that fits.
async fn fill(
    database: &Arc<dyn DatabaseAdapter>,
    then: &Schema,
    reference: &Arc<dyn DatabaseAdapter>,
) -> Vec<(Collection, Vec<Record>)> {
    let now = today();
    let mut filled = Vec::new();
    for collection in then.compile().unwrap().collections {
        let mut rows = Vec::new();
        if let Ok(today) = now.collection(&collection.name) {
            let all = read(reference, today).await;
            rows.extend(all.iter().map(|row| carry(row, today, &collection)));
        }
        if rows.is_empty() {
            rows.push(made_up(&collection));
        }
        let mut batch = WriteBatch::new();
        for row in &rows {
            batch.put(&collection.name, row.clone());
        }
        database.write(batch).await.unwrap();
        filled.push((collection, rows));
    }
    filled
}

fn today() -> CompiledSchema {
    let components = components().into_iter().map(|(component, _)| component).collect();
    Schema::new(components).compile().unwrap()
}

/// The same record in another release: fields go by their names, and those that are new there have
/// their defaults.
fn carry(record: &Record, from: &Collection, to: &Collection) -> Record {
    let value = |name: &str| from.position(name).map(|at| record.0[at].clone());
    let fields = to.fields.iter();
    Record(fields.map(|field| value(&field.name).unwrap_or(field.default.clone())).collect())
}

fn made_up(collection: &Collection) -> Record {
    let value = |kind| match kind {
        FieldKind::Boolean => true.into(),
        FieldKind::Integer => 7.into(),
        FieldKind::Real => 0.5.into(),
        FieldKind::Bytes => Value::Bytes(vec![0, 255]),
        FieldKind::Tokens => Value::Tokens(vec!["made".into(), "up".into()]),
        _ => "made up".into(),
    };
    Record(collection.fields.iter().map(|field| value(field.kind)).collect())
}

/// Every record, by its key.
async fn read(database: &Arc<dyn DatabaseAdapter>, collection: &Collection) -> Vec<Record> {
    let query = Query::new(&collection.name);
    let rows: Vec<_> = database.scan(query).try_collect().await.unwrap();
    rows.into_iter().map(|row| row.record).collect()
}
