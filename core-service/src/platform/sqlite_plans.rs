//! Which indexes SQLite takes for what the library asks.

use std::sync::{Arc, Mutex};

use bridge_desktop::{OsRandomness, SqliteDatabase, SystemClock};
use bridge_traits::{
    ChangeWatcher, Commit, DatabaseAdapter, Filter, Page, Query, Result, Row, Schema, WriteBatch,
};
use core_library::{
    AlbumQuery, ArtistQuery, FileChange, Library, ScannedFile, SearchQuery, TrackQuery,
};
use core_runtime::EventBus;

/// Notes what the library asks.
#[derive(Debug)]
struct Asked {
    database: SqliteDatabase,
    queries: Mutex<Vec<Query>>,
}

#[core_async::async_trait]
impl DatabaseAdapter for Asked {
    async fn open(&self, schema: Schema) -> Result<()> {
        self.database.open(schema).await
    }
    async fn versions(&self) -> Result<std::collections::BTreeMap<String, u32>> {
        self.database.versions().await
    }
    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        self.database.get(collection, key).await
    }
    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        self.database.get_many(collection, keys).await
    }
    async fn query(&self, query: &Query) -> Result<Page> {
        self.queries.lock().unwrap().push(query.clone());
        self.database.query(query).await
    }
    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        self.queries.lock().unwrap().extend_from_slice(queries);
        self.database.query_many(queries).await
    }
    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        self.database.count(collection, filter).await
    }
    async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        self.database.write(batch).await
    }
    fn watch(&self) -> ChangeWatcher {
        self.database.watch()
    }
    async fn close(&self) -> Result<()> {
        self.database.close().await
    }
}

impl Asked {
    /// What SQLite does for each query since the last time.
    async fn plans(&self) -> Vec<(Query, Vec<String>)> {
        let queries = std::mem::take(&mut *self.queries.lock().unwrap());
        let mut plans = Vec::new();
        for query in queries {
            let plan = self.database.explain(&query).await.unwrap();
            plans.push((query, plan));
        }
        plans
    }
}

async fn library() -> (Library, Arc<Asked>) {
    let asked = Asked { database: SqliteDatabase::in_memory(), queries: Mutex::default() };
    let asked = Arc::new(asked);
    asked.open(Schema::new(vec![Library::schema()])).await.unwrap();
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(OsRandomness));
    let database = Arc::clone(&asked) as Arc<dyn DatabaseAdapter>;
    let library = Library::new(database, clock, randomness, EventBus::default());
    let file = |number: u32| ScannedFile {
        path: format!("m/{number}"),
        signature: number.to_string(),
        title: Some(format!("Title {number}")),
        artist: Some(format!("Artist {}", number % 7)),
        album: Some(format!("Album {}", number % 19)),
        genre: Some(format!("Genre {}", number % 3)),
        year: Some(1990),
        codec: "flac".into(),
        ..ScannedFile::default()
    };
    let files = (0..200).map(|number| FileChange::Add(file(number))).collect();
    library.apply(files).await.unwrap();
    asked.plans().await;
    (library, asked)
}

/// Orders of tracks.
const ORDERS: [&str; 9] = [
    "title",
    "artist",
    "album",
    "year",
    "duration",
    "added",
    "rating",
    "play_count",
    "last_played",
];

/// Panics if a table is read from end to end, or a whole answer is sorted that an index has in order.
fn check(plans: Vec<(Query, Vec<String>)>) {
    assert!(!plans.is_empty(), "nothing was asked");
    for (query, plan) in plans {
        let scans = |line: &String| line.starts_with("SCAN") && !line.contains("INDEX");
        assert!(!plan.iter().any(scans), "{query:?} reads everything: {plan:#?}");
        let sorts = plan.iter().any(|line| line.contains("USE TEMP B-TREE FOR ORDER BY"));
        assert!(!sorts || query.filter != Filter::Everything, "{query:?} is sorted: {plan:#?}");
        let searches = plan.iter().any(|line| line.starts_with("SEARCH"));
        assert!(searches || query.filter == Filter::Everything, "{query:?} is sifted: {plan:#?}");
    }
}

