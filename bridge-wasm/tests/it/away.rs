//! Libraries of which not all records are in memory.

use bridge_traits::{
    DatabaseAdapter, Direction, ErrorKind, Field, FieldKind, Filter, Page, Query, Record, Row,
    Schema, SchemaChange, WriteBatch,
};
use bridge_wasm::{DatabaseStanding, IndexedDbDatabase};
use core_async::time::{Duration, timeout};

use crate::support::{component, fails, javascript, profile, schema, tamper};

/// Less than one of the blocks below has.
const LITTLE: u64 = 64 << 10;

async fn open(profile: &str, limit: u64) -> IndexedDbDatabase {
    let database = IndexedDbDatabase::with_memory_limit(profile, limit);
    database.open(schema()).await.unwrap();
    database
}

/// A song whose title has nothing to do with its key.
fn song(number: u32, text: &str) -> Record {
    let title = number.wrapping_mul(2_654_435_761) >> 16;
    Record::new(format!("k{number:04}")).with(format!("{title:05} {}", text.repeat(40)))
}

/// Stores 3,000 songs in six blocks.
async fn library(test: &str) -> String {
    let profile = profile(test);
    // Without room for a log.
    let database = open(&profile, 0).await;
    for hundred in 0..30 {
        let mut batch = WriteBatch::new();
        (0..100).for_each(|number| batch.put("songs", song(hundred * 100 + number, "text")));
        database.write(batch).await.unwrap();
    }
    database.close().await.unwrap();
    let stored = tamper(
        &profile,
        "return (await done(store('blocks').count())) * 100 + await done(store('log').count());",
    );
    assert_eq!(stored.await.as_f64(), Some(600.0));
    profile
}

/// Changes, removes and adds songs all over the library.
async fn change(database: &IndexedDbDatabase, seed: u32) {
    let mut batch = WriteBatch::new();
    for number in 0..20 {
        let number = (number * 149 + seed * 17) % 3_100;
        match number % 5 {
            0 => batch.delete("songs", song(number, "").key()),
            _ => batch.put("songs", song(number, &format!("text {seed}"))),
        }
    }
    database.write(batch).await.unwrap();
}

async fn every_page(database: &IndexedDbDatabase, query: Query) -> Vec<Row> {
    first_pages(database, query, usize::MAX).await
}

async fn first_pages(database: &IndexedDbDatabase, mut query: Query, pages: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for _ in 0..pages {
        let Page { rows: more, next } = database.query(&query).await.unwrap();
        rows.extend(more);
        let Some(next) = next else { break };
        query = query.after(Some(next)).skip(0);
    }
    rows
}

