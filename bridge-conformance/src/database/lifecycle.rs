//! Opening, migrating and closing.

use bridge_traits::{
    Collection, DatabaseAdapter, ErrorKind, Field, FieldKind, Filter, Index, Query, Record, Schema,
    SchemaChange, SchemaComponent, Value, WriteBatch,
};

use super::DatabaseUnderTest;
use super::fixture::{
    ENTRIES, SONGS, all_songs, component, entry, get_song, keys, put_songs, schema, song,
};
use crate::expect::fails;

/// Runs the cases of [`lifecycle`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! database_lifecycle_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            database_lifecycle: $crate::database::DatabaseUnderTest = $make, database::lifecycle:
            calls_before_open_are_refused
            opening_again_changes_nothing
            a_newer_store_is_refused_and_left_alone
            a_contradictory_schema_is_refused
            an_added_field_gets_its_default
            an_added_optional_field_is_null
            a_new_index_covers_existing_records
            a_new_unique_index_refuses_existing_duplicates
            a_dropped_index_no_longer_refuses
            a_dropped_collection_is_gone
            a_collection_created_again_is_empty
            a_migration_keeps_versions
            components_migrate_independently
            a_store_says_its_versions_before_it_is_migrated
            a_store_opens_as_it_was_and_then_migrates
            use_after_close_is_refused
        }
    };
}

/// Every call before `open` is refused, and says that the request is wrong.
pub async fn calls_before_open_are_refused(subject: &DatabaseUnderTest) {
    let database = subject.connect().await;
    every_call_is_refused(&*database).await;
    database.open(schema()).await.unwrap();
    assert_eq!(database.count(SONGS, &Filter::Everything).await.unwrap(), 0);
}

/// Opening with the schema that is already there keeps records, versions and numbers.
pub async fn opening_again_changes_nothing(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let first = put_songs(&database, [song("a").title("A")]).await;
    let before = all_songs(&database).await;
    database.open(schema()).await.unwrap();
    database.open(schema()).await.unwrap();
    let after = all_songs(&database).await;
    assert_eq!(after, before);
    assert_eq!(after[0].version, first);
    assert!(put_songs(&database, [song("b")]).await > first, "numbers go on growing");
}

/// A store that a newer schema wrote is refused, and is still all there.
pub async fn a_newer_store_is_refused_and_left_alone(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let newer = with(vec![add_field(SONGS, Field::new("mood", FieldKind::Text).optional())]);
    database.open(newer.clone()).await.unwrap();
    let record = song("a").record().with("calm");
    write_one(&*database, SONGS, record.clone()).await;
    fails(database.open(schema()).await, ErrorKind::Conflict);
    database.open(newer).await.unwrap();
    assert_eq!(get_song(&database, "a").await.record, record);
}

/// A schema whose steps contradict each other is refused before anything is created.
pub async fn a_contradictory_schema_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.connect().await;
    let twice = Collection::new("twice");
    let bad = SchemaComponent::new("conformance").migration(vec![
        SchemaChange::CreateCollection(twice.clone()),
        SchemaChange::CreateCollection(twice),
    ]);
    fails(database.open(Schema::new(vec![bad])).await, ErrorKind::InvalidRequest);
    database.open(schema()).await.unwrap();
    fails(database.get("twice", "a").await, ErrorKind::InvalidRequest);
}

/// Records written before a field existed hold its default, for reads, filters and sorting.
pub async fn an_added_field_gets_its_default(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a"), song("b")]).await;
    let plays = Field::new("plays", FieldKind::Integer).with_default(7_i64);
    let mood = Field::new("mood", FieldKind::Text).with_default("it's \"calm\"\0; --");
    database.open(with(vec![add_field(SONGS, plays), add_field(SONGS, mood)])).await.unwrap();
    let row = get_song(&database, "a").await;
    assert_eq!(row.record.0[9..], [Value::from(7_i64), Value::from("it's \"calm\"\0; --")]);
    write_one(&*database, SONGS, song("c").record().with(3_i64).with("wild")).await;
    let seven = Query::new(SONGS).filter(Filter::equals("plays", 7_i64));
    assert_eq!(keys(&database, seven).await, ["a", "b"]);
    let by_plays = super::fixture::songs_by(&["plays"]);
    assert_eq!(keys(&database, by_plays).await, ["c", "a", "b"]);
    let short = WriteBatch { operations: put(SONGS, song("d").record()), ..WriteBatch::new() };
    fails(database.write(short).await, ErrorKind::InvalidRequest);
}

