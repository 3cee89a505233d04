//! Opening a database again, after it was closed and after it was lost.

use std::sync::Arc;

use bridge_traits::{
    ErrorKind, Field, FieldKind, Filter, Query, Schema, SchemaChange, Value, WriteBatch,
};

use super::DatabaseUnderTest;
use super::fixture::{
    ENTRIES, SONGS, all_songs, component, delete_song, entry, keys, put_songs, schema, song,
    songs_by,
};
use super::values::ODD_TEXTS;
use crate::expect::{fails, soon};

/// Runs the cases of [`durability`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_durability_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_durability: $crate::database::DatabaseUnderTest = $make,
            database::durability:
            a_closed_database_opens_with_everything
            a_lost_database_opens_with_every_acknowledged_row
            numbers_continue_where_they_were
            numbers_continue_although_the_last_row_was_deleted
            a_failed_batch_stays_undone
            a_write_lost_half_way_is_done_or_not_done
            unique_indexes_still_hold
            tokens_and_odd_text_survive
            a_cursor_survives
            migrations_apply_when_it_opens_again
            a_migration_that_failed_left_nothing
            a_newer_store_is_refused_after_a_restart
            many_small_commits_survive
            a_large_batch_survives
        }
    };
}

/// After `close` everything is there again: records, versions, both collections.
pub async fn a_closed_database_opens_with_everything(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("A").year(1), song("b"), song("gone")]).await;
    put_songs(&database, [song("b").title("B")]).await;
    delete_song(&database, "gone").await;
    let mut batch = WriteBatch::new();
    batch.put(ENTRIES, entry("e", "l", 1));
    database.write(batch).await.unwrap();
    let songs = all_songs(&database).await;
    let other = database.get(ENTRIES, "e").await.unwrap();
    database.close().await.unwrap();
    drop(database);
    for _ in 0..2 {
        let database = soon("opening", subject.open_after_loss(schema())).await;
        assert_eq!(all_songs(&database).await, songs);
        assert_eq!(database.get(ENTRIES, "e").await.unwrap(), other);
        database.close().await.unwrap();
    }
}

/// An adapter that simply disappears takes no acknowledged row with it.
pub async fn a_lost_database_opens_with_every_acknowledged_row(subject: &DatabaseUnderTest) {
    let mut expected = Vec::new();
    for round in 0..4_i64 {
        let database = soon("opening", subject.open_after_loss(schema())).await;
        assert_eq!(all_songs(&database).await, expected);
        put_songs(&database, [song(&format!("relaxed{round}")), song("each").year(round)]).await;
        let mut batch = WriteBatch::new().strict();
        batch.put(SONGS, song(&format!("strict{round}")).record());
        database.write(batch).await.unwrap();
        expected = all_songs(&database).await;
    }
}

/// The numbers of commits never start again.
pub async fn numbers_continue_where_they_were(subject: &DatabaseUnderTest) {
    let mut last = 0;
    for round in 0..3 {
        let database = soon("opening", subject.open_after_loss(schema())).await;
        if last > 0 {
            assert_eq!(database.write(WriteBatch::new()).await.unwrap().sequence, last);
        }
        let number = put_songs(&database, [song("a")]).await;
        assert!(number > last, "{number} after {last}");
        last = number;
        if round == 1 {
            database.close().await.unwrap();
        }
    }
}

/// A version that was seen on a deleted record is not given to another one after a restart.
pub async fn numbers_continue_although_the_last_row_was_deleted(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("old")]).await;
    put_songs(&database, [song("a")]).await;
    let last = delete_song(&database, "a").await;
    database.close().await.unwrap();
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    let number = put_songs(&database, [song("a")]).await;
    assert!(number > last, "{number} after {last}");
}

/// What failed before the restart has not happened after it.
pub async fn a_failed_batch_stays_undone(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("kept")]).await;
    let mut batch = WriteBatch::new();
    batch.put(SONGS, song("b").record());
    batch.put(ENTRIES, entry("e", "l", 1));
    batch.delete(SONGS, "a");
    batch.insert(ENTRIES, entry("e", "l", 2));
    fails(database.write(batch).await, ErrorKind::Conflict);
    let before = all_songs(&database).await;
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    assert_eq!(all_songs(&database).await, before);
    assert_eq!(database.get(ENTRIES, "e").await.unwrap(), None);
}

/// A database lost in the middle of a write has all of the batch or nothing.
pub async fn a_write_lost_half_way_is_done_or_not_done(subject: &DatabaseUnderTest) {
    use futures::FutureExt;

    for polls in 1..8 {
        let database = soon("opening", subject.open_after_loss(schema())).await;
        let prefix = format!("{polls}-");
        let mut batch = WriteBatch::new();
        for number in 0..100 {
            batch.put(SONGS, song(&format!("{prefix}{number}")).record());
        }
        batch.put(ENTRIES, entry(&prefix, &prefix, 1));
        {
            let mut write = database.write(batch);
            for _ in 0..polls {
                if (&mut write).now_or_never().is_some() {
                    break;
                }
                core_async::task::yield_now().await;
            }
        }
        drop(database);
        let database = soon("opening", subject.open_after_loss(schema())).await;
        let filter = Filter::starts_with("id", prefix.as_str());
        let songs = database.count(SONGS, &filter).await.unwrap();
        match database.get(ENTRIES, &prefix).await.unwrap() {
            Some(_) => assert_eq!(songs, 100),
            None => assert_eq!(songs, 0),
        }
    }
}

