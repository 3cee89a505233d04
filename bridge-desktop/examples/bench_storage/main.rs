//! What the SQLite adapter costs over SQLite itself: `bench_storage <records> <rounds>` prints one
//! line of JSON for each figure.
//!
//! The three ways take turns on tables of the same definition: the adapter, `sqlx` with one row
//! per statement as its documentation shows it, and SQLite's own functions with one prepared
//! statement, which is what `rusqlite` wraps.

#![expect(clippy::unwrap_used, reason = "a failed benchmark has nothing to report")]

mod raw;

use std::path::Path;
use std::time::Instant;

use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, Direction, FieldKind, Filter, Query, Record, Schema, SchemaChange,
    SchemaComponent, TokenMatch, Value, WriteBatch,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow};
use sqlx::{ConnectOptions, Connection, Row};

/// How many records one commit of an import holds.
const BATCH: usize = 500;

/// How often each question is asked in a round.
const ASKED: usize = 400;

const COLUMNS: &str = "id, title, artist, album, album_id, genre, path, number, year, \
                       duration_ms, size, added_at";

const INDEXES: [&[&str]; 6] = [
    &["title", "path"],
    &["artist", "album", "number"],
    &["album_id", "number"],
    &["genre", "title"],
    &["year", "title"],
    &["added_at"],
];

#[derive(Clone, Debug)]
struct Track {
    texts: [String; 7],
    numbers: [i64; 5],
}

fn tracks(count: usize) -> Vec<Track> {
    let track = |n: usize| {
        let mixed = n.wrapping_mul(2_654_435_761) % count;
        let album = n / 12;
        Track {
            texts: [
                format!("{n:08}-0000-7000-8000-{mixed:012}"),
                format!("Title {mixed} of the Song"),
                format!("Artist {}", album % (count / 100 + 1)),
                format!("Album Number {album}"),
                format!("album-{album:08}"),
                format!("Genre {}", album % 23),
                format!("/music/artist/album {album}/{n:08} some title.flac"),
            ],
            numbers: [n % 12, 1950 + n % 75, 180_000 + mixed % 100_000, 30_000_000, n]
                .map(|number| i64::try_from(number).unwrap()),
        }
    };
    (0..count).map(track).collect()
}

fn collection(name: &str) -> Collection {
    let mut collection = Collection::new(name);
    for field in ["title", "artist", "album", "album_id", "genre", "path"] {
        collection = collection.required(field, FieldKind::Text);
    }
    for field in ["number", "year", "duration_ms", "size", "added_at"] {
        collection = collection.required(field, FieldKind::Integer);
    }
    INDEXES.iter().fold(collection, |collection, fields| collection.index(fields))
}

fn schema() -> Schema {
    let plain = collection("tracks");
    let searched = collection("searched").required("search", FieldKind::Tokens);
    let changes = [plain, searched].map(SchemaChange::CreateCollection);
    Schema::new(vec![SchemaComponent::new("bench").migration(changes.into())])
}

fn record(track: &Track) -> Record {
    let [id, texts @ ..] = track.texts.clone();
    let record = texts.into_iter().fold(Record::new(id), Record::with);
    track.numbers.iter().fold(record, |record, number| record.with(*number))
}

