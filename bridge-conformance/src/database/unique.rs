//! Unique indexes.

use bridge_traits::{ErrorKind, Filter, Query, WriteBatch};

use super::DatabaseUnderTest;
use super::fixture::{
    ENTRIES, SONGS, all_songs, delete_song, entry, get_song, keys, put_songs, song,
};
use crate::expect::fails;

/// Runs the cases of [`unique`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_unique_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_unique: $crate::database::DatabaseUnderTest = $make, database::unique:
            a_second_record_with_the_same_value_is_refused
            two_in_one_batch_are_refused
            nulls_never_conflict
            a_record_does_not_conflict_with_itself
            a_value_is_free_again_once_its_record_is_gone
            every_operation_is_checked_in_its_turn
            values_can_be_swapped_by_way_of_null
            values_can_be_handed_on_by_deleting_first
            a_compound_index_compares_all_of_its_fields
            text_differs_in_every_byte
        }
    };
}

/// The newcomer is refused; the record that was there is not touched.
pub async fn a_second_record_with_the_same_value_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("first").code("X"), song("b").code("Y")]).await;
    let before = all_songs(&database).await;
    for newcomer in [song("c").code("X"), song("b").code("X")] {
        let mut batch = WriteBatch::new();
        batch.put(SONGS, newcomer.record());
        fails(database.write(batch).await, ErrorKind::Conflict);
        assert_eq!(all_songs(&database).await, before);
    }
}

/// It makes no difference that both records are new.
pub async fn two_in_one_batch_are_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut batch = WriteBatch::new();
    batch.put(SONGS, song("a").code("X").record());
    batch.put(SONGS, song("b").code("X").record());
    fails(database.write(batch).await, ErrorKind::Conflict);
    assert!(all_songs(&database).await.is_empty());
}

/// Any number of records may have null, also in one field of a compound index.
pub async fn nulls_never_conflict(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, ["a", "b", "c"].map(song)).await;
    assert_eq!(all_songs(&database).await.len(), 3);
    let mut batch = WriteBatch::new();
    batch.put(ENTRIES, entry("a", "l", None));
    batch.put(ENTRIES, entry("b", "l", None));
    batch.put(ENTRIES, entry("c", "l", 1));
    database.write(batch).await.unwrap();
    assert_eq!(database.count(ENTRIES, &Filter::Everything).await.unwrap(), 3);
}

/// Writing a record again with its own value is fine.
pub async fn a_record_does_not_conflict_with_itself(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("1").code("X")]).await;
    put_songs(&database, [song("a").title("2").code("X")]).await;
    let twice = [song("a").title("3").code("X"), song("a").title("4").code("X")];
    put_songs(&database, twice).await;
    assert_eq!(get_song(&database, "a").await.record, song("a").title("4").code("X").record());
}

/// Deleting or changing the owner frees the value.
pub async fn a_value_is_free_again_once_its_record_is_gone(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").code("X")]).await;
    delete_song(&database, "a").await;
    put_songs(&database, [song("b").code("X")]).await;
    put_songs(&database, [song("b").code("Y")]).await;
    put_songs(&database, [song("c").code("X")]).await;
    let owner = Query::new(SONGS).filter(Filter::equals("code", "X"));
    assert_eq!(keys(&database, owner).await, ["c"]);
}

/// A later operation sees the earlier ones, so a value must be free when its turn comes.
pub async fn every_operation_is_checked_in_its_turn(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").code("X"), song("b").code("Y")]).await;
    let before = all_songs(&database).await;
    let mut swap = WriteBatch::new();
    swap.put(SONGS, song("a").code("Y").record());
    swap.put(SONGS, song("b").code("X").record());
    fails(database.write(swap).await, ErrorKind::Conflict);
    assert_eq!(all_songs(&database).await, before);
    let mut late = WriteBatch::new();
    late.put(SONGS, song("c").code("X").record());
    late.delete(SONGS, "a");
    fails(database.write(late).await, ErrorKind::Conflict);
    assert_eq!(all_songs(&database).await, before);
}

/// Two records exchange their values within one batch.
pub async fn values_can_be_swapped_by_way_of_null(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").code("X"), song("b").code("Y")]).await;
    let swap = [song("a"), song("b").code("X"), song("a").code("Y")];
    put_songs(&database, swap).await;
    assert_eq!(get_song(&database, "a").await.record, song("a").code("Y").record());
    assert_eq!(get_song(&database, "b").await.record, song("b").code("X").record());
    let mut batch = WriteBatch::new();
    batch.put(SONGS, song("c").code("X").record());
    fails(database.write(batch).await, ErrorKind::Conflict);
}

/// A value passes to another record in the batch that deletes its owner.
pub async fn values_can_be_handed_on_by_deleting_first(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").code("X"), song("b").code("Y")]).await;
    let mut batch = WriteBatch::new();
    batch.delete(SONGS, "a");
    batch.put(SONGS, song("b").code("X").record());
    batch.put(SONGS, song("a").code("Y").record());
    database.write(batch).await.unwrap();
    assert_eq!(get_song(&database, "a").await.record, song("a").code("Y").record());
    assert_eq!(get_song(&database, "b").await.record, song("b").code("X").record());
}

/// Records conflict only if they agree in every field of the index.
pub async fn a_compound_index_compares_all_of_its_fields(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let mut batch = WriteBatch::new();
    batch.put(ENTRIES, entry("a", "l", 1));
    batch.put(ENTRIES, entry("b", "l", 2));
    batch.put(ENTRIES, entry("c", "m", 1));
    database.write(batch).await.unwrap();
    let mut batch = WriteBatch::new();
    batch.put(ENTRIES, entry("d", "l", 2));
    fails(database.write(batch).await, ErrorKind::Conflict);
    assert_eq!(database.get(ENTRIES, "d").await.unwrap(), None);
}

/// Letter case, accents, spaces and what comes behind a NUL tell values apart.
pub async fn text_differs_in_every_byte(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let codes = ["x", "X", "x ", " x", "é", "e\u{301}", "e", "x\0", "x\0y", "x\0z", ""];
    let songs = codes.iter().zip('a'..).map(|(code, id)| song(&id.to_string()).code(code));
    put_songs(&database, songs).await;
    assert_eq!(all_songs(&database).await.len(), codes.len());
    for code in codes {
        let mut batch = WriteBatch::new();
        batch.put(SONGS, song("z").code(code).record());
        fails(database.write(batch).await, ErrorKind::Conflict);
    }
}