/// Indexes are as complete as the records.
pub async fn unique_indexes_still_hold(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").code("X").artist("A").year(2), song("b").year(1)]).await;
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    let mut batch = WriteBatch::new();
    batch.put(SONGS, song("c").code("X").record());
    fails(database.write(batch).await, ErrorKind::Conflict);
    assert_eq!(keys(&database, songs_by(&["year"])).await, ["b", "a"]);
    let found = Query::new(SONGS).filter(Filter::equals("artist", "A"));
    assert_eq!(keys(&database, found).await, ["a"]);
}

/// Odd text is still found and still the same after a restart.
pub async fn tokens_and_odd_text_survive(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = ODD_TEXTS[1..].iter().map(|text| song(text).title(text).words(&[text]));
    put_songs(&database, songs).await;
    let before = all_songs(&database).await;
    database.close().await.unwrap();
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    assert_eq!(all_songs(&database).await, before);
    for text in &ODD_TEXTS[1..] {
        let found = Query::new(SONGS).filter(super::tokens::has("words", &[text], &[]));
        assert_eq!(keys(&database, found).await, [*text]);
    }
}

/// A page asked for before the restart can be followed by the next one after it.
pub async fn a_cursor_survives(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, (0..9_i64).map(|n| song(&n.to_string()).year(n / 3))).await;
    let query = songs_by(&["-year"]).limit(4);
    let page = database.query(&query).await.unwrap();
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    let rest = keys(&database, query.after(page.next)).await;
    assert_eq!(rest, ["4", "5", "0", "1", "2"]);
}

/// A release with a newer schema brings the records of the older one along.
pub async fn migrations_apply_when_it_opens_again(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let number = put_songs(&database, [song("a").title("A")]).await;
    database.close().await.unwrap();
    drop(database);
    for _ in 0..2 {
        let database = soon("opening", subject.open_after_loss(newer())).await;
        let row = database.get(SONGS, "a").await.unwrap().unwrap();
        assert_eq!(row.record, song("a").title("A").record().with(7_i64));
        assert_eq!(row.version, number);
        let found = Query::new(SONGS).filter(Filter::equals("plays", 7_i64));
        assert_eq!(keys(&database, found).await, ["a"]);
        database.close().await.unwrap();
    }
}

/// A migration that could not be carried out can be corrected in the next release.
pub async fn a_migration_that_failed_left_nothing(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("same"), song("b").title("same")]).await;
    let before = all_songs(&database).await;
    database.close().await.unwrap();
    drop(database);
    let index = bridge_traits::Index {
        name: "new_title".into(),
        fields: vec!["title".into()],
        unique: true,
    };
    let bad = Schema::new(vec![component().migration(vec![
        SchemaChange::AddField { collection: SONGS.into(), field: plays() },
        SchemaChange::CreateIndex { collection: SONGS.into(), index },
    ])]);
    let database = subject.connect().await;
    fails(database.open(bad).await, ErrorKind::Conflict);
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    assert_eq!(all_songs(&database).await, before);
    drop(database);
    let database = soon("opening", subject.open_after_loss(newer())).await;
    let row = database.get(SONGS, "a").await.unwrap().unwrap();
    assert_eq!(row.record.0.last(), Some(&Value::from(7_i64)));
}

/// An older program does not touch what a newer one wrote.
pub async fn a_newer_store_is_refused_after_a_restart(subject: &DatabaseUnderTest) {
    let database = subject.connect().await;
    database.open(newer()).await.unwrap();
    let mut batch = WriteBatch::new();
    batch.put(SONGS, song("a").record().with(3_i64));
    database.write(batch).await.unwrap();
    let before = all_songs(&database).await;
    database.close().await.unwrap();
    drop(database);
    let older = subject.connect().await;
    fails(older.open(schema()).await, ErrorKind::Conflict);
    drop(older);
    let database = soon("opening", subject.open_after_loss(newer())).await;
    assert_eq!(all_songs(&database).await, before);
}

/// More commits than anybody would keep in a log without tidying it up.
pub async fn many_small_commits_survive(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    for number in 0..600_i64 {
        let id = (number % 150).to_string();
        if number % 7 == 0 {
            delete_song(&database, &id).await;
        } else {
            put_songs(&database, [song(&id).year(number).words(&[&id])]).await;
        }
    }
    let before = all_songs(&database).await;
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    assert_eq!(all_songs(&database).await, before);
    let found = Query::new(SONGS).filter(super::tokens::has("words", &["149"], &[]));
    assert_eq!(keys(&database, found).await, ["149"]);
}

/// Ten thousand records in one commit, then read back in a new life.
pub async fn a_large_batch_survives(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let songs = (0..10_000_i64).map(|n| song(&format!("{n:05}")).title("t").year(n % 100));
    put_songs(&database, songs).await;
    let before = Arc::new(all_songs(&database).await);
    drop(database);
    let database = soon("opening", subject.open_after_loss(schema())).await;
    assert!(all_songs(&database).await == *before);
    let filter = Filter::equals("year", 99_i64);
    assert_eq!(database.count(SONGS, &filter).await.unwrap(), 100);
}

fn plays() -> Field {
    Field::new("plays", FieldKind::Integer).with_default(7_i64)
}

fn newer() -> Schema {
    let add = SchemaChange::AddField { collection: SONGS.into(), field: plays() };
    Schema::new(vec![component().migration(vec![add])])
}