/// Asks both in all ways there are.
async fn are_equal(one: &IndexedDbDatabase, other: &IndexedDbDatabase) {
    let by_title = Query::new("songs").sort("title", Direction::Descending).limit(70);
    let by_key = Query::new("songs").limit(1_000);
    let begins = Filter::starts_with("title", "3");
    let some = by_key.clone().filter(begins.clone());
    let others = Query::new("songs").filter(Filter::Not(Box::new(begins.clone()))).skip(50);
    // Each row of these is in another block than the one before.
    let titles = first_pages(one, by_title.clone(), 2).await;
    assert_eq!(titles, first_pages(other, by_title.clone(), 2).await);
    for query in [by_key.clone(), some.clone(), others.project(&["title"])] {
        assert_eq!(every_page(one, query.clone()).await, every_page(other, query).await);
    }
    let queries = [by_title, some, by_key];
    let pages = [one.query_many(&queries).await, other.query_many(&queries).await];
    assert_eq!(pages[0].as_ref().unwrap(), pages[1].as_ref().unwrap());
    let both = [one.count("songs", &begins).await, other.count("songs", &begins).await];
    assert_eq!(both[0].as_ref().unwrap(), both[1].as_ref().unwrap());
    let keys = (0..200).map(|number| song(number * 7919 % 3_200, "").key().to_owned());
    let keys: Vec<_> = keys.collect();
    let rows = [one.get_many("songs", &keys).await, other.get_many("songs", &keys).await];
    assert_eq!(rows[0].as_ref().unwrap(), rows[1].as_ref().unwrap());
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_library_over_the_limit_is_read_in_parts_and_answers_the_same() {
    let profile = library("parts").await;
    let whole = open(&profile, IndexedDbDatabase::MEMORY_LIMIT).await;
    // What the log changes has to be known to indexes, too.
    for seed in 0..3 {
        change(&whole, seed).await;
    }
    for limit in [0, LITTLE, LITTLE * 4] {
        let partial = open(&profile, limit).await;
        are_equal(&whole, &partial).await;
        partial.close().await.unwrap();
    }
    drop(whole);
    let partial = open(&profile, LITTLE).await;
    for seed in 3..60 {
        change(&partial, seed).await;
    }
    let whole = open(&profile, IndexedDbDatabase::MEMORY_LIMIT).await;
    are_equal(&whole, &partial).await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_block_that_is_damaged_while_a_library_is_open_is_put_aside() {
    let profile = library("late").await;
    let database = open(&profile, 0).await;
    let mut health = database.watch_health();
    tamper(
        &profile,
        "const keys = await done(store('blocks').getAllKeys());
         const block = await done(store('blocks').get(keys[2])); block[block.length - 1] ^= 1;
         await done(store('blocks').put(block, keys[2]));",
    )
    .await;
    // Of another block, then of the damaged one.
    assert!(database.get("songs", "k0001").await.unwrap().is_some());
    assert_eq!(database.health().damage, []);
    assert_eq!(database.get("songs", "k1100").await.unwrap(), None);
    let told = health.next().await;
    assert_eq!((told.damage.len(), told.damage[0].rows), (1, Some(512)));
    assert_eq!(database.count("songs", &Filter::Everything).await.unwrap(), 3_000 - 512);
    // It can be written again, and nothing else is lost by that.
    for number in 0..3_000 {
        if number % 500 == 0 {
            change(&database, number).await;
        }
    }
    let again = open(&profile, IndexedDbDatabase::MEMORY_LIMIT).await;
    are_equal(&again, &database).await;
    assert_eq!(again.health().damage.len(), 1);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_block_that_is_damaged_is_put_aside_when_the_log_is_folded() {
    let profile = library("fold").await;
    let database = open(&profile, 0).await;
    tamper(
        &profile,
        "const keys = await done(store('blocks').getAllKeys());
         await done(store('blocks').delete(keys[2]));",
    )
    .await;
    // A new record, so that nothing of the damaged block is read before it is written anew.
    let mut batch = WriteBatch::new();
    batch.put("songs", Record::new("k1100a").with("new"));
    let mut health = database.watch_health();
    database.write(batch).await.unwrap();
    assert_eq!(health.next().await.damage.len(), 1);
    assert!(database.get("songs", "k1100a").await.unwrap().is_some());
    drop(database);
    let again = open(&profile, IndexedDbDatabase::MEMORY_LIMIT).await;
    assert_eq!(again.count("songs", &Filter::Everything).await.unwrap(), 3_001 - 512);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_migration_reaches_what_is_on_the_disk() {
    let profile = library("migration").await;
    let field = Field::new("rating", FieldKind::Integer).with_default(3_i64);
    let add = SchemaChange::AddField { collection: "songs".into(), field };
    let newer = Schema::new(vec![component().migration(vec![add])]);
    let database = IndexedDbDatabase::with_memory_limit(&profile, LITTLE);
    // Also where it is open already.
    database.open(schema()).await.unwrap();
    database.open(newer.clone()).await.unwrap();
    for _ in 0..2 {
        let rows = every_page(&database, Query::new("songs").limit(100)).await;
        assert_eq!(rows.len(), 3_000);
        assert!(rows.iter().all(|row| row.record.0[2] == 3_i64.into()));
    }
    drop(database);
    let again = IndexedDbDatabase::with_memory_limit(&profile, LITTLE);
    again.open(newer).await.unwrap();
    assert_eq!(every_page(&again, Query::new("songs").limit(100)).await.len(), 3_000);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_refused_write_leaves_everything_as_it_was() {
    let profile = library("refused").await;
    let database = open(&profile, 0).await;
    let mut batch = WriteBatch::new();
    (0..300).for_each(|number| batch.put("songs", song(number * 10, "new")));
    batch.insert("songs", song(5, "new"));
    fails(database.write(batch).await, ErrorKind::Conflict);
    let whole = open(&profile, IndexedDbDatabase::MEMORY_LIMIT).await;
    are_equal(&whole, &database).await;
    assert_eq!(every_page(&database, Query::new("songs")).await.len(), 3_000);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_refused_write_leaves_nothing_in_memory() {
    let profile = library("refused").await;
    let database = open(&profile, 0).await;
    let mut batch = WriteBatch::new();
    batch.put("songs", song(1100, "new"));
    batch.insert("songs", song(5, "new"));
    fails(database.write(batch).await, ErrorKind::Conflict);
    tamper(
        &profile,
        "const keys = await done(store('blocks').getAllKeys());
         await done(store('blocks').delete(keys[2]));",
    )
    .await;
    // It would be found if it were still there.
    assert_eq!(database.get("songs", "k1100").await.unwrap(), None);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_question_that_nobody_waits_for_keeps_nobody_out() {
    let profile = library("left").await;
    let database = open(&profile, 0).await;
    let others = Filter::Not(Box::new(Filter::starts_with("title", "3")));
    let expected = database.count("songs", &others).await.unwrap();
    for is_dropped in [false, true] {
        // Begun, and not gone on with.
        let mut asking = Some(Box::pin(database.count("songs", &others)));
        let begun = asking.as_mut().map(|asking| futures::FutureExt::now_or_never(asking));
        assert!(matches!(begun, Some(None)));
        if is_dropped {
            asking = None;
        }
        let mut batch = WriteBatch::new();
        batch.put("songs", Record::new("new").with("3"));
        timeout(Duration::from_secs(20), database.write(batch)).await.unwrap().unwrap();
        if let Some(asking) = asking {
            assert_eq!(asking.await.unwrap(), expected);
        }
    }
}

#[core_async::test(timeout_ms = 60_000)]
async fn what_was_deleted_with_the_data_of_the_site_is_said_to_be_gone() {
    let profile = library("deleted").await;
    let database = open(&profile, 0).await;
    let delete = "
        await new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase(argument);
            request.onsuccess = () => resolve();
            request.onerror = () => reject(request.error);
        });";
    javascript(delete, &format!("mpc:{profile}")).await;
    fails(database.get("songs", "k0001").await, ErrorKind::Conflict);
    assert_eq!(database.health().standing, DatabaseStanding::Deleted);
}
