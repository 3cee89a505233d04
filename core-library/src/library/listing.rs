//! Lists of tracks, albums and artists, and one of them by its id.

use std::collections::BTreeSet;

use bridge_traits::{Collection, DatabaseExt, Filter, Query};
use futures::TryStreamExt;

use super::{Library, Result, album, artist, track};
use crate::models::{Album, Artist, Page, Track};
use crate::query::{AlbumQuery, ArtistQuery, TrackQuery};
use crate::schema::{ALBUMS, ARTISTS, TRACKS};
use crate::text::fold;

impl Library {
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
}
