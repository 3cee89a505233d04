//! What the IndexedDB adapter adds to the contract: durability, ownership, and doing without the
//! browser's good will.

use bridge_traits::{
    DatabaseAdapter, ErrorKind, Field, FieldKind, Filter, Schema, SchemaChange, Value, WriteBatch,
};
use bridge_wasm::IndexedDbDatabase;
use core_async::task;
use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::support::{component, fails, javascript, profile, schema, songs, tamper};

async fn open(profile: &str) -> IndexedDbDatabase {
    let database = IndexedDbDatabase::new(profile);
    database.open(schema()).await.unwrap();
    database
}

async fn count(database: &IndexedDbDatabase) -> u64 {
    database.count("songs", &Filter::Everything).await.unwrap()
}

#[core_async::test]
async fn a_database_dropped_without_closing_keeps_every_commit() {
    let profile = profile("drop");
    let database = open(&profile).await;
    for number in 0..20 {
        database.write(songs([format!("k{number}")])).await.unwrap();
    }
    let mut removal = WriteBatch::new();
    removal.delete("songs", "k3");
    let last = database.write(removal).await.unwrap();
    drop(database);
    let database = open(&profile).await;
    assert_eq!(count(&database).await, 19);
    assert_eq!(database.get("songs", "k3").await.unwrap(), None);
    let row = database.get("songs", "k7").await.unwrap().unwrap();
    assert_eq!(row.record.0[1], Value::from("title of k7"));
    let next = database.write(songs(["new"])).await.unwrap();
    assert_eq!(next.sequence, last.sequence + 1);
}

#[core_async::test(timeout_ms = 60_000)]
async fn a_long_log_is_folded_into_blocks_and_nothing_is_lost() {
    let profile = profile("fold");
    let database = open(&profile).await;
    for number in 0..1_005 {
        database.write(songs([format!("k{number:04}")])).await.unwrap();
    }
    // Longer than one block, so that there are several.
    database.write(songs((0..900).map(|number| format!("m{number}")))).await.unwrap();
    let version = database.get("songs", "k0500").await.unwrap().unwrap().version;
    database.close().await.unwrap();
    let entries = tamper(&profile, "return await done(store('log').count());").await;
    assert!(entries.as_f64().unwrap() < 10.0, "the log still has {entries:?} entries");
    let database = open(&profile).await;
    assert_eq!(count(&database).await, 1_905);
    assert_eq!(database.get("songs", "k0500").await.unwrap().unwrap().version, version);
    database.write(songs(["after"])).await.unwrap();
    database.close().await.unwrap();
    let database = open(&profile).await;
    assert_eq!(count(&database).await, 1_906);
}

#[core_async::test]
async fn a_write_whose_future_is_dropped_happens_wholly_or_not_at_all() {
    let profile = profile("cancel");
    let database = open(&profile).await;
    for number in 0..30 {
        let write = database.write(songs([format!("a{number}"), format!("b{number}")]));
        if number % 3 == 0 {
            // Polled once, so the task behind it has been started but has not run.
            assert!(write.now_or_never().is_none());
        } else {
            timeout(Duration::from_micros(number * 40), write).await.ok();
        }
        task::yield_now().await;
    }
    database.write(songs(["last"])).await.unwrap();
    let before = count(&database).await;
    drop(database);
    let database = open(&profile).await;
    assert_eq!(count(&database).await, before);
    for number in 0..30 {
        let keys = [format!("a{number}"), format!("b{number}")];
        let rows = database.get_many("songs", &keys).await.unwrap();
        assert_eq!(rows[0].is_some(), rows[1].is_some(), "{number}");
    }
}

#[core_async::test]
async fn concurrent_writes_all_arrive_in_one_order() {
    let database = open(&profile("concurrent")).await;
    let writes = (0..50).map(|number| database.write(songs([format!("k{number}")])));
    let commits = futures::future::try_join_all(writes).await.unwrap();
    assert!(commits.is_sorted_by(|a, b| a.sequence < b.sequence));
    assert_eq!(count(&database).await, 50);
}