/// An added field without a default is null in older records.
pub async fn an_added_optional_field_is_null(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a")]).await;
    let field = Field::new("mood", FieldKind::Tokens).optional();
    database.open(with(vec![add_field(SONGS, field)])).await.unwrap();
    assert_eq!(get_song(&database, "a").await.record.0[9..], [Value::Null]);
}

/// An index that comes later finds and refuses as if it had always been there.
pub async fn a_new_index_covers_existing_records(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("X"), song("b").title("Y")]).await;
    database.open(with(vec![create_index(SONGS, "title", true)])).await.unwrap();
    let found = Query::new(SONGS).filter(Filter::equals("title", "Y"));
    assert_eq!(keys(&database, found).await, ["b"]);
    let batch =
        WriteBatch { operations: put(SONGS, song("c").title("X").record()), ..WriteBatch::new() };
    fails(database.write(batch).await, ErrorKind::Conflict);
}

/// A unique index cannot be created over duplicates; then the whole migration has not happened.
pub async fn a_new_unique_index_refuses_existing_duplicates(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").title("X"), song("b").title("X")]).await;
    let before = all_songs(&database).await;
    let field = Field::new("plays", FieldKind::Integer).with_default(7_i64);
    let steps = vec![add_field(SONGS, field), create_index(SONGS, "title", true)];
    fails(database.open(with(steps)).await, ErrorKind::Conflict);
    database.open(schema()).await.unwrap();
    assert_eq!(all_songs(&database).await, before);
}

/// Without its unique index a collection takes duplicates again.
pub async fn a_dropped_index_no_longer_refuses(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a").code("X")]).await;
    let drop = SchemaChange::DropIndex { collection: SONGS.into(), name: "code".into() };
    database.open(with(vec![drop])).await.unwrap();
    put_songs(&database, [song("b").code("X")]).await;
    let found = Query::new(SONGS).filter(Filter::equals("code", "X"));
    assert_eq!(keys(&database, found).await, ["a", "b"]);
}

/// A dropped collection is unknown; the others are as they were.
pub async fn a_dropped_collection_is_gone(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a")]).await;
    write_one(&*database, ENTRIES, entry("e", "l", 1)).await;
    database.open(with(vec![SchemaChange::DropCollection(ENTRIES.into())])).await.unwrap();
    fails(database.get(ENTRIES, "e").await, ErrorKind::InvalidRequest);
    assert_eq!(all_songs(&database).await.len(), 1);
}

/// A collection dropped and created again in one go has none of its old records.
pub async fn a_collection_created_again_is_empty(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    write_one(&*database, ENTRIES, entry("e", "l", 1)).await;
    let fresh = Collection::new(ENTRIES).required("note", FieldKind::Text);
    let steps =
        vec![SchemaChange::DropCollection(ENTRIES.into()), SchemaChange::CreateCollection(fresh)];
    database.open(with(steps)).await.unwrap();
    assert_eq!(database.get(ENTRIES, "e").await.unwrap(), None);
    assert_eq!(database.count(ENTRIES, &Filter::Everything).await.unwrap(), 0);
    let record = Record::new("e").with("new");
    write_one(&*database, ENTRIES, record.clone()).await;
    assert_eq!(database.get(ENTRIES, "e").await.unwrap().unwrap().record, record);
}

/// A migration is not a change of the records: their versions stay, numbers go on growing.
pub async fn a_migration_keeps_versions(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    let first = put_songs(&database, [song("a")]).await;
    let second = put_songs(&database, [song("b")]).await;
    let field = Field::new("mood", FieldKind::Text).optional();
    database.open(with(vec![add_field(SONGS, field)])).await.unwrap();
    assert_eq!(get_song(&database, "a").await.version, first);
    assert_eq!(get_song(&database, "b").await.version, second);
    write_one(&*database, SONGS, song("c").record().with(Value::Null)).await;
    assert!(get_song(&database, "c").await.version > second);
}

