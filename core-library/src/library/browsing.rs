//! Genres and folders, and everything about one track.

use bridge_traits::{Collection, DatabaseExt, Filter};
use futures::{StreamExt, TryStreamExt};

use super::{Library, Result, track};
use crate::edits::FieldValue;
use crate::error::LibraryError;
use crate::models::{Artist, FieldOrigin, Folder, Genre, Page, Track, TrackDetails, TrackTags};
use crate::query::{FolderQuery, GenreQuery, TrackQuery};
use crate::records::{AlbumRecord, BinRecord, EditRecord, TrackRecord};
use crate::schema::{ALBUMS, ARTISTS, BIN, EDITS, FOLDERS, GENRES, TRACK_DETAILS, TRACKS};

/// How many tracks a stream reads at a time.
const STREAMED: usize = 200;

impl Library {
    /// A page of genres.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidQuery`], or as the database does.
    pub async fn genres(&self, query: &GenreQuery) -> Result<Page<Genre>> {
        self.page(&query.to_query()?, Genre::from_record).await
    }

    /// The genre with this id.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn genre(&self, id: &str) -> Result<Genre> {
        self.one(GENRES, "genre", id, Genre::from_record).await
    }

    /// A page of folders.
    ///
    /// # Errors
    ///
    /// As for [`genres`](Self::genres).
    pub async fn folders(&self, query: &FolderQuery) -> Result<Page<Folder>> {
        self.page(&query.to_query()?, Folder::from_record).await
    }

    /// The folder with this id, which is its path.
    ///
    /// # Errors
    ///
    /// As for [`genre`](Self::genre).
    pub async fn folder(&self, id: &str) -> Result<Folder> {
        self.one(FOLDERS, "folder", id, Folder::from_record).await
    }

    /// Everything about one track, which may be in the bin.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn track_details(&self, id: &str) -> Result<TrackDetails> {
        let track = match self.database.get(TRACKS, id).await? {
            Some(row) => TrackRecord::from_record(row.record)?.track,
            None => match self.database.get(BIN, id).await? {
                Some(row) => BinRecord::from_record(row.record)?.into_track(),
                None => return Err(LibraryError::NotFound { what: "track", id: id.to_owned() }),
            },
        };
        let artist_ids: Vec<_> = track.artists.iter().map(|credit| credit.id.clone()).collect();
        let edits = bridge_traits::Query::new(EDITS).filter(Filter::equals("track_id", id));
        let (details, album, artists, edits) = core_async::try_join!(
            self.database.get(TRACK_DETAILS, id),
            self.database.get(ALBUMS, track.album_id.as_deref().unwrap_or_default()),
            self.database.get_many(ARTISTS, &artist_ids),
            self.database.scan(edits).try_collect::<Vec<_>>()
        )?;
        let tags = details.map(|row| TrackTags::from_record(row.record)).transpose()?;
        let album = album.map(|row| AlbumRecord::from_record(row.record)).transpose()?;
        let artists = artists.into_iter().flatten().map(|row| Artist::from_record(row.record));
        let artists = artists.collect::<Result<_, _>>()?;
        let mut origins = Vec::new();
        for row in edits {
            origins.extend(origin(&EditRecord::from_record(row.record)?));
        }
        Ok(TrackDetails {
            track,
            tags: tags.unwrap_or_default(),
            album: album.map(|record| record.album),
            artists,
            origins,
        })
    }

    /// Every track that matches, read as the stream is; `limit`, `after` and `skip` do not matter.
    ///
    /// Tracks that come or go meanwhile may be in the stream or not; no other is left out or comes
    /// twice.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::InvalidQuery`]; the stream ends with an error of the database.
    pub async fn stream_tracks(
        &self,
        query: &TrackQuery,
    ) -> Result<bridge_traits::BoxStream<'static, Result<Track>>> {
        let query = TrackQuery { limit: None, after: None, skip: None, ..query.clone() };
        let names = self.track_names(&query).await?;
        let read = if query.deleted { binned } else { track };
        let rows = self.database.scan(query.to_query(names)?.limit(STREAMED));
        Ok(Box::pin(rows.map(move |row| Ok(read(row?.record)?))))
    }

    /// How many tracks match; `limit`, `after` and `skip` do not matter.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn count_tracks(&self, query: &TrackQuery) -> Result<u64> {
        let names = self.track_names(query).await?;
        Ok(self.database.count(query.collection(), &query.to_filter(names)).await?)
    }

    /// The tracks of one recording, by its `MusicBrainz` id.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn tracks_of_recording(&self, mb_recording_id: &str) -> Result<Vec<Track>> {
        self.with_detail("mb_recording_id", mb_recording_id).await
    }

    /// The tracks with this ISRC.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn tracks_with_isrc(&self, isrc: &str) -> Result<Vec<Track>> {
        self.with_detail("isrc", isrc).await
    }

    async fn with_detail(&self, field: &str, value: &str) -> Result<Vec<Track>> {
        let query = bridge_traits::Query::new(TRACK_DETAILS)
            .filter(Filter::equals(field, value))
            .project(&[Collection::KEY])
            .limit(bridge_traits::Query::MAX_LIMIT);
        let rows = self.database.query(&query).await?.rows;
        let ids: Vec<_> = rows.iter().map(|row| row.record.key().to_owned()).collect();
        let rows = self.database.get_many(TRACKS, &ids).await?.into_iter().flatten();
        rows.map(|row| Ok(track(row.record)?)).collect()
    }
}

pub(super) fn binned(record: bridge_traits::Record) -> bridge_traits::Result<Track> {
    BinRecord::from_record(record).map(BinRecord::into_track)
}

/// `None` for a field this version does not know.
fn origin(row: &EditRecord) -> Option<FieldOrigin> {
    let field = serde_json::from_value(serde_json::Value::from(row.field.clone())).ok()?;
    Some(FieldOrigin {
        field,
        source: row.source(),
        tag: FieldValue::from_json(&row.tag),
        service: row.service.as_ref().and_then(FieldValue::from_json),
        service_name: row.service_name.clone(),
        at: row.at,
    })
}
