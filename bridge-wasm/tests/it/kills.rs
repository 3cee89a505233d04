//! Tabs that die at any moment: workers that run this same module and are terminated.
//!
//! Each writes commits of three records that belong together: one of its own, another one, and a
//! count of all commits of all workers. Whatever dies when, as many of each are there as the count
//! says, and every commit that was acknowledged is among them.

use bridge_traits::{DatabaseAdapter, ErrorKind, Filter, Record, WriteBatch};
use bridge_wasm::IndexedDbDatabase;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::DedicatedWorkerGlobalScope;

use crate::support::{profile, schema, with_workers};

/// Writes until the worker is terminated; posts the name of each commit once it is acknowledged.
#[expect(unreachable_pub, reason = "what is exported to JavaScript has to be public")]
#[wasm_bindgen]
pub async fn write_until_killed(profile: String, name: String, limit: u64) {
    let worker: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let database = IndexedDbDatabase::with_memory_limit(&profile, limit);
    database.open(schema()).await.unwrap();
    let mut number = 0_u32;
    loop {
        let commit = format!("{name}-{number}");
        let mut batch = WriteBatch::new();
        batch.put("songs", Record::new(format!("a-{commit}")).with("one half".repeat(40)));
        batch.put("songs", Record::new(format!("b-{commit}")).with("the other half"));
        match database.get("songs", "count").await.unwrap() {
            None => batch.insert("songs", Record::new("count").with("1")),
            Some(row) => {
                let next = row.record.0[1].as_text().unwrap().parse::<u64>().unwrap() + 1;
                let record = Record::new("count").with(next.to_string());
                batch.replace("songs", record, row.version);
            }
        }
        match database.write(batch).await {
            Ok(_) => {
                worker.post_message(&format!("ack:{commit}").into()).unwrap();
                number += 1;
            }
            // Another worker was faster; now we have seen what it did.
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}"),
        }
    }
}

/// Keeps two workers writing and kills one of them after a random time, again and again. Returns
/// the names of all commits that were acknowledged.
const KILL: &str = "
    const { profile, kills, seed, limit } = JSON.parse(argument);
    let state = seed;
    const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const acknowledged = [];
    let number = 0;
    let failure;
    const start = () => new Promise((resolve, reject) => {
        const { worker, done } = work('write_until_killed', profile, `w${number++}`, BigInt(limit));
        worker.addEventListener('message', ({ data }) => {
            if (typeof data === 'string' && data.startsWith('ack:')) {
                acknowledged.push(data.slice(4));
                resolve(worker);
            }
        });
        done.catch((error) => reject(failure = error));
    });
    const alive = [await start(), await start()];
    for (let kill = 0; kill < kills; kill++) {
        const wait = random() * 30;
        await new Promise((resolve) => setTimeout(resolve, wait));
        const chosen = random() < 0.5 ? 0 : 1;
        alive[chosen].terminate();
        alive[chosen] = await start();
    }
    if (failure) throw failure;
    return acknowledged;";

/// How many kills each of the tests is; with 50 they take a few minutes.
const KILLS: Option<&str> = option_env!("MPC_TEST_KILLS");

async fn kills_lose_nothing(seed: u32, limit: u64) {
    let profile = profile("kills");
    let kills: u32 = KILLS.map_or(10, |kills| kills.parse().unwrap());
    let argument =
        format!(r#"{{"profile":"{profile}","kills":{kills},"seed":{seed},"limit":{limit}}}"#);
    let acknowledged: Array = with_workers(KILL, &argument).await.unchecked_into();
    let database = IndexedDbDatabase::with_memory_limit(&profile, limit);
    database.open(schema()).await.unwrap();
    assert_eq!(database.health().damage, [], "seed {seed}");
    let row = database.get("songs", "count").await.unwrap().unwrap();
    let count: u64 = row.record.0[1].as_text().unwrap().parse().unwrap();
    for half in ["a-", "b-"] {
        let found = database.count("songs", &Filter::starts_with("id", half)).await.unwrap();
        assert_eq!(found, count, "seed {seed}: {half}");
    }
    assert_eq!(row.version, count, "seed {seed}: every commit counts");
    for commit in acknowledged.iter().filter_map(|commit| commit.as_string()) {
        let key = format!("a-{commit}");
        assert!(database.get("songs", &key).await.unwrap().is_some(), "seed {seed}: {commit}");
    }
    let acknowledged = acknowledged.length();
    core_async::__private::say(&format!(
        "{kills} kills with seed {seed}: {acknowledged} commits acknowledged, {count} found"
    ));
    assert!(acknowledged >= kills + 2 && u64::from(acknowledged) <= count, "seed {seed}");
}

#[core_async::test(timeout_ms = 250_000)]
async fn the_first_kills_lose_nothing() {
    kills_lose_nothing(1, IndexedDbDatabase::MEMORY_LIMIT).await;
}

#[core_async::test(timeout_ms = 250_000)]
async fn the_second_kills_lose_nothing() {
    kills_lose_nothing(2, IndexedDbDatabase::MEMORY_LIMIT).await;
}

#[core_async::test(timeout_ms = 250_000)]
async fn the_third_kills_lose_nothing() {
    kills_lose_nothing(3, IndexedDbDatabase::MEMORY_LIMIT).await;
}

#[core_async::test(timeout_ms = 250_000)]
async fn the_fourth_kills_lose_nothing() {
    kills_lose_nothing(4, IndexedDbDatabase::MEMORY_LIMIT).await;
}

#[core_async::test(timeout_ms = 250_000)]
async fn kills_lose_nothing_where_little_is_in_memory() {
    kills_lose_nothing(5, 8 << 10).await;
}
