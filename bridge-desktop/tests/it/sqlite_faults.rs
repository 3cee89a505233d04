//! A disk that fails at any operation: an error with a name, nothing half done, and a database that
//! opens again with everything that was acknowledged.

use std::path::Path;

use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, ErrorKind, FieldKind, Filter, Query, Record, Result, Schema,
    SchemaChange, SchemaComponent, Value, WriteBatch,
};
use libsqlite3_sys as ffi;

use crate::faulty_files::{MARK, fail, recover};

fn schema() -> Schema {
    let tracks = Collection::new("tracks")
        .required("title", FieldKind::Text)
        .required("words", FieldKind::Tokens)
        .index(&["title"]);
    let counts = Collection::new("counts").required("tracks", FieldKind::Integer);
    let changes = [tracks, counts].map(SchemaChange::CreateCollection);
    Schema::new(vec![SchemaComponent::new("library").migration(changes.into())])
}

/// Opens, writes and reads; counts the acknowledged commits.
async fn work(path: &Path, acknowledged: &mut i64) -> Result<()> {
    let database = SqliteDatabase::at(path);
    database.open(schema()).await?;
    for commit in 1..=3 {
        let mut batch = WriteBatch::new().strict();
        for number in 0..20 {
            let words = Value::Tokens(vec![format!("word{number}")]);
            let id = format!("{commit}-{number}");
            batch.put("tracks", Record::new(id).with("title ".repeat(60)).with(words));
        }
        batch.put("counts", Record::new("all").with(commit * 20));
        database.write(batch).await?;
        *acknowledged = commit;
    }
    database.query(&Query::new("tracks").limit(100)).await?;
    database.close().await
}

async fn check(path: &Path, acknowledged: i64, what: &str) {
    let database = SqliteDatabase::at(path);
    database.open(schema()).await.unwrap();
    let tracks = database.count("tracks", &Filter::Everything).await.unwrap().cast_signed();
    let stored = match database.get("counts", "all").await.unwrap() {
        Some(row) => row.record.0[1].clone(),
        None => Value::Integer(0),
    };
    assert_eq!(stored, Value::Integer(tracks), "{what}: part of a batch");
    assert!(tracks >= acknowledged * 20, "{what}: {tracks} tracks, {acknowledged} commits");
    // It can be written to again.
    let mut batch = WriteBatch::new();
    batch.put("counts", Record::new("after").with(1_i64));
    database.write(batch).await.unwrap();
    database.close().await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let intact: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(intact, "ok", "{what}");
}

#[core_async::test]
async fn whichever_operation_fails_nothing_acknowledged_is_lost() {
    for (name, result, sticky, kinds) in [
        ("EIO once", ffi::SQLITE_IOERR_WRITE, false, [ErrorKind::Unavailable; 2]),
        ("EIO from then on", ffi::SQLITE_IOERR_FSYNC, true, [ErrorKind::Unavailable; 2]),
        (
            "ENOSPC from then on",
            ffi::SQLITE_FULL,
            true,
            [ErrorKind::QuotaExceeded, ErrorKind::Unavailable],
        ),
        (
            "read-only from then on",
            ffi::SQLITE_READONLY,
            true,
            [ErrorKind::PermissionDenied, ErrorKind::Unavailable],
        ),
    ] {
        let mut failed = 0;
        // Not every one, so that the test stays short.
        for after in (0..).step_by(if sticky { 9 } else { 4 }) {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join(format!("{MARK}.db"));
            let what = format!("{name}, operation {after}");
            fail(after, result, sticky);
            let mut acknowledged = 0;
            let worked = work(&path, &mut acknowledged).await;
            if !recover() {
                worked.unwrap();
                break;
            }
            if let Err(error) = worked {
                failed += 1;
                // Opening a file that is not there yet fails as such.
                let known =
                    kinds.contains(&error.kind()) || error.kind() == ErrorKind::PermissionDenied;
                assert!(known, "{what}: {error:?}");
            }
            check(&path, acknowledged, &what).await;
        }
        assert!(failed > 5, "{name}: only {failed} operations were seen to fail");
    }
}
