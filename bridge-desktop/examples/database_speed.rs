//! How fast the database is on this computer: `cargo run --release --example database_speed`.
//!
//! The same work is done through the adapter and through bare prepared statements of the same
//! driver, in turns, so that the ratio means something on a busy computer too.

use std::time::{Duration, Instant};

use bridge_desktop::SqliteDatabase;
use bridge_traits::{
    Collection, DatabaseAdapter, Direction, FieldKind, Filter, Query, Record, Schema, SchemaChange,
    SchemaComponent, TokenMatch, Value, WriteBatch,
};

const RECORDS: usize = 10_000;

fn schema() -> Schema {
    let tracks = Collection::new("tracks")
        .required("title", FieldKind::Text)
        .optional("artist", FieldKind::Text)
        .optional("album", FieldKind::Text)
        .optional("genre", FieldKind::Text)
        .optional("year", FieldKind::Integer)
        .required("disc", FieldKind::Integer)
        .required("number", FieldKind::Integer)
        .required("duration", FieldKind::Integer)
        .required("path", FieldKind::Text)
        .required("size", FieldKind::Integer)
        .required("added", FieldKind::Integer)
        .optional("words", FieldKind::Tokens)
        .index(&["title"])
        .index(&["artist", "album", "disc", "number"])
        .index(&["album", "disc", "number"])
        .index(&["year"])
        .index(&["added"])
        .unique(&["path"]);
    Schema::new(vec![
        SchemaComponent::new("library").migration(vec![SchemaChange::CreateCollection(tracks)]),
    ])
}

fn track(number: usize) -> Record {
    let (artist, album) = (number / 120, number / 12);
    let mut words = vec![
        format!("artist{artist}"),
        format!("album{album}"),
        format!("song{number}"),
        ["love", "night", "blue", "road"][number % 4].to_owned(),
    ];
    words.sort();
    Record::new(format!("0192f0c1-0000-7000-8000-{number:012}"))
        .with(format!("Song number {}", number * 7919 % RECORDS))
        .with(format!("Artist {artist}"))
        .with(format!("Album {album}"))
        .with(["Rock", "Jazz", "Pop"][number % 3])
        .with(1960 + (number / 12 % 60) as i64)
        .with(1_i64)
        .with((number % 12) as i64)
        .with(200_000 + number as i64)
        .with(format!("/music/Artist {artist}/Album {album}/{number:05}.flac"))
        .with(30_000_000_i64)
        .with(1_700_000_000_000 + number as i64)
        .with(Value::Tokens(words))
}

async fn time<F: Future>(rounds: u32, mut work: impl FnMut() -> F) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        work().await;
        best = best.min(start.elapsed());
    }
    best
}

#[core_async::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let mut inserts = Vec::new();
    for round in 0..3 {
        let database = SqliteDatabase::at(directory.path().join(format!("{round}.db")));
        database.open(schema()).await?;
        let mut batch = WriteBatch::new();
        for number in 0..RECORDS {
            batch.insert("tracks", track(number));
        }
        let start = Instant::now();
        database.write(batch).await?;
        inserts.push(start.elapsed());
    }
    println!("insert {RECORDS}: {inserts:?}");

    let database = SqliteDatabase::at(directory.path().join("0.db"));
    database.open(schema()).await?;
    let page = |query: Query| {
        let database = &database;
        async move { database.query(&query).await.expect("the query fits") }
    };
    let title = || Query::new("tracks").sort("title", Direction::Ascending);
    let middle = page(title().limit(5_000)).await.next;
    let year = || Query::new("tracks").sort("year", Direction::Descending);
    let year_middle = page(year().limit(5_000)).await.next;
    let find = |text: &str| {
        let tokens = vec![TokenMatch { text: text.into(), prefix: true }];
        Filter::HasTokens { field: "words".into(), tokens }
    };
    let album = Filter::equals("album", "Album 400");
    for (name, query) in [
        ("first page by title", title()),
        ("middle page by title", title().after(middle.clone())),
        ("first page by year, descending", year()),
        ("middle page by year, descending", year().after(year_middle)),
        (
            "an album",
            Query::new("tracks")
                .filter(album)
                .sort("disc", Direction::Ascending)
                .sort("number", Direction::Ascending),
        ),
        ("search, many hits", title().filter(find("lo"))),
        ("search, few hits", title().filter(find("song123"))),
        ("a genre without an index", title().filter(Filter::equals("genre", "Jazz"))),
    ] {
        let took = time(200, || page(query.clone())).await;
        println!("{name}: {took:?}");
    }
    let key = track(5_000).key().to_owned();
    let took = time(500, || database.get("tracks", &key)).await;
    println!("get: {took:?}");
    let mut number = RECORDS;
    for strict in [false, true] {
        let took = time(50, || {
            let mut batch = WriteBatch::new();
            if strict {
                batch = batch.strict();
            }
            batch.put("tracks", track(number));
            number += 1;
            database.write(batch)
        })
        .await;
        println!("commit of one record, strict {strict}: {took:?}");
    }
    Ok(())
}
