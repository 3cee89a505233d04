//! Lists of tracks, albums and artists, and one of them by its id.

use std::collections::BTreeSet;

use bridge_traits::{BoxFuture, Collection, DatabaseExt, Filter, Query};
use futures::TryStreamExt;

use super::browsing::binned;
use super::{Library, Result, album, track};
use crate::error::LibraryError;
use crate::models::{Album, Artist, Page, Track};
use crate::query::{AlbumQuery, ArtistQuery, TrackQuery, has_one_of};
use crate::schema::{ALBUMS, ARTISTS, BIN, TRACKS};
use crate::text::fold;

impl Library {
    /// A page of tracks.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidQuery`](crate::LibraryError::InvalidQuery), or as the
    /// database does.
    pub async fn tracks(&self, query: &TrackQuery) -> Result<Page<Track>> {
        let names = self.track_names(query).await?;
        let read = if query.deleted { binned } else { track };
        self.page(&query.to_query(names)?, read).await
    }

    /// A page of albums.
    ///
    /// # Errors
    ///
    /// As for [`tracks`](Self::tracks).
    pub async fn albums(&self, query: &AlbumQuery) -> Result<Page<Album>> {
        let mut names = self.artist_filter(query.artist.as_deref(), "artist_ids").await?;
        if let Some(album) = &query.album {
            names = names.and(Filter::one_of(Collection::KEY, self.album_ids(album).await?));
        }
        self.page(&query.to_query(names)?, album).await
    }

    /// A page of artists.
    ///
    /// # Errors
    ///
    /// As for [`tracks`](Self::tracks).
    pub async fn artists(&self, query: &ArtistQuery) -> Result<Page<Artist>> {
        let mut names = match &query.artist {
            Some(artist) => Filter::one_of(Collection::KEY, self.artist_ids(artist).await?),
            None => Filter::Everything,
        };
        if let Some(tracks) = query.tracks() {
            let tracks = tracks.to_query(self.track_names(&tracks).await?)?;
            let tracks = tracks.project(&["artist_ids"]).limit(Query::MAX_LIMIT);
            let mut rows = self.database.scan(tracks);
            let mut ids = BTreeSet::new();
            while let Some(row) = rows.try_next().await? {
                ids.extend(row.record.into_reader().tokens()?);
            }
            names = names.and(Filter::one_of(Collection::KEY, ids));
        }
        self.page(&query.to_query(names)?, Artist::from_record).await
    }

    /// The track with this id, or the one that it was merged into.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`](crate::LibraryError::NotFound), or as the database
    /// does.
    pub async fn track(&self, id: &str) -> Result<Track> {
        let found = self.one(TRACKS, "track", id, track).await;
        if let Err(LibraryError::NotFound { .. }) = found
            && let Some(heir) = self.merged_into(id).await?
        {
            return self.one(TRACKS, "track", &heir, track).await;
        }
        found
    }

    /// Whether there is a track with this id, in use or in the bin.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn has_track(&self, id: &str) -> Result<bool> {
        let in_use = self.database.get(TRACKS, id).await?.is_some();
        Ok(in_use || self.database.get(BIN, id).await?.is_some())
    }

    /// The album with this id.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`](crate::LibraryError::NotFound), or as the database
    /// does.
    pub async fn album(&self, id: &str) -> Result<Album> {
        self.one(ALBUMS, "album", id, album).await
    }

    /// The artist with this id.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`](crate::LibraryError::NotFound), or as the database
    /// does.
    pub async fn artist(&self, id: &str) -> Result<Artist> {
        self.one(ARTISTS, "artist", id, Artist::from_record).await
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

    /// In a box, because its code would be compiled once more for every crate that awaits it.
    pub(super) fn track_names<'a>(
        &'a self,
        query: &'a TrackQuery,
    ) -> BoxFuture<'a, Result<Filter>> {
        Box::pin(async move {
            let artist = self.artist_filter(query.artist.as_deref(), "artist_ids").await?;
            let album_artist = query.album_artist.as_deref();
            let mut names = artist.and(self.artist_filter(album_artist, "album_artist_ids").await?);
            if let Some(playlist) = &query.playlist {
                names = names.and(self.playlist_filter(playlist).await?);
            }
            let Some(album) = &query.album else { return Ok(names) };
            let mut ids = self.album_ids(album).await?;
            Ok(names.and(match (ids.pop(), ids.is_empty()) {
                (Some(only), true) => Filter::equals("album_id", only),
                (last, _) => Filter::one_of("album_id", ids.into_iter().chain(last)),
            }))
        })
    }

    /// The condition that `field` names the artist with this id, or one of this name.
    async fn artist_filter(&self, artist: Option<&str>, field: &str) -> Result<Filter> {
        match artist {
            Some(artist) => Ok(has_one_of(field, &self.artist_ids(artist).await?)),
            None => Ok(Filter::Everything),
        }
    }

    /// The artist with this id, or every one of this name.
    async fn artist_ids(&self, artist: &str) -> Result<Vec<String>> {
        self.ids_of(ARTISTS, "name_key", artist).await
    }

    /// The album with this id, or every one of this title.
    async fn album_ids(&self, album: &str) -> Result<Vec<String>> {
        self.ids_of(ALBUMS, "title_key", album).await
    }

    async fn ids_of(&self, collection: &str, field: &str, named: &str) -> Result<Vec<String>> {
        // An album or artist whose last track is in the bin is known by its id still.
        if self.database.get(collection, named).await?.is_some() || is_id(named) {
            return Ok(vec![named.to_owned()]);
        }
        let query = Query::new(collection)
            .filter(Filter::equals(field, fold(named)))
            .project(&[Collection::KEY])
            .limit(Query::MAX_LIMIT);
        let rows = self.database.query(&query).await?.rows;
        Ok(rows.iter().map(|row| row.record.key().to_owned()).collect())
    }
}

fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}
