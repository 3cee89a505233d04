//! Damaged values on disk: put aside and reported, and everything else is there.

use bridge_traits::{DatabaseAdapter, ErrorKind, Filter};
use bridge_wasm::{DatabaseHealth, DatabaseStanding, IndexedDbDatabase};
use core_async::time::{Duration, timeout};
use wasm_bindgen::JsValue;

use crate::support::{fails, profile, schema, songs, tamper};

/// Everything in the three stores.
const DUMP: &str = "
    const all = [];
    for (const name of ['meta', 'blocks', 'log']) {
        all.push((await done(store(name).getAll())).map((value) => Array.from(value)));
    }
    return JSON.stringify(all);";

async fn open(profile: &str) -> IndexedDbDatabase {
    let database = IndexedDbDatabase::new(profile);
    database.open(schema()).await.unwrap();
    database
}

async fn count(database: &IndexedDbDatabase) -> u64 {
    database.count("songs", &Filter::Everything).await.unwrap()
}

/// Stores 1,300 songs in three blocks, and two more in the log.
async fn library(test: &str) -> String {
    let profile = profile(test);
    let database = open(&profile).await;
    for hundred in 0..13 {
        let keys = (0..100).map(|number| format!("k{:04}", hundred * 100 + number));
        database.write(songs(keys)).await.unwrap();
    }
    // More than the log may have, so that it is folded now.
    for _ in 0..1_000 {
        database.write(songs(["k0000"])).await.unwrap();
    }
    database.close().await.unwrap();
    let blocks = tamper(&profile, "return await done(store('blocks').count());").await;
    assert_eq!(blocks.as_f64(), Some(3.0));
    profile
}

