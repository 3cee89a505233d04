//! A library in memory, and files to put into it.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryDatabase, SeededRandomness};
use bridge_traits::{DatabaseAdapter, Schema, Value, WriteBatch};
use core_library::{FileChange, Library, ScannedFile, Track, TrackQuery};
use core_runtime::EventBus;

use crate::slow_database::SlowDatabase;

/// A library with what it stands on.
pub(crate) struct World {
    pub(crate) database: Arc<dyn DatabaseAdapter>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) library: Library,
    pub(crate) events: EventBus,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
        database.open(Schema::new(vec![Library::schema()])).await.unwrap();
        Self::on(database, 7)
    }

    /// One whose database lets others run in between, so that windows get into each other's way.
    pub(crate) async fn contended() -> Self {
        let Self { database, .. } = Self::new().await;
        Self::on(Arc::new(SlowDatabase(database)), 7)
    }

    /// Another window or process on the same database.
    pub(crate) fn second(&self) -> Self {
        Self::on(Arc::clone(&self.database), 8)
    }

    pub(crate) fn on(database: Arc<dyn DatabaseAdapter>, seed: u64) -> Self {
        let (clock, events) = (Arc::new(ManualClock::default()), EventBus::default());
        let randomness = Arc::new(SeededRandomness::new(seed));
        let library =
            Library::new(Arc::clone(&database), clock.clone(), randomness, events.clone());
        Self { database, clock, library, events }
    }

    /// Sets a field of a stored track behind the library's back.
    pub(crate) async fn set(&self, track_id: &str, field: &str, value: impl Into<Value>) {
        let schema = Schema::new(vec![Library::schema()]).compile().unwrap();
        let position = schema.collection("tracks").unwrap().position(field).unwrap();
        let mut record = self.database.get("tracks", track_id).await.unwrap().unwrap().record;
        record.0[position] = value.into();
        let mut batch = WriteBatch::new();
        batch.put("tracks", record);
        self.database.write(batch).await.unwrap();
    }

    /// Adds tracks with these titles, a minute each, and returns their ids in that order.
    pub(crate) async fn tracks(&self, titles: &[&str]) -> Vec<String> {
        let files = titles.iter().map(|title| file(&format!("m/{title}.flac"), title, "A", "B"));
        add(&self.library, files.collect()).await;
        let mut ids = Vec::new();
        for title in titles {
            let found = self.library.find_track_at(&format!("m/{title}.flac")).await.unwrap();
            ids.push(found.unwrap().id);
        }
        ids
    }
}

pub(crate) async fn library() -> (Library, EventBus) {
    let World { library, events, .. } = World::new().await;
    (library, events)
}

pub(crate) fn file(path: &str, title: &str, artist: &str, album: &str) -> ScannedFile {
    ScannedFile {
        path: path.into(),
        size: 1000,
        signature: format!("signature of {path}"),
        title: Some(title.into()),
        artist: Some(artist.into()),
        album: Some(album.into()),
        duration_ms: Some(60_000),
        codec: "flac".into(),
        playable: true,
        ..ScannedFile::default()
    }
}

pub(crate) async fn add(library: &Library, files: Vec<ScannedFile>) {
    library.apply(files.into_iter().map(FileChange::Add).collect()).await.unwrap();
}

/// Adds one file and returns its track.
pub(crate) async fn add_one(library: &Library, file: ScannedFile) -> Track {
    let path = file.path.clone();
    add(library, vec![file]).await;
    library.find_track_at(&path).await.unwrap().unwrap()
}

pub(crate) async fn all_tracks(library: &Library) -> Vec<Track> {
    let query = TrackQuery { limit: Some(10_000), ..TrackQuery::default() };
    library.tracks(&query).await.unwrap().items
}

/// What is in the bin.
pub(crate) async fn bin(library: &Library) -> Vec<Track> {
    let query = TrackQuery { deleted: true, limit: Some(10_000), ..TrackQuery::default() };
    library.tracks(&query).await.unwrap().items
}
