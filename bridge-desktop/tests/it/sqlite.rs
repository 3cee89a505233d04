//! What is SQLite's alone: the file, other processes, power cuts, readable tables.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, ErrorKind, FieldKind, Filter, Query, Record, Schema, SchemaChange,
    SchemaComponent, TokenMatch, Value, WriteBatch,
};

fn schema() -> Schema {
    let tracks = Collection::new("tracks")
        .required("title", FieldKind::Text)
        .optional("live", FieldKind::Boolean)
        .optional("gain", FieldKind::Real)
        .optional("words", FieldKind::Tokens)
        .index(&["title"]);
    // Words of SQL and of SQLite are names like any other.
    let order = Collection::new("order").optional("group", FieldKind::Integer).index(&["group"]);
    let reserved = Collection::new("sqlite_stat").optional("rowid", FieldKind::Text);
    let changes = [tracks, order, reserved].map(SchemaChange::CreateCollection);
    Schema::new(vec![SchemaComponent::new("library").migration(changes.into())])
}

fn track(id: &str, title: &str) -> Record {
    Record::new(id)
        .with(title)
        .with(true)
        .with(-6.5)
        .with(Value::Tokens(vec!["abbey".into(), "road".into()]))
}

async fn open(path: &Path) -> SqliteDatabase {
    let database = SqliteDatabase::at(path);
    database.open(schema()).await.unwrap();
    database
}

async fn put(database: &SqliteDatabase, record: Record) -> u64 {
    let mut batch = WriteBatch::new();
    batch.put("tracks", record);
    database.write(batch).await.unwrap().sequence
}

#[core_async::test]
async fn a_person_can_read_the_tables() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let database = open(&path).await;
    put(&database, track("t1", "Come Together")).await;
    database.close().await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let row: (String, String, i64, f64, String, i64) =
        sqlx::query_as("SELECT id, title, live, gain, words, _version FROM tracks")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(row, ("t1".into(), "Come Together".into(), 1, -6.5, "abbey road".into(), 1));
    let intact: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(intact, "ok");
}

#[core_async::test]
async fn names_that_mean_something_to_sql_are_just_names() {
    let database = SqliteDatabase::in_memory();
    database.open(schema()).await.unwrap();
    let mut batch = WriteBatch::new();
    batch.put("order", Record::new("a").with(1_i64));
    batch.put("sqlite_stat", Record::new("b").with("x"));
    database.write(batch).await.unwrap();
    let query = Query::new("order").sort("group", bridge_traits::Direction::Descending);
    assert_eq!(database.query(&query).await.unwrap().rows.len(), 1);
    let named = Filter::equals("rowid", "x");
    assert_eq!(database.count("sqlite_stat", &named).await.unwrap(), 1);
}

#[core_async::test]
async fn two_adapters_share_one_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let (one, other) = core_async::join!(open(&path), open(&path));
    let (one, other) = (Arc::new(one), Arc::new(other));
    let writers = (0..40).map(|number: usize| {
        let database = Arc::clone(if number.is_multiple_of(2) { &one } else { &other });
        core_async::task::spawn(
            async move { put(&database, track(&number.to_string(), "x")).await },
        )
    });
    let mut sequences = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        sequences.push(writer.await.unwrap());
    }
    sequences.sort_unstable();
    assert!(sequences.iter().copied().eq(1..=40), "one series of numbers: {sequences:?}");
    for database in [&one, &other] {
        assert_eq!(database.count("tracks", &Filter::Everything).await.unwrap(), 40);
    }
}

#[core_async::test]
async fn a_file_that_is_no_database_is_corrupt_and_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let garbage = b"not a database, but somebody's poem ".repeat(200);
    fs::write(&path, &garbage).unwrap();
    let error = SqliteDatabase::at(&path).open(schema()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(fs::read(&path).unwrap(), garbage);
}

