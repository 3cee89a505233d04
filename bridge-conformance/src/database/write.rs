//! Batches: preconditions, atomicity, versions.

use bridge_traits::{
    Change, ErrorKind, Filter, Operation, Precondition, Query, Record, Value, WriteBatch,
};

use super::DatabaseUnderTest;
use super::fixture::{
    ENTRIES, SONGS, all_songs, delete_song, entry, get_song, keys, put_songs, song,
};
use crate::expect::fails;

/// Runs the cases of [`write`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_write_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_write: $crate::database::DatabaseUnderTest = $make, database::write:
            a_put_is_seen_by_the_next_read
            a_put_replaces_the_whole_record
            an_insert_of_an_existing_key_is_refused
            a_replace_needs_the_version_it_read
            a_version_of_a_missing_record_is_refused
            a_delete_removes_and_may_be_repeated
            a_delete_keeps_to_its_precondition
            a_late_failure_undoes_the_whole_batch
            later_operations_see_earlier_ones
            preconditions_see_earlier_operations
            versions_are_never_used_twice
            every_row_of_a_batch_has_its_number
            a_failed_batch_does_not_disturb_the_numbers
            an_empty_batch_commits_nothing
            a_strict_batch_is_written
            records_that_do_not_fit_are_refused
            an_unknown_collection_is_refused
            ten_thousand_records_in_one_batch
        }
    };
}

/// A read that starts after a write has returned sees it.
pub async fn a_put_is_seen_by_the_next_read(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    assert_eq!(database.get(SONGS, "a").await.unwrap(), None);
    let version = put_songs(&database, [song("a").title("A").year(1999)]).await;
    let row = get_song(&database, "a").await;
    assert_eq!(row.record, song("a").title("A").year(1999).record());
    assert_eq!(row.version, version);
    assert_eq!(all_songs(&database).await, [row]);
    assert_eq!(database.count(SONGS, &Filter::Everything).await.unwrap(), 1);
}

/// A put leaves nothing of the record that was there.
pub async fn a_put_replaces_the_whole_record(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("Old").artist("X").year(1).words(&["old"])]).await;
    put_songs(&database, [song("a").title("New")]).await;
    assert_eq!(get_song(&database, "a").await.record, song("a").title("New").record());
    let by_artist = Query::new(SONGS).filter(Filter::equals("artist", "X"));
    assert!(keys(&database, by_artist).await.is_empty(), "indexes forget the old record");
    let by_word = Query::new(SONGS).filter(super::tokens::has("words", &["old"], &[]));
    assert!(keys(&database, by_word).await.is_empty(), "so do the token lists");
}

/// An insert over an existing record is refused and leaves it alone.
pub async fn an_insert_of_an_existing_key_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut batch = WriteBatch::new();
    batch.insert(SONGS, song("a").title("first").record());
    database.write(batch).await.unwrap();
    let mut batch = WriteBatch::new();
    batch.insert(SONGS, song("a").title("second").record());
    fails(database.write(batch).await, ErrorKind::Conflict);
    assert_eq!(get_song(&database, "a").await.record, song("a").title("first").record());
}

/// A replace goes through with the current version and with no other.
pub async fn a_replace_needs_the_version_it_read(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let old = put_songs(&database, [song("a").title("1")]).await;
    let current = put_songs(&database, [song("a").title("2")]).await;
    for wrong in [old, current + 1, 0] {
        let mut batch = WriteBatch::new();
        batch.replace(SONGS, song("a").title("3").record(), wrong);
        fails(database.write(batch).await, ErrorKind::Conflict);
    }
    assert_eq!(get_song(&database, "a").await.version, current);
    let mut batch = WriteBatch::new();
    batch.replace(SONGS, song("a").title("3").record(), current);
    let commit = database.write(batch).await.unwrap();
    assert_eq!(get_song(&database, "a").await.version, commit.sequence);
}

/// A version can only hold for a record that is there.
pub async fn a_version_of_a_missing_record_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let version = put_songs(&database, [song("a"), song("b")]).await;
    delete_song(&database, "a").await;
    let mut batch = WriteBatch::new();
    batch.replace(SONGS, song("a").record(), version);
    fails(database.write(batch).await, ErrorKind::Conflict);
    assert_eq!(database.get(SONGS, "a").await.unwrap(), None);
}

/// A deleted record is gone from reads, queries and counts; deleting it again is fine.
pub async fn a_delete_removes_and_may_be_repeated(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").year(1), song("b").year(1)]).await;
    delete_song(&database, "a").await;
    delete_song(&database, "a").await;
    delete_song(&database, "never there").await;
    assert_eq!(database.get(SONGS, "a").await.unwrap(), None);
    let found = Query::new(SONGS).filter(Filter::equals("year", 1_i64));
    assert_eq!(keys(&database, found).await, ["b"]);
    assert_eq!(database.count(SONGS, &Filter::Everything).await.unwrap(), 1);
}

