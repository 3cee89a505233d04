//! Every state that a crash can leave on the disk: logs cut off or torn at any place, during a
//! migration and during writes, and databases into which a log was copied in part.

use std::fs;
use std::path::{Path, PathBuf};

use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, Field, FieldKind, Filter, Index, Query, Record, Schema,
    SchemaChange, SchemaComponent, Value, WriteBatch,
};

const TRACKS: u64 = 300;

fn component() -> SchemaComponent {
    let tracks = Collection::new("tracks").required("title", FieldKind::Text).index(&["title"]);
    let counts = Collection::new("counts").required("commits", FieldKind::Integer);
    let changes = [tracks, counts].map(SchemaChange::CreateCollection);
    SchemaComponent::new("library").migration(changes.into())
}

fn old_schema() -> Schema {
    Schema::new(vec![component()])
}

/// Adds columns with defaults, a token field, indexes and a collection, and removes an index.
fn new_schema() -> Schema {
    let in_tracks = |field| SchemaChange::AddField { collection: "tracks".into(), field };
    let index = |fields: &[&str], unique| Index {
        name: fields.join("_"),
        fields: fields.iter().map(|&field| field.to_owned()).collect(),
        unique,
    };
    let words = Value::Tokens(vec!["none".into()]);
    let new = component().migration(vec![
        in_tracks(Field::new("rating", FieldKind::Integer).with_default(50_i64)),
        in_tracks(Field::new("words", FieldKind::Tokens).with_default(words)),
        SchemaChange::CreateIndex {
            collection: "tracks".into(),
            index: index(&["rating", "title"], false),
        },
        SchemaChange::DropIndex { collection: "tracks".into(), name: "title".into() },
        SchemaChange::CreateCollection(
            Collection::new("plays").required("at", FieldKind::Integer).index(&["at"]),
        ),
    ]);
    Schema::new(vec![new])
}

async fn write(database: &SqliteDatabase, commit: u64, tracks: impl Iterator<Item = u64>) {
    let mut batch = WriteBatch::new();
    for number in tracks {
        let title = format!("Title {number} of {commit}");
        batch.put("tracks", Record::new(format!("{number:04}")).with(title));
    }
    batch.put("counts", Record::new("all").with(commit));
    database.write(batch).await.unwrap();
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

/// A database and the log that was not copied into it yet, and what the log's copying makes of it.
struct Written {
    before: Vec<u8>,
    log: Vec<u8>,
    after: Vec<u8>,
}

/// Prepares `path`, then notes what the next `steps` leave on the disk.
async fn written(path: &Path, schema: Schema, steps: impl AsyncFnOnce(&SqliteDatabase)) -> Written {
    let database = SqliteDatabase::at(path);
    database.open(old_schema()).await.unwrap();
    write(&database, 1, 0..TRACKS).await;
    database.close().await.unwrap();
    let before = fs::read(path).unwrap();
    let database = SqliteDatabase::at(path);
    database.open(schema).await.unwrap();
    steps(&database).await;
    let log = fs::read(log_of(path)).unwrap();
    assert!(log.len() > 10_000, "the log holds what was written");
    database.close().await.unwrap();
    Written { before, log, after: fs::read(path).unwrap() }
}

fn restore(path: &Path, database: &[u8], log: &[u8]) {
    fs::write(path, database).unwrap();
    fs::write(log_of(path), log).unwrap();
    fs::remove_file(path.with_extension("db-shm")).ok();
}

/// Opens with the new schema and looks whether everything is there.
async fn check_migrated(path: &Path, what: &str) {
    let database = SqliteDatabase::at(path);
    database.open(new_schema()).await.unwrap();
    for (filter, expected) in [
        (Filter::Everything, TRACKS),
        (Filter::equals("rating", 50_i64), TRACKS),
        (
            Filter::HasTokens {
                field: "words".into(),
                tokens: vec![bridge_traits::TokenMatch { text: "none".into(), prefix: false }],
            },
            TRACKS,
        ),
    ] {
        assert_eq!(database.count("tracks", &filter).await.unwrap(), expected, "{what}");
    }
    assert_eq!(database.count("plays", &Filter::Everything).await.unwrap(), 0, "{what}");
    database.close().await.unwrap();
    check_integrity(path, what).await;
}

async fn check_integrity(path: &Path, what: &str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let intact: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(intact, "ok", "{what}");
    sqlx::Connection::close(connection).await.unwrap();
}

#[core_async::test]
async fn a_migration_that_dies_anywhere_has_happened_or_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let state = written(&path, new_schema(), async |_| {}).await;
    // Killed at every step of writing the log: at the ends of frames and in the middle of them.
    let steps = state.log.len().div_ceil(40);
    for length in (0..=state.log.len()).step_by(steps).chain([state.log.len()]) {
        restore(&path, &state.before, &state.log[..length]);
        let old = SqliteDatabase::at(&path);
        // The old program still opens it, or is told that it is too old; it never damages it.
        match old.open(old_schema()).await {
            Ok(()) => {
                let tracks = old.count("tracks", &Filter::Everything).await.unwrap();
                assert_eq!(tracks, TRACKS, "cut at {length}");
                old.close().await.unwrap();
            }
            Err(error) => assert_eq!(error.kind(), bridge_traits::ErrorKind::Conflict),
        }
        drop(old);
        check_migrated(&path, &format!("cut at {length}")).await;
    }
    // Killed while the log is copied into the database.
    for end in (0..=state.after.len()).step_by(state.after.len().div_ceil(16)) {
        let mut partly = state.before.clone();
        partly.resize(state.after.len().max(partly.len()), 0);
        partly[..end].copy_from_slice(&state.after[..end]);
        restore(&path, &partly, &state.log);
        check_migrated(&path, &format!("copied up to {end}")).await;
    }
}

#[core_async::test]
async fn a_power_cut_leaves_a_beginning_of_the_commits() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let state = written(&path, old_schema(), async |database| {
        for commit in 2..=30 {
            write(database, commit, commit * 3..commit * 3 + 40).await;
        }
    })
    .await;
    let mut seen = Vec::new();
    for round in 0..60_usize {
        let mut log = state.log.clone();
        let at = round * 7_919 * 13 % log.len();
        match round % 3 {
            // Cut off, overwritten with something else, or a sector that never arrived.
            0 => log.truncate(at),
            1 => log[at] ^= 0x55,
            _ => {
                let end = (at + 512).min(log.len());
                log[at..end].fill(0);
            }
        }
        restore(&path, &state.before, &log);
        let database = SqliteDatabase::at(&path);
        database.open(old_schema()).await.unwrap();
        let row = database.get("counts", "all").await.unwrap().unwrap();
        let Value::Integer(commits) = row.record.0[1] else { panic!("{row:?}") };
        assert!((1..=30).contains(&commits));
        // Each track is as the last of these commits left it, so that none is there in part.
        let expected = (0..TRACKS).map(|number| {
            let wrote = |commit: &i64| (commit * 3..commit * 3 + 40).contains(&(number as i64));
            let last = (2..=commits).rev().find(wrote).unwrap_or(1);
            Value::from(format!("Title {number} of {last}"))
        });
        let all = Query::new("tracks").limit(Query::MAX_LIMIT);
        let rows = database.query(&all).await.unwrap().rows;
        let titles: Vec<_> = rows.into_iter().map(|row| row.record.0[1].clone()).collect();
        assert_eq!(titles, expected.collect::<Vec<_>>(), "round {round}, {commits} commits");
        seen.push(commits);
        database.close().await.unwrap();
        check_integrity(&path, &format!("round {round}")).await;
    }
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 10, "the damage was in many places: {seen:?}");
}
