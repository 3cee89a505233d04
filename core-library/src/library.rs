//! The library: one handle for everything that is asked of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use bridge_traits::{
    Clock, Collection, DatabaseAdapter, DatabaseExt, Direction, Filter, Query, Randomness, Record,
    Result as BridgeResult, SchemaComponent, TokenMatch,
};
use core_async::sync::Mutex;
use core_runtime::EventBus;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::LibraryError;
use crate::ids::IdGenerator;
use crate::import::{self, FileChange, KnownFile};
use crate::models::{Album, Artist, Page, SearchResults, Track};
use crate::query::{AlbumQuery, ArtistQuery, SearchQuery, TrackQuery};
use crate::records::{AlbumRecord, ArtistRecord, TrackRecord};
use crate::schema::{self, ALBUMS, ARTISTS, TRACKS};
use crate::text::{fold, query_tokens};

/// How many matches of a search are looked at before the best are chosen.
const SEARCH_CANDIDATES: usize = 500;

type Result<T, E = LibraryError> = std::result::Result<T, E>;

/// The music library. Clones are the same library.
#[derive(Clone, Debug)]
pub struct Library {
    database: Arc<dyn DatabaseAdapter>,
    ids: IdGenerator,
    events: EventBus,
    /// One import at a time: imports read, think and write.
    importing: Arc<Mutex<()>>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct LibraryCounts {
    /// Tracks.
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
        Self { database, ids, events, importing: Arc::default() }
    }

    /// The library's part of the database schema.
    pub fn schema() -> SchemaComponent {
        schema::component()
    }

    /// A page of tracks.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidQuery`], or as the database does.
    pub async fn tracks(&self, query: &TrackQuery) -> Result<Page<Track>> {
        let names = self.track_names(query).await?;
        self.page(&query.to_query(names)?, track).await
    }

    /// A page of albums.
    ///
    /// # Errors
    ///
    /// As for [`tracks`](Self::tracks).
    pub async fn albums(&self, query: &AlbumQuery) -> Result<Page<Album>> {
        let mut names = self.artist_filter(query.artist.as_deref(), "artist_id").await?;
        if let Some(album) = &query.album {
            let filter = match self.database.get(ALBUMS, album).await? {
                Some(_) => Filter::equals(Collection::KEY, album),
                None => Filter::equals("title_key", fold(album)),
            };
            names = names.and(filter);
        }
        self.page(&query.to_query(names)?, album).await
    }

    /// A page of artists.
    ///
    /// # Errors
    ///
    /// As for [`tracks`](Self::tracks).
    pub async fn artists(&self, query: &ArtistQuery) -> Result<Page<Artist>> {
        let mut names = self.artist_filter(query.artist.as_deref(), Collection::KEY).await?;
        if let Some(tracks) = query.tracks() {
            let tracks = tracks.to_query(self.track_names(&tracks).await?)?;
            let tracks = tracks.project(&["artist_id"]).limit(Query::MAX_LIMIT);
            let rows: Vec<_> = self.database.scan(tracks).try_collect().await?;
            let mut ids = BTreeSet::new();
            for row in rows {
                ids.extend(row.record.into_reader().optional_text()?);
            }
            names = names.and(Filter::one_of(Collection::KEY, ids));
        }
        self.page(&query.to_query(names)?, artist).await
    }

