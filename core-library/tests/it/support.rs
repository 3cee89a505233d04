//! A library in memory, and files to put into it.

use std::sync::Arc;

use bridge_memory::{ManualClock, MemoryDatabase, SeededRandomness};
use bridge_traits::{DatabaseAdapter, Schema};
use core_library::{FileChange, Library, ScannedFile, Track, TrackQuery};
use core_runtime::EventBus;

pub(crate) async fn library() -> (Library, EventBus) {
    let database: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
    database.open(Schema::new(vec![Library::schema()])).await.unwrap();
    let events = EventBus::default();
    let (clock, randomness) = (ManualClock::default(), SeededRandomness::new(7));
    (Library::new(database, Arc::new(clock), Arc::new(randomness), events.clone()), events)
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

pub(crate) async fn all_tracks(library: &Library) -> Vec<Track> {
    let query = TrackQuery { limit: Some(10_000), ..TrackQuery::default() };
    library.tracks(&query).await.unwrap().items
}
