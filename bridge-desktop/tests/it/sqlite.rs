//! What is SQLite's alone: the file, other processes, power cuts, readable tables.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, ErrorKind, FieldKind, Filter, Query, Record, Row, Schema,
    SchemaChange, SchemaComponent, TokenMatch, Value, WatchError, WriteBatch,
};
use futures::FutureExt;

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

#[core_async::test]
async fn watchers_hear_of_other_processes_commits() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let (one, other) = (open(&path).await, open(&path).await);
    let (mut watcher, mut others) = (one.watch(), other.watch());
    for round in 0..20 {
        // Each hears of both, in the order of the commits.
        let foreign = put(&other, track(&format!("o{round}"), "x")).await;
        let own = put(&one, track(&format!("a{round}"), "x")).await;
        for watcher in [&mut watcher, &mut others] {
            for sequence in [foreign, own] {
                let notice = within_a_moment(watcher.next()).await.unwrap();
                assert_eq!(
                    (notice.sequence, notice.collections),
                    (sequence, vec!["tracks".into()])
                );
            }
        }
    }
    // Without a commit of one's own.
    let mut last = 0;
    for number in 0..300 {
        last = put(&other, track(&number.to_string(), "x")).await;
    }
    let mut heard = 0;
    while heard < last {
        match within_a_moment(watcher.next()).await {
            Ok(notice) => {
                assert!(notice.sequence > heard, "{} after {heard}", notice.sequence);
                heard = notice.sequence;
            }
            // The test, not the adapter, fell behind.
            Err(WatchError::Lagged(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    one.close().await.unwrap();
    let end = loop {
        match within_a_moment(watcher.next()).await {
            Ok(_) | Err(WatchError::Lagged(_)) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(end, WatchError::Closed);
}

async fn within_a_moment<T>(future: impl Future<Output = T>) -> T {
    let limit = core_async::time::Duration::from_secs(20);
    core_async::time::timeout(limit, future).await.unwrap()
}

#[core_async::test]
async fn whoever_was_out_of_date_has_the_next_turn() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let (one, other) = (open(&path).await, open(&path).await);
    put(&one, track("t1", "First")).await;
    let read = async || one.get("tracks", "t1").await.unwrap().unwrap();
    let write = async |row: Row| {
        let mut batch = WriteBatch::new();
        batch.replace("tracks", row.record, row.version);
        one.write(batch).await
    };
    for _ in 0..10 {
        let old = read().await;
        put(&other, track("t1", "Changed")).await;
        assert_eq!(write(old).await.unwrap_err().kind(), ErrorKind::Conflict);
        // The other does not pause, and yet what is read now stays true.
        let second_try = async { write(read().await).await };
        let (_, written) = core_async::join!(put(&other, track("t1", "Again")), second_try);
        written.unwrap();
    }
}

#[core_async::test]
async fn whoever_does_not_try_again_is_in_nobodys_way() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let (one, other) = (open(&path).await, open(&path).await);
    let out_of_date = async || {
        let mut batch = WriteBatch::new();
        batch.replace("tracks", track("nothing", "Such"), 7);
        assert_eq!(one.write(batch).await.unwrap_err().kind(), ErrorKind::Conflict);
    };
    out_of_date().await;
    put(&other, track("t1", "Other")).await;
    // What is kept is given up for another durability, for another schema, and in the end.
    out_of_date().await;
    let mut batch = WriteBatch::new().strict();
    batch.put("tracks", track("t2", "Own"));
    one.write(batch).await.unwrap();
    out_of_date().await;
    one.open(schema()).await.unwrap();
    put(&other, track("t3", "Other")).await;
    out_of_date().await;
    one.close().await.unwrap();
    put(&other, track("t4", "Other")).await;
    assert_eq!(other.count("tracks", &Filter::Everything).await.unwrap(), 4);
}

#[core_async::test]
async fn a_write_that_is_given_up_in_the_middle_is_in_nobodys_way() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let (one, other) = (open(&path).await, open(&path).await);
    for polls in 0..6 {
        let begin = async |batch: WriteBatch| {
            let mut write = one.write(batch);
            for _ in 0..polls {
                if (&mut write).now_or_never().is_some() {
                    break;
                }
                core_async::task::yield_now().await;
            }
        };
        // One that is out of date keeps the turn, and the next try takes it over.
        let mut batch = WriteBatch::new();
        batch.replace("tracks", track("nothing", "Such"), 7);
        begin(batch).await;
        let mut batch = WriteBatch::new();
        batch.put("tracks", track("t1", "Second try"));
        begin(batch).await;
        within_a_moment(put(&other, track("t2", "Other"))).await;
        within_a_moment(put(&one, track("t3", "Own"))).await;
    }
}

#[core_async::test]
async fn closing_keeps_no_commit_from_others() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("library.db");
    let other = open(&path).await;
    let mut watcher = other.watch();
    let mut told = async |sequence| {
        let notice = within_a_moment(watcher.next()).await.unwrap();
        assert_eq!((notice.sequence, notice.collections), (sequence, vec!["tracks".into()]));
        let last = other.get("tracks", "last").await.unwrap().unwrap();
        assert_eq!(last.version, sequence);
    };
    for _ in 0..10 {
        let closing = open(&path).await;
        let sequence = put(&closing, track("last", "x")).await;
        closing.close().await.unwrap();
        told(sequence).await;
        // One that is under way happens or not, and is told if it has happened.
        let closing = open(&path).await;
        let mut batch = WriteBatch::new();
        batch.put("tracks", track("last", "x"));
        let (written, closed) = core_async::join!(closing.write(batch), closing.close());
        closed.unwrap();
        match written {
            Ok(commit) => told(commit.sequence).await,
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidRequest),
        }
    }
}