#[core_async::test]
async fn every_filter_and_every_sort_follows_an_index() {
    let (library, asked) = library().await;
    let directed = |name: &str| [name.to_owned(), format!("-{name}")];
    let (artist, album, genre, year) =
        (Some("Artist 1".to_owned()), Some("Album 1".to_owned()), Some("Genre 1".to_owned()), 1990);
    for sort in ORDERS.into_iter().chain(["track"]) {
        for sort in directed(sort).map(Some) {
            for query in [
                TrackQuery { favourite: Some(true), ..TrackQuery::default() },
                TrackQuery { year_from: Some(year), year_to: Some(year), ..TrackQuery::default() },
                TrackQuery { album: album.clone(), ..TrackQuery::default() },
                TrackQuery { genre: genre.clone(), ..TrackQuery::default() },
                TrackQuery { year: Some(year), ..TrackQuery::default() },
                TrackQuery { artist: artist.clone(), ..TrackQuery::default() },
            ] {
                library.tracks(&TrackQuery { sort: sort.clone(), ..query }).await.unwrap();
                check(asked.plans().await);
            }
        }
    }
    for sort in ORDERS.into_iter().chain(["path"]) {
        for sort in directed(sort).map(Some) {
            let query = TrackQuery { sort, limit: Some(20), ..TrackQuery::default() };
            let next = library.tracks(&query).await.unwrap().next;
            library.tracks(&TrackQuery { after: next, ..query }).await.unwrap();
            check(asked.plans().await);
        }
    }
    for sort in ["title", "artist", "year", "added"] {
        for sort in directed(sort).map(Some) {
            let all = AlbumQuery { sort: sort.clone(), limit: Some(5), ..AlbumQuery::default() };
            let next = library.albums(&all).await.unwrap().next;
            library.albums(&AlbumQuery { after: next, ..all }).await.unwrap();
            for query in [
                AlbumQuery { artist: artist.clone(), ..AlbumQuery::default() },
                AlbumQuery { genre: genre.clone(), ..AlbumQuery::default() },
                AlbumQuery { year: Some(year), ..AlbumQuery::default() },
            ] {
                library.albums(&AlbumQuery { sort: sort.clone(), ..query }).await.unwrap();
            }
            check(asked.plans().await);
        }
    }
    for sort in ["name", "tracks"] {
        for sort in directed(sort).map(Some) {
            let all = ArtistQuery { sort, limit: Some(3), ..ArtistQuery::default() };
            let next = library.artists(&all).await.unwrap().next;
            library.artists(&ArtistQuery { after: next, ..all }).await.unwrap();
            check(asked.plans().await);
        }
    }
}

/// Half of a library may lie in a range with one end: its records are found in their order until
/// the page is full, or by the range and then sorted. Both follow an index.
#[core_async::test]
async fn ranges_with_one_end_follow_an_index() {
    let (library, asked) = library().await;
    for sort in ["title", "-year", "-rating", "play_count", "-last_played", "-added"] {
        let sort = Some(sort.to_owned());
        for query in [
            TrackQuery { year_from: Some(1990), ..TrackQuery::default() },
            TrackQuery { year_to: Some(1990), ..TrackQuery::default() },
            TrackQuery { rating_from: Some(60), ..TrackQuery::default() },
            TrackQuery { play_count_from: Some(1), ..TrackQuery::default() },
            TrackQuery { last_played_to: Some(1), ..TrackQuery::default() },
        ] {
            library.tracks(&TrackQuery { sort: sort.clone(), ..query }).await.unwrap();
            for (query, plan) in asked.plans().await {
                let says = |what: &str| plan.iter().any(|line| line.contains(what));
                assert!(says("USING INDEX"), "{query:?} follows no index: {plan:#?}");
                let sorts = says("USE TEMP B-TREE FOR ORDER BY");
                assert!(!sorts || says("SEARCH"), "{query:?} reads all and sorts it: {plan:#?}");
            }
        }
    }
}

#[core_async::test]
async fn every_search_follows_an_index() {
    let (library, asked) = library().await;
    for text in ["title", "title 1", "artist 1 album", "t", "titel", "abum", "'; DROP", "東京"] {
        library.search(&SearchQuery { text: text.into(), limit: None }).await.unwrap();
        for (query, plan) in asked.plans().await {
            if query.filter == Filter::Any(Vec::new()) {
                continue;
            }
            let scans = |line: &String| {
                line.starts_with("SCAN") && !line.contains("INDEX") && !line.contains("VIRTUAL")
            };
            assert!(!plan.iter().any(scans), "{query:?} reads everything: {plan:#?}");
        }
    }
}