/// Each component has a version of its own, and a new one may join later.
pub async fn components_migrate_independently(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a")]).await;
    let extra = Collection::new("extra").required("note", FieldKind::Text);
    let extra =
        SchemaComponent::new("extra").migration(vec![SchemaChange::CreateCollection(extra)]);
    database.open(Schema::new(vec![component(), extra.clone()])).await.unwrap();
    write_one(&*database, "extra", Record::new("n").with("x")).await;
    let field = Field::new("size", FieldKind::Integer).with_default(1_i64);
    let extra = extra.migration(vec![add_field("extra", field)]);
    database.open(Schema::new(vec![component(), extra])).await.unwrap();
    let row = database.get("extra", "n").await.unwrap().unwrap();
    assert_eq!(row.record, Record::new("n").with("x").with(1_i64));
    assert_eq!(all_songs(&database).await.len(), 1);
}

/// Opened with nothing, the store says which components it has, and at which migration.
pub async fn a_store_says_its_versions_before_it_is_migrated(subject: &DatabaseUnderTest) {
    let database = subject.connect().await;
    database.open(Schema::default()).await.unwrap();
    assert!(database.versions().await.unwrap().is_empty(), "a fresh store has no component");
    database.open(schema()).await.unwrap();
    let note = Collection::new("extra").required("note", FieldKind::Text);
    let extra = SchemaComponent::new("extra").migration(vec![SchemaChange::CreateCollection(note)]);
    let field = Field::new("size", FieldKind::Integer).optional();
    let extra = extra.migration(vec![add_field("extra", field)]);
    database.open(Schema::new(vec![component(), extra])).await.unwrap();
    let expected = [("conformance".to_owned(), 1), ("extra".to_owned(), 2)].into();
    assert_eq!(database.versions().await.unwrap(), expected);
    database.open(Schema::default()).await.unwrap();
    assert_eq!(database.versions().await.unwrap(), expected, "whatever the schema leaves out");
}

/// Opened with the migrations it has, a store can be read as it is; then it takes the next one.
pub async fn a_store_opens_as_it_was_and_then_migrates(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a")]).await;
    database.open(Schema::default()).await.unwrap();
    database.open(schema()).await.unwrap();
    let before = get_song(&database, "a").await;
    let field = Field::new("size", FieldKind::Integer).with_default(1_i64);
    database.open(with(vec![add_field(SONGS, field)])).await.unwrap();
    let after = get_song(&database, "a").await;
    assert_eq!(after.version, before.version);
    assert_eq!(after.record, before.record.with(1_i64));
}

/// After `close` every call is refused.
pub async fn use_after_close_is_refused(subject: &DatabaseUnderTest) {
    let database = subject.open().await;
    put_songs(&database, [song("a")]).await;
    database.close().await.unwrap();
    every_call_is_refused(&*database).await;
    fails(database.open(schema()).await, ErrorKind::InvalidRequest);
}

async fn every_call_is_refused(database: &dyn DatabaseAdapter) {
    let refused = ErrorKind::InvalidRequest;
    fails(database.versions().await, refused);
    fails(database.get(SONGS, "a").await, refused);
    fails(database.get_many(SONGS, &["a".to_owned()]).await, refused);
    fails(database.get_many(SONGS, &[]).await, refused);
    fails(database.query(&Query::new(SONGS)).await, refused);
    fails(database.query_many(&[Query::new(SONGS)]).await, refused);
    fails(database.query_many(&[]).await, refused);
    fails(database.count(SONGS, &Filter::Everything).await, refused);
    let batch = WriteBatch { operations: put(SONGS, song("a").record()), ..WriteBatch::new() };
    fails(database.write(batch).await, refused);
    fails(database.write(WriteBatch::new()).await, refused);
}

/// The usual schema with one more migration.
fn with(changes: Vec<SchemaChange>) -> Schema {
    Schema::new(vec![component().migration(changes)])
}

fn add_field(collection: &str, field: Field) -> SchemaChange {
    SchemaChange::AddField { collection: collection.into(), field }
}

fn create_index(collection: &str, field: &str, unique: bool) -> SchemaChange {
    let index = Index { name: format!("new_{field}"), fields: vec![field.into()], unique };
    SchemaChange::CreateIndex { collection: collection.into(), index }
}

fn put(collection: &str, record: Record) -> Vec<bridge_traits::Operation> {
    let mut batch = WriteBatch::new();
    batch.put(collection, record);
    batch.operations
}

async fn write_one(database: &dyn DatabaseAdapter, collection: &str, record: Record) {
    let mut batch = WriteBatch::new();
    batch.put(collection, record);
    database.write(batch).await.unwrap();
}