fn tokens(track: &Track) -> Value {
    let mut tokens: Vec<String> = track.texts[1..4]
        .iter()
        .flat_map(|text| text.to_lowercase().split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    Value::Tokens(tokens)
}

/// The same table and indexes, as the adapter defines them.
fn definition() -> Vec<String> {
    let mut statements = vec![
        "CREATE TABLE tracks (_row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, \
         title TEXT NOT NULL, artist TEXT NOT NULL, album TEXT NOT NULL, album_id TEXT NOT NULL, \
         genre TEXT NOT NULL, path TEXT NOT NULL, number INTEGER NOT NULL, \
         year INTEGER NOT NULL, duration_ms INTEGER NOT NULL, size INTEGER NOT NULL, \
         added_at INTEGER NOT NULL, _version INTEGER NOT NULL) STRICT"
            .to_owned(),
    ];
    for fields in INDEXES {
        let (name, fields) = (fields.join("_"), fields.join(", "));
        statements.push(format!("CREATE INDEX t_{name} ON tracks ({fields}, id)"));
    }
    statements
}

fn insert() -> String {
    format!("INSERT INTO tracks ({COLUMNS}, _version) VALUES (?{})", ", ?".repeat(12))
}

/// One figure of one round.
fn say(name: &str, variant: &str, seconds: f64) {
    println!("{{\"name\":\"{name}\",\"variant\":\"{variant}\",\"seconds\":{seconds}}}");
}

async fn import_adapter(path: &Path, collection: &str, tracks: &[Track]) -> (SqliteDatabase, f64) {
    let database = SqliteDatabase::at(path);
    database.open(schema()).await.unwrap();
    let searched = collection == "searched";
    let batches: Vec<WriteBatch> = tracks
        .chunks(BATCH)
        .map(|tracks| {
            let mut batch = WriteBatch::new();
            for track in tracks {
                let record = record(track);
                let record = if searched { record.with(tokens(track)) } else { record };
                batch.insert(collection, record);
            }
            batch
        })
        .collect();
    let start = Instant::now();
    for batch in batches {
        database.write(batch).await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    // All three are opened again: nobody reads with a cache full of what was just written.
    database.close().await.unwrap();
    let database = SqliteDatabase::at(path);
    database.open(schema()).await.unwrap();
    (database, seconds)
}

async fn import_sqlx(path: &Path, tracks: &[Track]) -> (SqliteConnection, f64) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(sqlx::sqlite::SqliteSynchronous::Normal)
        .pragma("cache_size", "-16384");
    let mut connection = options.connect().await.unwrap();
    for statement in definition() {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    let start = Instant::now();
    for batch in tracks.chunks(BATCH) {
        let mut transaction = connection.begin().await.unwrap();
        for track in batch {
            let mut query = sqlx::query(sqlx::AssertSqlSafe(insert()));
            for text in &track.texts {
                query = query.bind(text.as_str());
            }
            for number in track.numbers {
                query = query.bind(number);
            }
            query.bind(1_i64).execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    connection.close().await.unwrap();
    (options.connect().await.unwrap(), seconds)
}

fn import_raw(path: &Path, tracks: &[Track]) -> (raw::Connection, f64) {
    let connection = open_raw(path);
    connection.execute(&definition().join(";"));
    let start = Instant::now();
    {
        let mut statement = connection.prepare(&insert());
        for batch in tracks.chunks(BATCH) {
            connection.execute("BEGIN IMMEDIATE");
            for track in batch {
                for (text, at) in track.texts.iter().zip(1..) {
                    statement.bind_text(at, text);
                }
                for (number, at) in track.numbers.iter().zip(8..) {
                    statement.bind_integer(at, *number);
                }
                statement.bind_integer(13, 1);
                assert!(!statement.step());
            }
            connection.execute("COMMIT");
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    drop(connection);
    (open_raw(path), seconds)
}

fn open_raw(path: &Path) -> raw::Connection {
    let connection = raw::Connection::open(path);
    connection.execute("PRAGMA journal_mode = WAL");
    connection.execute("PRAGMA synchronous = NORMAL");
    connection.execute("PRAGMA cache_size = -16384");
    connection
}

/// A question, as a query and as the SQL it stands for.
struct Question {
    name: &'static str,
    query: Box<dyn Fn(&Track) -> Query>,
    condition: &'static str,
    order: &'static str,
    bind: fn(&Track) -> Vec<String>,
    limit: usize,
}

fn questions() -> Vec<Question> {
    let by_title = || {
        Query::new("tracks").sort("title", Direction::Ascending).sort("path", Direction::Ascending)
    };
    vec![
        Question {
            name: "page of 50 by title",
            query: Box::new(move |_| by_title()),
            condition: "1",
            order: "title, path, id",
            bind: |_| Vec::new(),
            limit: 50,
        },
        Question {
            name: "page of 50 behind a title",
            query: Box::new(move |track| {
                let query = by_title();
                let values = [1, 6].map(|at| Value::from(track.texts[at].as_str())).into();
                let cursor = bridge_traits::Cursor::new(&query, values, &track.texts[0]);
                query.after(Some(cursor))
            }),
            condition: "(title, path, id) > (?, ?, ?)",
            order: "title, path, id",
            bind: |track| [1, 6, 0].map(|at| track.texts[at].clone()).into(),
            limit: 50,
        },
        Question {
            name: "tracks of an album",
            query: Box::new(|track| {
                Query::new("tracks")
                    .filter(Filter::equals("album_id", track.texts[4].as_str()))
                    .sort("number", Direction::Ascending)
            }),
            condition: "album_id = ?",
            order: "number, id",
            bind: |track| vec![track.texts[4].clone()],
            limit: 50,
        },
    ]
}

/// Reads a whole row as the adapter's callers get it.
fn decode_sqlx(row: &SqliteRow) -> usize {
    let texts: usize = (1..8).map(|at| row.get::<String, _>(at).len()).sum();
    let numbers: i64 = (8..13).map(|at| row.get::<i64, _>(at)).sum();
    texts + usize::try_from(numbers).unwrap()
}

fn decode_raw(row: &raw::Statement<'_>) -> usize {
    let texts: usize = (1..8).map(|at| row.text(at).len()).sum();
    let numbers: i64 = (8..13).map(|at| row.integer(at)).sum();
    texts + usize::try_from(numbers).unwrap()
}

async fn time_queries(
    tracks: &[Track],
    (database, sqlx, raw): (&SqliteDatabase, &mut SqliteConnection, &raw::Connection),
) {
    let step = tracks.len() / ASKED + 1;
    let asked = || tracks.iter().step_by(step);
    let count = asked().count();
    let each = |seconds: f64| seconds / f64::from(u32::try_from(count).unwrap());

    let get = format!("SELECT _version, {COLUMNS} FROM tracks WHERE id = ?");
    let start = Instant::now();
    for track in asked() {
        assert!(database.get("tracks", &track.texts[0]).await.unwrap().is_some());
    }
    say("get", "adapter", each(start.elapsed().as_secs_f64()));
    let start = Instant::now();
    for track in asked() {
        let query = sqlx::query(sqlx::AssertSqlSafe(get.clone())).bind(track.texts[0].as_str());
        let row = query.fetch_one(&mut *sqlx).await.unwrap();
        std::hint::black_box(decode_sqlx(&row));
    }
    say("get", "sqlx", each(start.elapsed().as_secs_f64()));
    let mut statement = raw.prepare(&get);
    let start = Instant::now();
    for track in asked() {
        statement.bind_text(1, &track.texts[0]);
        assert!(statement.step());
        std::hint::black_box(decode_raw(&statement));
        statement.reset();
    }
    say("get", "raw", each(start.elapsed().as_secs_f64()));

    for question in questions() {
        let Question { name, query, condition, order, bind, limit } = question;
        // One row more tells the adapter whether there is another page.
        let sql = format!(
            "SELECT _version, {COLUMNS} FROM tracks WHERE {condition} ORDER BY {order} LIMIT {}",
            limit + 1
        );
        let start = Instant::now();
        for track in asked() {
            std::hint::black_box(database.query(&query(track)).await.unwrap());
        }
        say(name, "adapter", each(start.elapsed().as_secs_f64()));
        let start = Instant::now();
        for track in asked() {
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.clone()));
            for value in bind(track) {
                query = query.bind(value);
            }
            let rows = query.fetch_all(&mut *sqlx).await.unwrap();
            std::hint::black_box(rows.iter().map(decode_sqlx).sum::<usize>());
        }
        say(name, "sqlx", each(start.elapsed().as_secs_f64()));
        let mut statement = raw.prepare(&sql);
        let start = Instant::now();
        for track in asked() {
            for (value, at) in bind(track).iter().zip(1..) {
                statement.bind_text(at, value);
            }
            while statement.step() {
                std::hint::black_box(decode_raw(&statement));
            }
        }
        say(name, "raw", each(start.elapsed().as_secs_f64()));
    }
}

async fn time_commits(database: &SqliteDatabase, tracks: &[Track], round: usize) {
    for size in [1, 50] {
        let start = Instant::now();
        for number in 0..20 {
            let mut batch = WriteBatch::new();
            for track in tracks.iter().skip(number * 97).step_by(tracks.len() / 60).take(size) {
                let mut track = track.clone();
                track.numbers[4] += i64::try_from(round).unwrap() + 1;
                batch.put("tracks", record(&track));
            }
            database.write(batch).await.unwrap();
        }
        say(&format!("commit of {size}"), "adapter", start.elapsed().as_secs_f64() / 20.0);
    }
}

async fn time_search(database: &SqliteDatabase, tracks: &[Track]) {
    let start = Instant::now();
    let mut asked = 0;
    for track in tracks.iter().step_by(tracks.len() / 100 + 1) {
        let number = track.texts[1].split(' ').nth(1).unwrap();
        let tokens = [("title", false), (&number[..number.len().min(3)], true)]
            .map(|(text, prefix)| TokenMatch { text: text.to_owned(), prefix });
        let filter = Filter::HasTokens { field: "search".into(), tokens: tokens.into() };
        let query = Query::new("searched").filter(filter).sort("title", Direction::Ascending);
        std::hint::black_box(database.query(&query.limit(20)).await.unwrap());
        asked += 1;
    }
    say("token prefix search", "adapter", start.elapsed().as_secs_f64() / f64::from(asked));
}

#[core_async::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let count = arguments.next().and_then(Result::ok).unwrap_or(10_000);
    let rounds = arguments.next().and_then(Result::ok).unwrap_or(3);
    let tracks = tracks(count);
    for round in 0..rounds {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let raw = import_raw(&path("raw.db"), &tracks);
        let ours = import_adapter(&path("adapter.db"), "tracks", &tracks).await;
        let mut sqlx = import_sqlx(&path("sqlx.db"), &tracks).await;
        let searched = import_adapter(&path("searched.db"), "searched", &tracks).await;
        say("bulk insert", "raw", raw.1);
        say("bulk insert", "adapter", ours.1);
        say("bulk insert", "sqlx", sqlx.1);
        say("bulk insert with search", "adapter", searched.1);
        time_queries(&tracks, (&ours.0, &mut sqlx.0, &raw.0)).await;
        time_commits(&ours.0, &tracks, round).await;
        time_search(&searched.0, &tracks).await;
        let size = |name: &str| std::fs::metadata(path(name)).map_or(0, |file| file.len());
        ours.0.close().await.unwrap();
        searched.0.close().await.unwrap();
        if round == 0 {
            eprintln!("adapter {} bytes, with search {}", size("adapter.db"), size("searched.db"));
        }
    }
}
