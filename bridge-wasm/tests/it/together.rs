//! Two tabs that import and edit at the same time: workers that run this same module, as the pages of
//! two tabs do.
//!
//! Each imports songs of its own and, in between, counts one up that either of them has imported.
//! Every import that was acknowledged has to be there, and as many counts as there were edits, in
//! both tabs and on the disk.

use std::hash::{DefaultHasher, Hash, Hasher};

use bridge_traits::{DatabaseAdapter, ErrorKind, Filter, Query, Record, Row, WriteBatch};
use bridge_wasm::IndexedDbDatabase;
use core_async::time::{Duration, Instant, timeout};
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::support::{profile, schema, with_workers};

/// How many songs are imported at once.
const IMPORT: u32 = 10;

/// How many imports each of them makes at least.
const IMPORTS: u32 = 50;

/// For how many seconds both are at it, if that takes longer.
const SECONDS: Option<&str> = option_env!("MPC_TEST_TOGETHER");

/// Imports and edits for some seconds, waits until the other is done too, and tells what it did and
/// what there is: imports, edits, how often an edit came too late, and what [`everything`] says.
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
    import(&database, &name, 0).await;
    found(&database, &imports_of(&other)).await;
    let (mut imports, mut edits, mut late) = (1, 0, 0);
    let start = Instant::now();
    while imports < IMPORTS || start.elapsed() < Duration::from_secs(seconds.into()) {
        import(&database, &name, imports).await;
        imports += 1;
        // A song where the other may come in between; then any song.
        late += count_up(&database, &song(name.as_str().min(&other), 0, 0)).await;
        let random = imports.wrapping_mul(2_654_435_761) >> 8;
        let of = if random & 64 == 0 { &name } else { &other };
        let there = number(&found(&database, &imports_of(of)).await);
        late += count_up(&database, &song(of, random % there, imports % IMPORT)).await;
        edits += 2;
    }
    let mut batch = WriteBatch::new();
    batch.put("songs", Record::new(format!("done-{name}")).with("done"));
    database.write(batch).await.unwrap();
    // Commits are seen in their order: behind the last one of the other there is nothing.
    found(&database, &format!("done-{other}")).await;
    format!("{imports} {edits} {late} {}", everything(&database).await)
}

/// Imports songs, and notes how many times that was done.
async fn import(database: &IndexedDbDatabase, name: &str, import: u32) {
    let mut batch = WriteBatch::new();
    for number in 0..IMPORT {
        batch.insert("songs", Record::new(song(name, import, number)).with("0"));
    }
    batch.put("songs", Record::new(imports_of(name)).with((import + 1).to_string()));
    database.write(batch).await.unwrap();
}

/// Waits until a record is there.
async fn found(database: &IndexedDbDatabase, key: &str) -> Row {
    let mut watcher = database.watch();
    let wait = async {
        loop {
            if let Some(row) = database.get("songs", key).await.unwrap() {
                return row;
            }
            watcher.next().await.unwrap();
        }
    };
    timeout(Duration::from_secs(60), wait).await.unwrap()
}

fn number(row: &Row) -> u32 {
    row.record.0[1].as_text().unwrap().parse().unwrap()
}

fn imports_of(name: &str) -> String {
    format!("imports-{name}")
}

fn song(name: &str, import: u32, number: u32) -> String {
    format!("song-{name}-{import:06}-{number}")
}

/// Adds one to the number of a song, again if the other tab came in between; says how often it did.
async fn count_up(database: &IndexedDbDatabase, key: &str) -> u32 {
    let mut late = 0;
    loop {
        let row = database.get("songs", key).await.unwrap().unwrap();
        let mut batch = WriteBatch::new();
        let record = Record::new(key).with((number(&row) + 1).to_string());
        batch.replace("songs", record, row.version);
        match database.write(batch).await {
            Ok(_) => return late,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}"),
        }
        late += 1;
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
                sum += number(&row);
            }
        }
        let Some(next) = page.next else { break };
        query = query.after(Some(next));
    }
    format!("{songs} {sum} {:x}", digest.finish())
}

async fn nothing_is_lost(limits: [u64; 2]) {
    let profile = profile("together");
    let seconds: u32 = SECONDS.map_or(0, |seconds| seconds.parse().unwrap());
    let body = "
        const { profile, limits, seconds } = JSON.parse(argument);
        const [one, other] = limits.map(BigInt);
        return await Promise.all([
            work('import_and_edit', profile, 'one', 'other', one, seconds).done,
            work('import_and_edit', profile, 'other', 'one', other, seconds).done,
        ]);";
    let argument = format!(r#"{{"profile":"{profile}","limits":{limits:?},"seconds":{seconds}}}"#);
    let tabs: Array = with_workers(body, &argument).await.unchecked_into();
    let tabs: Vec<String> = tabs.iter().map(|said| said.as_string().unwrap()).collect();
    core_async::__private::say(&format!("imports, edits, late, songs, sum, digest: {tabs:?}"));
    let [one, other] = [0, 1].map(|tab| tabs[tab].splitn(4, ' ').collect::<Vec<_>>());
    assert_eq!(one[3], other[3]);
    let database = IndexedDbDatabase::new(&profile);
    database.open(schema()).await.unwrap();
    assert_eq!(database.health().damage, []);
    assert_eq!(everything(&database).await, one[3]);
    let both =
        |of: usize| [&one, &other].map(|tab| tab[of].parse::<u32>().unwrap()).iter().sum::<u32>();
    let (songs, edits, late) = (both(0) * IMPORT, both(1), both(2));
    assert!(one[3].starts_with(&format!("{songs} {edits} ")), "{songs} songs, {edits} edits");
    // In a short time they may take turns.
    assert!(late > 0 || SECONDS.is_none(), "they were never at the same song");
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
