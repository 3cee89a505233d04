//! Two tabs that import and edit at the same time: workers that run this same module, as the pages of
//! two tabs do.
//!
//! Each imports songs of its own and, in between, counts one up that either of them has imported.
//! Every import that was acknowledged has to be there, and as many counts as there were edits, in
//! both tabs and on the disk.

use std::hash::{DefaultHasher, Hash, Hasher};

use bridge_traits::{DatabaseAdapter, ErrorKind, Filter, Query, Record, WriteBatch};
use bridge_wasm::IndexedDbDatabase;
use core_async::time::{Duration, Instant, timeout};
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::support::{WORKERS, javascript, profile, schema};

/// How many songs are imported at once.
const IMPORT: u32 = 10;

/// For how many seconds both are at it.
const SECONDS: Option<&str> = option_env!("MPC_TEST_TOGETHER");

/// Imports and edits for some seconds, waits until the other is done too, and tells what it did and
/// what there is: imports, edits, and what [`everything`] says.
#[expect(unreachable_pub, reason = "what is exported to JavaScript has to be public")]
#[wasm_bindgen]
pub async fn import_and_edit(
    profile: String,
    name: String,
    other: String,
    limit: u64,
    seconds: u32,
) -> String {
    let database = IndexedDbDatabase::with_memory_limit(&profile, limit);
    database.open(schema()).await.unwrap();
    let (mut imports, mut edits) = (0_u32, 0_u32);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds.into()) {
        let mut batch = WriteBatch::new();
        for number in 0..IMPORT {
            batch.insert("songs", Record::new(song(&name, imports, number)).with("0"));
        }
        imports += 1;
        batch.put("songs", Record::new(format!("imports-{name}")).with(imports.to_string()));
        database.write(batch).await.unwrap();
        let random = imports.wrapping_mul(2_654_435_761) >> 8;
        let of = if random % 2 == 0 { &name } else { &other };
        if let Some(there) = number_in(&database, &format!("imports-{of}")).await {
            count_up(&database, &song(of, random % there, random % IMPORT)).await;
            edits += 1;
        }
    }
    let mut watcher = database.watch();
    let mut batch = WriteBatch::new();
    batch.put("songs", Record::new(format!("done-{name}")).with("done"));
    database.write(batch).await.unwrap();
    // Commits are seen in their order: behind the last one of the other there is nothing.
    let other_is_done = format!("done-{other}");
    let wait = async {
        while database.get("songs", &other_is_done).await.unwrap().is_none() {
            watcher.next().await.unwrap();
        }
    };
    timeout(Duration::from_secs(30), wait).await.unwrap();
    format!("{imports} {edits} {}", everything(&database).await)
}

fn song(name: &str, import: u32, number: u32) -> String {
    format!("song-{name}-{import:06}-{number}")
}

async fn number_in(database: &IndexedDbDatabase, key: &str) -> Option<u32> {
    let row = database.get("songs", key).await.unwrap()?;
    Some(row.record.0[1].as_text().unwrap().parse().unwrap())
}

/// Adds one to the number of a song, again if the other tab came in between.
async fn count_up(database: &IndexedDbDatabase, key: &str) {
    loop {
        let row = database.get("songs", key).await.unwrap().unwrap();
        let next = row.record.0[1].as_text().unwrap().parse::<u32>().unwrap() + 1;
        let mut batch = WriteBatch::new();
        batch.replace("songs", Record::new(key).with(next.to_string()), row.version);
        match database.write(batch).await {
            Ok(_) => return,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}"),
        }
    }
}

/// How many songs there are, the sum of their numbers, and a digest of every row.
async fn everything(database: &IndexedDbDatabase) -> String {
    let (mut songs, mut sum, mut digest) = (0_u32, 0_u32, DefaultHasher::new());
    let mut query = Query::new("songs").limit(Query::MAX_LIMIT);
    loop {
        let page = database.query(&query).await.unwrap();
        for row in page.rows {
            let [key, title] = [0, 1].map(|field| row.record.0[field].as_text().unwrap());
            (key, title, row.version).hash(&mut digest);
            if key.starts_with("song-") {
                songs += 1;
                sum += title.parse::<u32>().unwrap();
            }
        }
        let Some(next) = page.next else { break };
        query = query.after(Some(next));
    }
    format!("{songs} {sum} {:x}", digest.finish())
}

async fn nothing_is_lost(limits: [u64; 2]) {
    let profile = profile("together");
    let seconds: u32 = SECONDS.map_or(1, |seconds| seconds.parse().unwrap());
    let body = format!(
        "{WORKERS}
        const {{ profile, limits, seconds }} = JSON.parse(argument);
        const [one, other] = limits.map(BigInt);
        return Promise.all([
            work('import_and_edit', profile, 'one', 'other', one, seconds).done,
            work('import_and_edit', profile, 'other', 'one', other, seconds).done,
        ]);"
    );
    let argument = format!(r#"{{"profile":"{profile}","limits":{limits:?},"seconds":{seconds}}}"#);
    let tabs: Array = javascript(&body, &argument).await.unchecked_into();
    let tabs: Vec<String> = tabs.iter().map(|said| said.as_string().unwrap()).collect();
    core_async::__private::say(&format!("imports, edits, songs, sum, digest: {tabs:?}"));
    let [one, other] = [0, 1].map(|tab| tabs[tab].splitn(3, ' ').collect::<Vec<_>>());
    assert_eq!(one[2], other[2]);
    let database = IndexedDbDatabase::new(&profile);
    database.open(schema()).await.unwrap();
    assert_eq!(database.health().damage, []);
    assert_eq!(everything(&database).await, one[2]);
    let both =
        |of: usize| [&one, &other].map(|tab| tab[of].parse::<u32>().unwrap()).iter().sum::<u32>();
    let (songs, edits) = (both(0) * IMPORT, both(1));
    assert!(one[2].starts_with(&format!("{songs} {edits} ")), "{songs} songs, {edits} edits");
    let counted = database.count("songs", &Filter::starts_with("id", "song-")).await.unwrap();
    assert_eq!(counted, u64::from(songs));
}

#[core_async::test(timeout_ms = 250_000)]
async fn two_tabs_import_and_edit_and_nothing_is_lost() {
    nothing_is_lost([IndexedDbDatabase::MEMORY_LIMIT; 2]).await;
}

#[core_async::test(timeout_ms = 250_000)]
async fn two_tabs_import_and_edit_where_one_has_little_in_memory() {
    nothing_is_lost([IndexedDbDatabase::MEMORY_LIMIT, 16 << 10]).await;
}