/// A delete with a precondition is carried out only if it holds.
pub async fn a_delete_keeps_to_its_precondition(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let version = put_songs(&database, [song("a")]).await;
    let delete = |precondition| {
        let mut batch = WriteBatch::new();
        batch.push(SONGS, Change::Delete("a".into()), precondition);
        batch
    };
    fails(database.write(delete(Precondition::Version(version + 1))).await, ErrorKind::Conflict);
    fails(database.write(delete(Precondition::Absent)).await, ErrorKind::Conflict);
    assert_eq!(get_song(&database, "a").await.version, version);
    database.write(delete(Precondition::Version(version))).await.unwrap();
    assert_eq!(database.get(SONGS, "a").await.unwrap(), None);
    fails(database.write(delete(Precondition::Version(version))).await, ErrorKind::Conflict);
    database.write(delete(Precondition::Absent)).await.unwrap();
}

/// Whatever fails at the end of a batch, nothing of the batch has happened, in any collection.
pub async fn a_late_failure_undoes_the_whole_batch(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("kept").title("old").code("K"), song("doomed")]).await;
    let mut batch = WriteBatch::new();
    batch.put(ENTRIES, entry("e", "l", 1));
    database.write(batch).await.unwrap();
    let songs = all_songs(&database).await;

    let put = |record: Record| Change::Put(record);
    let late: [(&str, Change, Precondition, ErrorKind); 5] = [
        (SONGS, put(song("kept").record()), Precondition::Absent, ErrorKind::Conflict),
        (SONGS, put(song("kept").record()), Precondition::Version(0), ErrorKind::Conflict),
        (ENTRIES, put(entry("f", "l", 1)), Precondition::None, ErrorKind::Conflict),
        ("nowhere", put(Record::new("x")), Precondition::None, ErrorKind::InvalidRequest),
        (SONGS, put(Record::new("x")), Precondition::None, ErrorKind::InvalidRequest),
    ];
    for (collection, change, precondition, kind) in late {
        let mut batch = WriteBatch::new();
        batch.put(SONGS, song("new").title("new").words(&["new"]).record());
        batch.put(SONGS, song("kept").title("changed").record());
        batch.delete(SONGS, "doomed");
        batch.put(ENTRIES, entry("g", "other", 1));
        batch.delete(ENTRIES, "e");
        batch.put(ENTRIES, entry("e", "l", 1));
        let what = format!("{collection} {precondition:?}");
        batch.push(collection, change, precondition);
        fails(database.write(batch).await, kind);
        assert_eq!(all_songs(&database).await, songs, "{what}");
        assert_eq!(database.get(ENTRIES, "g").await.unwrap(), None, "{what}");
        assert_eq!(database.count(ENTRIES, &Filter::Everything).await.unwrap(), 1, "{what}");
        let by_word = Query::new(SONGS).filter(super::tokens::has("words", &["new"], &[]));
        assert!(keys(&database, by_word).await.is_empty(), "{what}");
    }
}

/// Within a batch the order counts, and the last change of a record wins.
pub async fn later_operations_see_earlier_ones(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("b").title("old")]).await;
    let mut batch = WriteBatch::new();
    batch.insert(SONGS, song("a").title("1").record());
    batch.put(SONGS, song("a").title("2").record());
    batch.delete(SONGS, "b");
    batch.insert(SONGS, song("b").title("new").record());
    batch.insert(SONGS, song("c").record());
    batch.delete(SONGS, "c");
    let commit = database.write(batch).await.unwrap();
    assert_eq!(get_song(&database, "a").await.record, song("a").title("2").record());
    assert_eq!(get_song(&database, "b").await.record, song("b").title("new").record());
    assert_eq!(get_song(&database, "b").await.version, commit.sequence);
    assert_eq!(database.get(SONGS, "c").await.unwrap(), None);
    assert_eq!(all_songs(&database).await.len(), 2);
}

/// A precondition is about the record as the operations before it have left it.
pub async fn preconditions_see_earlier_operations(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let version = put_songs(&database, [song("a").title("1")]).await;
    let mut batch = WriteBatch::new();
    batch.put(SONGS, song("a").title("2").record());
    batch.replace(SONGS, song("a").title("3").record(), version);
    fails(database.write(batch).await, ErrorKind::Conflict);
    let mut batch = WriteBatch::new();
    batch.insert(SONGS, song("b").record());
    batch.insert(SONGS, song("b").record());
    fails(database.write(batch).await, ErrorKind::Conflict);
    assert_eq!(database.get(SONGS, "b").await.unwrap(), None);
    assert_eq!(get_song(&database, "a").await.record, song("a").title("1").record());
}