    /// The track with this id.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn track(&self, id: &str) -> Result<Track> {
        self.one(TRACKS, "track", id, track).await
    }

    /// The album with this id.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn album(&self, id: &str) -> Result<Album> {
        self.one(ALBUMS, "album", id, album).await
    }

    /// The artist with this id.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn artist(&self, id: &str) -> Result<Artist> {
        self.one(ARTISTS, "artist", id, artist).await
    }

    /// The track in the file at `path`.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn find_track_at(&self, path: &str) -> Result<Option<Track>> {
        let query = Query::new(TRACKS).filter(Filter::equals("path", path)).limit(1);
        Ok(self.page(&query, track).await?.items.pop())
    }

    /// What matches a text as it is typed: every word of it must begin a word of the result.
    ///
    /// # Errors
    ///
    /// As the database does. No text is an error; one without words finds nothing.
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchResults> {
        let tokens = query_tokens(&query.text);
        if tokens.is_empty() {
            return Ok(SearchResults::default());
        }
        let tokens: Vec<_> =
            tokens.into_iter().map(|(text, prefix)| TokenMatch { text, prefix }).collect();
        let limit = query.limit.map_or(20, |limit| limit as usize);
        let wanted = fold(&query.text);
        let find = |collection, order: &[&str]| {
            let filter = Filter::HasTokens { field: "search".into(), tokens: tokens.clone() };
            let query = Query::new(collection).filter(filter).limit(SEARCH_CANDIDATES);
            order.iter().fold(query, |query, field| query.sort(field, Direction::Ascending))
        };
        let tracks = self.page(&find(TRACKS, &["title_key", "path"]), track).await?.items;
        let order = ["title_key", "artist_key", "identity"];
        let albums = self.page(&find(ALBUMS, &order), album).await?.items;
        let artists = self.page(&find(ARTISTS, &["name_key"]), artist).await?.items;
        Ok(SearchResults {
            tracks: best(tracks, &wanted, limit, |track| &track.title),
            albums: best(albums, &wanted, limit, |album| &album.title),
            artists: best(artists, &wanted, limit, |artist| &artist.name),
        })
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

    /// Every file at or below `root`, in the order of paths.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn known_files(&self, root: &str) -> Result<Vec<KnownFile>> {
        let below = if root.is_empty() || root.ends_with('/') {
            root.to_owned()
        } else {
            format!("{root}/")
        };
        let read = |query: Query| async {
            let fields = ["path", "size", "modified_at", "signature", "id"];
            let query =
                query.sort("path", Direction::Ascending).project(&fields).limit(Query::MAX_LIMIT);
            let rows: Vec<_> = self.database.scan(query).try_collect().await?;
            rows.into_iter().map(|row| known_file(row.record)).collect::<BridgeResult<Vec<_>>>()
        };
        let mut files = read(Query::new(TRACKS).filter(Filter::equals("path", root))).await?;
        files.extend(read(Query::new(TRACKS).filter(Filter::starts_with("path", below))).await?);
        Ok(files)
    }

    /// Applies differences between files and library: all of them, or none. Counts of albums and
    /// artists follow in the same commit; events are sent after it.
    ///
    /// # Errors
    ///
    /// As the database does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the changes applied or not, never in part.
    pub async fn apply(&self, changes: Vec<FileChange>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let _importing = self.importing.lock().await;
        for event in import::apply(&self.database, &self.ids, changes).await? {
            self.events.emit(event);
        }
        Ok(())
    }

    async fn track_names(&self, query: &TrackQuery) -> Result<Filter> {
        let names = self.artist_filter(query.artist.as_deref(), "artist_id").await?;
        let Some(album) = &query.album else { return Ok(names) };
        let filter = match self.database.get(ALBUMS, album).await? {
            Some(_) => Filter::equals("album_id", album),
            None => Filter::equals("album_key", fold(album)),
        };
        Ok(names.and(filter))
    }

    /// The condition that `field` is the artist with this id or name.
    async fn artist_filter(&self, artist: Option<&str>, field: &str) -> Result<Filter> {
        let Some(artist) = artist else { return Ok(Filter::Everything) };
        if self.database.get(ARTISTS, artist).await?.is_some() {
            return Ok(Filter::equals(field, artist));
        }
        let query = Query::new(ARTISTS).filter(Filter::equals("name_key", fold(artist))).limit(1);
        let found = self.database.query(&query).await?.rows.pop();
        Ok(match found {
            Some(row) => Filter::equals(field, row.record.key()),
            None => Filter::Any(Vec::new()),
        })
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

/// The best of `items`: named exactly so, then beginning so, then the rest, each in order.
fn best<T>(mut items: Vec<T>, wanted: &str, limit: usize, name: fn(&T) -> &String) -> Vec<T> {
    items.sort_by_cached_key(|item| {
        let name = fold(name(item));
        if name == wanted {
            0
        } else if name.starts_with(wanted) {
            1
        } else {
            2
        }
    });
    items.truncate(limit);
    items
}

fn track(record: Record) -> BridgeResult<Track> {
    TrackRecord::from_record(record).map(|record| record.track)
}

fn album(record: Record) -> BridgeResult<Album> {
    AlbumRecord::from_record(record).map(|record| record.album)
}

fn artist(record: Record) -> BridgeResult<Artist> {
    ArtistRecord::from_record(record).map(|record| record.artist)
}

fn known_file(record: Record) -> BridgeResult<KnownFile> {
    let mut fields = record.into_reader();
    Ok(KnownFile {
        path: fields.text()?,
        size: fields.integer()?,
        modified_millis: fields.optional_integer()?,
        signature: fields.text()?,
        track_id: fields.text()?,
    })
}