/// Damages a library and opens it: all but `lost` songs are there and stay there, `parts` are
/// reported, and what was damaged is kept.
async fn damage_is_put_aside(test: &str, damage: &str, lost: u64, parts: &[&str]) {
    let profile = library(test).await;
    let database = open(&profile).await;
    database.write(songs(["x1"])).await.unwrap();
    database.write(songs(["x2"])).await.unwrap();
    database.close().await.unwrap();
    tamper(&profile, damage).await;
    for round in 0..3 {
        let database = open(&profile).await;
        let health = database.health();
        let found: Vec<_> = health.damage.iter().map(|damage| damage.part.as_str()).collect();
        assert_eq!(found, parts, "round {round}");
        assert_eq!(health.standing, DatabaseStanding::Open);
        assert_eq!(count(&database).await, 1_302 - lost, "round {round}");
        if round == 0 {
            // Enough for the log to be folded, which is when damaged values are moved.
            for _ in 0..1_010 {
                database.write(songs(["k0000"])).await.unwrap();
            }
        }
        database.close().await.unwrap();
    }
    // What was lost can be written again.
    let database = open(&profile).await;
    database.write(songs(["k0600", "x1", "x2"])).await.unwrap();
    database.close().await.unwrap();
    let database = open(&profile).await;
    let keys = ["k0600", "x1", "x2"].map(str::to_owned);
    assert!(database.get_many("songs", &keys).await.unwrap().iter().all(Option::is_some));
    let next = database.write(songs(["y"])).await.unwrap().sequence;
    assert_eq!(next, 1_015 + 1_010 + 2);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_flipped_bit_in_a_block_costs_that_block_only() {
    damage_is_put_aside(
        "flip-block",
        "const keys = await done(store('blocks').getAllKeys());
         const block = await done(store('blocks').get(keys[1])); block[block.length - 1] ^= 1;
         await done(store('blocks').put(block, keys[1]));",
        512,
        &["block 1 of songs"],
    )
    .await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_missing_block_costs_that_block_only() {
    damage_is_put_aside(
        "lost-block",
        "const keys = await done(store('blocks').getAllKeys());
         await done(store('blocks').delete(keys[1]));",
        512,
        &["block 1 of songs"],
    )
    .await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_flipped_bit_in_the_log_costs_that_commit_only() {
    damage_is_put_aside(
        "flip-log",
        "const keys = await done(store('log').getAllKeys()); const key = keys[keys.length - 2];
         const entry = await done(store('log').get(key)); entry[entry.length - 2] ^= 4;
         await done(store('log').put(entry, key));",
        1,
        &["commit 1014"],
    )
    .await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_missing_commit_costs_that_commit_only() {
    damage_is_put_aside(
        "lost-commit",
        "const keys = await done(store('log').getAllKeys());
         await done(store('log').delete(keys[keys.length - 2]));",
        1,
        &["commit 1014"],
    )
    .await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn another_type_where_bytes_belong_costs_that_commit_only() {
    damage_is_put_aside(
        "type",
        "const keys = await done(store('log').getAllKeys());
         await done(store('log').put('text', keys[keys.length - 1]));",
        1,
        &["commit 1015"],
    )
    .await;
}

#[core_async::test]
async fn a_damaged_description_is_read_from_its_copy() {
    let profile = profile("copy");
    let database = open(&profile).await;
    database.write(songs(["a"])).await.unwrap();
    database.close().await.unwrap();
    tamper(
        &profile,
        "const state = await done(store('meta').get('state')); state[12] ^= 1;
         await done(store('meta').put(state, 'state'));",
    )
    .await;
    assert_eq!(count(&open(&profile).await).await, 1);
}

#[core_async::test]
async fn without_any_description_it_is_corrupt_and_untouched() {
    let profile = profile("lost-meta");
    let database = open(&profile).await;
    database.write(songs(["a"])).await.unwrap();
    database.close().await.unwrap();
    tamper(&profile, "await done(store('meta').clear());").await;
    let before = tamper(&profile, DUMP).await;
    let again = IndexedDbDatabase::new(&profile);
    fails(again.open(schema()).await, ErrorKind::Corrupt);
    fails(again.get("songs", "a").await, ErrorKind::InvalidRequest);
    assert_eq!(tamper(&profile, DUMP).await, before);
}

#[core_async::test]
async fn a_closed_database_says_so() {
    let database = open(&profile("health")).await;
    let mut health = database.watch_health();
    assert_eq!(
        database.health(),
        DatabaseHealth { standing: DatabaseStanding::Open, damage: Vec::new() }
    );
    database.close().await.unwrap();
    let told = timeout(Duration::from_secs(5), health.next()).await.unwrap();
    assert_eq!(told.standing, DatabaseStanding::Closed);
}

/// A value of the format before this one, packed as that release packed it.
async fn store_first_format(profile: &str) {
    use serde::Serialize;

    fn value(value: &impl Serialize) -> Vec<u8> {
        let payload = postcard::to_allocvec(value).unwrap();
        let checksum = xxhash_rust::xxh3::xxh3_64_with_seed(&payload, 1);
        [&[1], &checksum.to_le_bytes()[..], &payload].concat()
    }

    let row = |key: &str| bridge_traits::Record::new(key).with(format!("title of {key}"));
    let schema = bridge_memory::StoredSchema {
        versions: [("test".to_owned(), 1)].into(),
        compiled: schema().compile().unwrap(),
    };
    let meta = value(&(schema, 2_u64, 1_u32));
    let block = value(&(0_u32, "songs", vec![(1_u64, row("a")), (2, row("b"))]));
    let commit = |sequence: u64, key: &str, record: Option<bridge_traits::Record>| {
        let record = record.map(|record| bridge_memory::PackedRecord::pack(&record));
        let change =
            bridge_memory::RowChange { collection: "songs".into(), key: key.into(), record };
        value(&bridge_memory::ChangeSet { sequence, changes: vec![change] })
    };
    let log = [commit(3, "c", Some(row("c"))), commit(4, "a", None)];
    let list = |bytes: &[u8]| format!("new Uint8Array({bytes:?})");
    let body = format!(
        "await new Promise((resolve, reject) => {{
             const request = indexedDB.open(argument, 1);
             request.onupgradeneeded = () => {{
                 for (const name of ['meta', 'blocks', 'log']) request.result.createObjectStore(name);
                 const store = (name) => request.transaction.objectStore(name);
                 store('meta').put({}, 'state');
                 store('blocks').put({}, 0);
                 store('log').put({}, 3);
                 store('log').put({}, 4);
             }};
             request.onsuccess = () => {{ request.result.close(); resolve(); }};
             request.onerror = () => reject(request.error);
         }});",
        list(&meta),
        list(&block),
        list(&log[0]),
        list(&log[1]),
    );
    let _: JsValue = crate::support::javascript(&body, &format!("mpc:{profile}")).await;
}

#[core_async::test]
async fn what_the_release_before_has_stored_is_taken_over() {
    let profile = profile("first-format");
    store_first_format(&profile).await;
    for _ in 0..2 {
        let database = open(&profile).await;
        assert_eq!(database.health().damage, []);
        assert_eq!(count(&database).await, 2);
        let row = database.get("songs", "b").await.unwrap().unwrap();
        assert_eq!(row.version, 2);
        assert!(database.get("songs", "c").await.unwrap().is_some());
        database.close().await.unwrap();
    }
    let format = tamper(&profile, "return (await done(store('meta').get('state')))[0];").await;
    assert_eq!(format.as_f64(), Some(2.0));
    let database = open(&profile).await;
    assert_eq!(database.write(songs(["d"])).await.unwrap().sequence, 5);
}