/// A record that is deleted and inserted again gets a version nobody has seen before.
pub async fn versions_are_never_used_twice(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut last = 0;
    for _ in 0..3 {
        let version = put_songs(&database, [song("a")]).await;
        assert!(version > last, "{version} after {last}");
        assert_eq!(get_song(&database, "a").await.version, version);
        let deleted = delete_song(&database, "a").await;
        assert!(deleted > version, "{deleted} after {version}");
        last = deleted;
    }
}

/// All rows of a batch carry its number, and no other row does.
pub async fn every_row_of_a_batch_has_its_number(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let first = put_songs(&database, [song("a"), song("b"), song("c")]).await;
    let second = put_songs(&database, [song("b"), song("d")]).await;
    let versions: Vec<u64> = all_songs(&database).await.iter().map(|row| row.version).collect();
    assert_eq!(versions, [first, second, first, second]);
}

/// After a failed batch the next one still gets a larger number than any row has.
pub async fn a_failed_batch_does_not_disturb_the_numbers(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let first = put_songs(&database, [song("a")]).await;
    let mut batch = WriteBatch::new();
    batch.insert(SONGS, song("b").record());
    batch.insert(SONGS, song("a").record());
    fails(database.write(batch).await, ErrorKind::Conflict);
    let next = put_songs(&database, [song("c")]).await;
    assert!(next > first);
    assert_eq!(get_song(&database, "c").await.version, next);
}

/// An empty batch returns the number of the last commit.
pub async fn an_empty_batch_commits_nothing(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    database.write(WriteBatch::new()).await.unwrap();
    let first = put_songs(&database, [song("a")]).await;
    for _ in 0..3 {
        assert_eq!(database.write(WriteBatch::new()).await.unwrap().sequence, first);
    }
    assert_eq!(database.write(WriteBatch::new().strict()).await.unwrap().sequence, first);
}

/// Asking for more durability changes nothing else.
pub async fn a_strict_batch_is_written(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let relaxed = put_songs(&database, [song("a")]).await;
    let mut batch = WriteBatch::new().strict();
    batch.put(SONGS, song("b").record());
    let strict = database.write(batch).await.unwrap().sequence;
    assert!(strict > relaxed);
    assert_eq!(get_song(&database, "b").await.version, strict);
}

/// A record that does not fit its collection is refused.
pub async fn records_that_do_not_fit_are_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let fitting = song("a").record();
    let replaced = |position: usize, value: Value| {
        let mut record = fitting.clone();
        record.0[position] = value;
        record
    };
    let mut long = fitting.clone();
    long.0.push(Value::Null);
    let mut short = fitting.clone();
    short.0.pop();
    let bad = [
        Record::default(),
        long,
        short,
        replaced(0, Value::from("")),
        replaced(0, Value::Null),
        replaced(0, Value::from(1_i64)),
        replaced(1, Value::Null),
        replaced(1, Value::from(1_i64)),
        replaced(3, Value::from("1999")),
        replaced(3, Value::from(1999.0)),
        replaced(4, Value::from(1_i64)),
        replaced(4, Value::from(f64::NAN)),
        replaced(4, Value::from(f64::INFINITY)),
        replaced(5, Value::from(1_i64)),
        replaced(6, Value::from("bytes")),
        replaced(7, Value::from("token")),
        replaced(7, Value::Tokens(vec!["b".into(), "a".into()])),
        replaced(7, Value::Tokens(vec!["a".into(), "a".into()])),
    ];
    for record in bad {
        let operation = Operation {
            collection: SONGS.into(),
            change: Change::Put(record),
            precondition: Precondition::None,
        };
        let batch = WriteBatch { operations: vec![operation], ..WriteBatch::new() };
        fails(database.write(batch).await, ErrorKind::InvalidRequest);
    }
    assert!(all_songs(&database).await.is_empty());
}

/// Every call refuses a collection that the schema does not have.
pub async fn an_unknown_collection_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    for name in ["nowhere", "Songs", "songs; DROP TABLE songs", ""] {
        let refused = ErrorKind::InvalidRequest;
        fails(database.get(name, "a").await, refused);
        fails(database.get_many(name, &["a".to_owned()]).await, refused);
        fails(database.query(&Query::new(name)).await, refused);
        fails(database.count(name, &Filter::Everything).await, refused);
        let mut batch = WriteBatch::new();
        batch.delete(name, "a");
        fails(database.write(batch).await, refused);
    }
}

/// A large batch is one commit like any other.
pub async fn ten_thousand_records_in_one_batch(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = (0..10_000).map(|number: i64| {
        song(&format!("{number:05}")).title(&format!("Song {number}")).year(number % 100)
    });
    let commit = put_songs(&database, songs).await;
    let rows = all_songs(&database).await;
    assert_eq!(rows.len(), 10_000);
    assert!(rows.iter().all(|row| row.version == commit));
    assert!(rows.is_sorted_by(|a, b| a.record.key() < b.record.key()));
    let filter = Filter::equals("year", 42_i64);
    assert_eq!(database.count(SONGS, &filter).await.unwrap(), 100);
}
