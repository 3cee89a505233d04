//! Our side of the measurements.

use bridge_traits::{
    DatabaseAdapter, Direction, Filter, Query, Row, TokenMatch, Value, WriteBatch,
};
use bridge_wasm::IndexedDbDatabase;
use core_async::time::{Duration, Instant, sleep};
use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::JsValue;

use crate::library::{FIELDS, hash, id, schema, title_key, track};

/// As many as a scan writes at once.
const BATCH: u32 = 1_000;

/// The adapter with an open database.
pub(crate) struct Ours {
    profile: String,
    database: IndexedDbDatabase,
    tracks: u32,
}

impl Ours {
    pub(crate) async fn start(profile: &str, tracks: u32) -> Self {
        let database = with_limit(profile);
        database.open(schema()).await.unwrap();
        let ours = Self { profile: profile.to_owned(), database, tracks };
        // So that writing has to keep every index, as a peer does.
        ours.ask_every_index(&ours.database).await;
        ours
    }

    /// Milliseconds to write everything, and to bring every index up to date.
    pub(crate) async fn insert(&self) -> f64 {
        let mut spent = 0.0;
        for first in (0..self.tracks).step_by(BATCH as usize) {
            let mut batch = WriteBatch::new();
            for number in first..(first + BATCH).min(self.tracks) {
                batch.put("tracks", track(number, None));
            }
            let start = Instant::now();
            self.database.write(batch).await.unwrap();
            spent += milliseconds(start);
        }
        let start = Instant::now();
        self.ask_every_index(&self.database).await;
        spent + milliseconds(start)
    }

    /// Milliseconds for each of `times` commits of `size` changed tracks, behind one that is not counted: it
    /// waits until the browser is done with what somebody else has written.
    pub(crate) async fn commit(&self, times: u32, size: u32) -> f64 {
        let changed = |at: u32| {
            let mut batch = WriteBatch::new();
            for number in 0..size {
                let number = hash(at * size + number, 7) % self.tracks;
                batch.put("tracks", track(number, Some(format!("changed {at}"))));
            }
            batch
        };
        self.database.write(changed(times)).await.unwrap();
        let mut spent = 0.0;
        for at in 0..times {
            let batch = changed(at);
            let start = Instant::now();
            self.database.write(batch).await.unwrap();
            spent += milliseconds(start);
        }
        spent / f64::from(times)
    }

    /// Milliseconds for each of some reads of a kind.
    pub(crate) async fn read(&self, what: &str) -> f64 {
        let database = &self.database;
        let some = |at: u32| hash(at, 8) % self.tracks;
        let by_title = Query::new("tracks").sort("title_key", Direction::Ascending).limit(50);
        time(500, async |at| {
            let number = some(at);
            let album = number / 12;
            let query = match what {
                "get" => {
                    assert!(database.get("tracks", &id(number)).await.unwrap().is_some());
                    return;
                }
                "page" | "page_js" => by_title.clone(),
                "page_after" | "page_after_js" => {
                    let values = vec![title_key(number).into()];
                    let after = bridge_traits::Cursor::new(&by_title, values, &id(number));
                    by_title.clone().after(Some(after))
                }
                "album" | "album_js" => Query::new("tracks")
                    .filter(Filter::equals("album_id", format!("album-{album}")))
                    .limit(50),
                _ => {
                    let token = TokenMatch { text: format!("album{album}"), prefix: true };
                    let words =
                        Filter::HasTokens { field: "search".to_owned(), tokens: vec![token] };
                    Query::new("tracks").filter(words).limit(50)
                }
            };
            let page = database.query(&query).await.unwrap();
            assert!(what.starts_with("page_after") || !page.rows.is_empty());
            if what.ends_with("_js") {
                to_js(&page.rows);
            }
        })
        .await
    }

    /// Gives the adapter the idle time in which it folds its log.
    pub(crate) async fn fold(&self) {
        sleep(Duration::from_secs(5)).await;
    }

    /// Milliseconds from nothing to the first page, and to every index.
    pub(crate) async fn open(&self) -> (f64, f64) {
        self.database.close().await.unwrap();
        let start = Instant::now();
        let again = with_limit(&self.profile);
        again.open(schema()).await.unwrap();
        let query = Query::new("tracks").sort("title_key", Direction::Ascending).limit(50);
        assert_eq!(again.query(&query).await.unwrap().rows.len(), 50);
        let page = start.elapsed();
        self.ask_every_index(&again).await;
        let indexes = start.elapsed();
        let count = again.count("tracks", &Filter::Everything).await.unwrap();
        assert_eq!(count, u64::from(self.tracks));
        again.close().await.unwrap();
        (page.as_secs_f64() * 1e3, indexes.as_secs_f64() * 1e3)
    }

    /// Milliseconds from rows in memory to objects of JavaScript, by way of JSON as calls answer.
    pub(crate) async fn rows_to_js(&self) -> f64 {
        let by_title = Query::new("tracks").sort("title_key", Direction::Ascending).limit(50);
        let rows = self.database.query(&by_title).await.unwrap().rows;
        time(500, async |_| _ = to_js(&rows)).await
    }

    async fn ask_every_index(&self, database: &IndexedDbDatabase) {
        for field in ["title_key", "artist_key", "album_id", "year", "genre", "added_at"] {
            let query = Query::new("tracks").sort(field, Direction::Ascending).limit(1);
            database.query(&query).await.unwrap();
        }
        let token = TokenMatch { text: "nothing".to_owned(), prefix: false };
        let words = Filter::HasTokens { field: "search".to_owned(), tokens: vec![token] };
        database.query(&Query::new("tracks").filter(words).limit(1)).await.unwrap();
    }
}

/// The adapter of `profile`, with `MPC_BENCH_MEMORY` bytes of records in memory if that is set.
fn with_limit(profile: &str) -> IndexedDbDatabase {
    let limit = option_env!("MPC_BENCH_MEMORY").and_then(|limit| limit.parse().ok());
    IndexedDbDatabase::with_memory_limit(profile, limit.unwrap_or(IndexedDbDatabase::MEMORY_LIMIT))
}

/// Rows as objects of JavaScript.
fn to_js(rows: &[Row]) -> JsValue {
    let objects: Vec<_> = rows.iter().map(|row| Object(&row.record.0)).collect();
    js_sys::JSON::parse(&serde_json::to_string(&objects).unwrap()).unwrap()
}

/// A record that is serialised with the names of its fields, as a model of the library is.
struct Object<'a>(&'a [Value]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        let names = std::iter::once("id").chain(FIELDS.iter().map(|(name, _)| *name));
        for (name, value) in names.zip(self.0) {
            match value {
                Value::Integer(number) => object.serialize_entry(name, number)?,
                Value::Text(text) => object.serialize_entry(name, text)?,
                Value::Tokens(tokens) => object.serialize_entry(name, tokens)?,
                _ => object.serialize_entry(name, &())?,
            }
        }
        object.end()
    }
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// Milliseconds for each of `times` calls.
async fn time(times: u32, work: impl AsyncFn(u32)) -> f64 {
    let start = Instant::now();
    for at in 0..times {
        work(at).await;
    }
    milliseconds(start) / f64::from(times)
}