#[core_async::test]
async fn a_damaged_database_is_corrupt() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let database = open(&path).await;
    let mut batch = WriteBatch::new();
    for number in 0..2_000 {
        batch.put("tracks", track(&number.to_string(), &"long title ".repeat(20)));
    }
    database.write(batch).await.unwrap();
    database.close().await.unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[4096..middle] {
        *byte = 0xaa;
    }
    fs::write(&path, bytes).unwrap();
    let database = SqliteDatabase::at(&path);
    let error = match database.open(schema()).await {
        Err(error) => error,
        Ok(()) => database.query(&Query::new("tracks").limit(5_000)).await.unwrap_err(),
    };
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error:?}");
}

#[core_async::test]
async fn another_programs_database_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("CREATE TABLE tracks (x)").execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let before = fs::read(&path).unwrap();
    let error = SqliteDatabase::at(&path).open(schema()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[core_async::test]
async fn a_folder_or_a_path_through_a_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), "x").unwrap();
    for path in [directory.path().to_owned(), directory.path().join("file").join("library.db")] {
        let error = SqliteDatabase::at(&path).open(schema()).await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Other, "{path:?}: {error:?}");
    }
}

#[core_async::test]
async fn a_token_longer_than_the_index_takes_is_found_exactly() {
    let database = SqliteDatabase::in_memory();
    database.open(schema()).await.unwrap();
    let long = "x".repeat(40_000);
    let longer = format!("{long}y");
    for (id, word) in [("a", &long), ("b", &longer)] {
        let mut record = track(id, "t");
        record.0[4] = Value::Tokens(vec![word.clone()]);
        put(&database, record).await;
    }
    for (text, prefix, expected) in [(&long, false, 1), (&long, true, 2), (&longer, true, 1)] {
        let tokens = vec![TokenMatch { text: text.clone(), prefix }];
        let filter = Filter::HasTokens { field: "words".into(), tokens };
        assert_eq!(database.count("tracks", &filter).await.unwrap(), expected);
    }
    let tokens = vec![TokenMatch { text: "xx".into(), prefix: true }];
    let filter = Filter::HasTokens { field: "words".into(), tokens };
    assert_eq!(database.count("tracks", &filter).await.unwrap(), 2);
}

/// The process that `a_killed_writer_loses_nothing_acknowledged` kills: writes for ever, and says
/// on its standard error stream what was acknowledged.
#[core_async::test]
async fn writer_process() {
    let Ok(path) = std::env::var("MPC_TEST_WRITER") else { return };
    let database = open(Path::new(&path)).await;
    let start = database.count("tracks", &Filter::Everything).await.unwrap();
    for number in start.. {
        let mut batch = WriteBatch::new();
        batch.insert("tracks", track(&format!("{number:06}"), "x"));
        batch.put("order", Record::new("last").with(number));
        let commit = database.write(batch).await.unwrap();
        let line = format!("{number} {}\n", commit.sequence);
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
    }
}

#[core_async::test]
async fn a_killed_writer_loses_nothing_acknowledged() {
    use std::io::{BufRead, BufReader};

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    for round in 1..=10 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sqlite::writer_process", "--nocapture"])
            .env("MPC_TEST_WRITER", &path)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writer.stderr.take().unwrap()).lines();
        let mut last = String::new();
        for _ in 0..round * 7 {
            last = lines.next().unwrap().unwrap();
        }
        writer.kill().unwrap();
        // What it still managed to say before it died was acknowledged as well.
        last = lines.map_while(Result::ok).filter(|line| line.contains(' ')).last().unwrap_or(last);
        writer.wait().unwrap();
        let (number, sequence) = last.split_once(' ').unwrap();
        let (number, sequence): (u64, u64) = (number.parse().unwrap(), sequence.parse().unwrap());

        let database = open(&path).await;
        let count = database.count("tracks", &Filter::Everything).await.unwrap();
        assert!(count > number, "{count} rows, {number} acknowledged");
        let row = database.get("tracks", &format!("{number:06}")).await.unwrap().unwrap();
        assert_eq!(row.version, sequence);
        let last = database.get("order", "last").await.unwrap().unwrap();
        assert_eq!(last.record.0[1], Value::from(count - 1), "both collections or neither");
        database.close().await.unwrap();
    }
}