#[core_async::test]
async fn a_migration_rewrites_what_is_stored() {
    let profile = profile("migrate");
    let database = open(&profile).await;
    database.write(songs(["a", "b"])).await.unwrap();
    drop(database);
    let newer = || {
        Schema::new(vec![component().migration(vec![SchemaChange::AddField {
            collection: "songs".into(),
            field: Field::new("rating", FieldKind::Integer).with_default(3_i64),
        }])])
    };
    let database = IndexedDbDatabase::new(&profile);
    database.open(newer()).await.unwrap();
    drop(database);
    let old = IndexedDbDatabase::new(&profile);
    fails(old.open(schema()).await, ErrorKind::Conflict);
    let database = IndexedDbDatabase::new(&profile);
    database.open(newer()).await.unwrap();
    let row = database.get("songs", "b").await.unwrap().unwrap();
    assert_eq!(row.record.0[2], Value::Integer(3));
}

#[core_async::test]
async fn a_format_of_a_newer_release_is_refused_untouched() {
    let profile = profile("format");
    let database = open(&profile).await;
    database.write(songs(["a"])).await.unwrap();
    database.close().await.unwrap();
    tamper(
        &profile,
        "const meta = await done(store('meta').get('state')); meta[0] = 9;
         await done(store('meta').put(meta, 'state'));
         await done(store('meta').put(meta, 'copy'));",
    )
    .await;
    fails(IndexedDbDatabase::new(&profile).open(schema()).await, ErrorKind::Conflict);
}

#[core_async::test]
async fn a_newer_version_is_not_blocked_and_then_refuses_us() {
    let profile = profile("newer");
    let database = open(&profile).await;
    database.write(songs(["a"])).await.unwrap();
    // Were the connection kept open, this upgrade would wait for ever.
    let upgrade = "
        await new Promise((resolve, reject) => {
            const request = indexedDB.open(argument, 2);
            request.onsuccess = () => { request.result.close(); resolve(); };
            request.onerror = () => reject(request.error);
        });";
    let name = format!("mpc:{profile}");
    timeout(Duration::from_secs(5), javascript(upgrade, &name)).await.unwrap();
    let error = fails(database.write(songs(["b"])).await, ErrorKind::Conflict);
    assert!(error.to_string().contains("newer release"), "{error}");
    // What was read stays readable, and the failed write has left no trace.
    assert_eq!(count(&database).await, 1);
    database.close().await.unwrap();
    fails(IndexedDbDatabase::new(&profile).open(schema()).await, ErrorKind::Conflict);
}

#[core_async::test]
async fn a_connection_closed_by_the_browser_is_opened_again() {
    let profile = profile("reopen");
    let database = open(&profile).await;
    database.write(songs(["a"])).await.unwrap();
    // A version change that is called off closes our connection and changes nothing.
    let called_off = "
        await new Promise((resolve) => {
            const request = indexedDB.open(argument, 2);
            request.onupgradeneeded = () => request.transaction.abort();
            request.onerror = (event) => { event.preventDefault(); resolve(); };
        });";
    javascript(called_off, &format!("mpc:{profile}")).await;
    database.write(songs(["b"])).await.unwrap();
    drop(database);
    assert_eq!(count(&open(&profile).await).await, 2);
}

#[core_async::test]
async fn a_deleted_library_is_reported_and_not_brought_back() {
    let profile = profile("deleted");
    let database = open(&profile).await;
    database.write(songs(["a"])).await.unwrap();
    let delete = "
        await new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase(argument);
            request.onsuccess = () => resolve();
            request.onerror = () => reject(request.error);
        });
        return (await indexedDB.databases()).some(({ name }) => name === argument);";
    let name = format!("mpc:{profile}");
    javascript(delete, &name).await;
    fails(database.write(songs(["b"])).await, ErrorKind::Conflict);
    fails(database.write(songs(["c"])).await, ErrorKind::Conflict);
    let list = "return (await indexedDB.databases()).some(({ name }) => name === argument);";
    assert_eq!(javascript(list, &name).await, false);
    drop(database);
    assert_eq!(count(&open(&profile).await).await, 0);
}

#[core_async::test]
async fn strict_and_relaxed_batches_mix() {
    let profile = profile("strict");
    let database = open(&profile).await;
    database.write(songs(["a"]).strict()).await.unwrap();
    database.write(songs(["b"])).await.unwrap();
    database.write(songs(["c"]).strict()).await.unwrap();
    drop(database);
    assert_eq!(count(&open(&profile).await).await, 3);
}
