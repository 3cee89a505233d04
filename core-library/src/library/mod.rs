//! The library: one handle for everything that is asked of it.

mod backup;
mod browsing;
mod duplicates;
mod edits;
mod fingerprints;
mod importing;
mod listening;
mod listing;
mod live;
mod playlist_entries;
mod playlist_files;
mod playlists;
mod removal;
mod search;
mod session;
mod smart_playlists;

use std::sync::Arc;

use bridge_traits::{
    Clock, DatabaseAdapter, Filter, Query, Randomness, Record, Result as BridgeResult,
    SchemaComponent,
};
use core_async::sync::Mutex;
use core_runtime::EventBus;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::importing::REMOTE;
use crate::duplicates::SoundComparison;
use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::import::{Request, carry_out};
use crate::models::{Album, Page, Track};
use crate::records::{AlbumRecord, TrackRecord};
use crate::schema::{self, ALBUMS, ARTISTS, TRACKS};

type Result<T, E = LibraryError> = std::result::Result<T, E>;

/// The music library. Clones are the same library.
#[derive(Clone, Debug)]
pub struct Library {
    database: Arc<dyn DatabaseAdapter>,
    ids: IdGenerator,
    events: EventBus,
    /// One import at a time: imports read, think and write.
    importing: Arc<Mutex<()>>,
    sounds: Option<SoundComparison>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct LibraryCounts {
    /// Tracks, not counting those in the bin.
    #[ts(type = "number")]
    pub tracks: u64,
    /// Albums.
    #[ts(type = "number")]
    pub albums: u64,
    /// Artists.
    #[ts(type = "number")]
    pub artists: u64,
}

impl Library {
    /// The library in `database`, which must be open with a schema that includes
    /// [`Library::schema`].
    pub fn new(
        database: Arc<dyn DatabaseAdapter>,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        events: EventBus,
    ) -> Self {
        let ids = IdGenerator { clock, randomness };
        Self { database, ids, events, importing: Arc::default(), sounds: None }
    }

    /// Lets the library compare the fingerprints that it keeps: they are evidence for and against
    /// duplicates then.
    #[must_use]
    pub fn with_sound_comparison(mut self, compare: SoundComparison) -> Self {
        self.sounds = Some(compare);
        self
    }

    /// The library's part of the database schema.
    pub fn schema() -> SchemaComponent {
        schema::component()
    }

    /// How much there is.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn counts(&self) -> Result<LibraryCounts> {
        let count = |collection| self.database.count(collection, &Filter::Everything);
        Ok(LibraryCounts {
            tracks: count(TRACKS).await?,
            albums: count(ALBUMS).await?,
            artists: count(ARTISTS).await?,
        })
    }

    /// Carries out a change of tracks, one at a time, and says how many tracks it was about.
    async fn carry_out(&self, request: &Request) -> Result<usize> {
        let _importing = self.importing.lock().await;
        let (events, count) = carry_out(&self.database, &self.ids, request).await?;
        for event in events {
            self.events.emit(event);
        }
        Ok(count)
    }

    async fn page<T>(&self, query: &Query, read: fn(Record) -> BridgeResult<T>) -> Result<Page<T>> {
        let page = self.database.query(query).await?;
        let items =
            page.rows.into_iter().map(|row| read(row.record)).collect::<BridgeResult<_>>()?;
        Ok(Page { items, next: page.next.map(|cursor| cursor.encode()) })
    }

    async fn one<T>(
        &self,
        collection: &str,
        what: &'static str,
        id: &str,
        read: fn(Record) -> BridgeResult<T>,
    ) -> Result<T> {
        match self.database.get(collection, id).await? {
            Some(row) => Ok(read(row.record)?),
            None => Err(LibraryError::NotFound { what, id: id.to_owned() }),
        }
    }
}

fn track(record: Record) -> BridgeResult<Track> {
    TrackRecord::from_record(record).map(|record| record.track)
}

fn album(record: Record) -> BridgeResult<Album> {
    AlbumRecord::from_record(record).map(|record| record.album)
}
