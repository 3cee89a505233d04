//! Genres and folders, and everything about one track.

use std::collections::BTreeMap;

use bridge_traits::{Collection, DatabaseExt, Filter, Row};
use futures::StreamExt;

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

    /// Everything about one track, which may be in the bin, as it is at one moment.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn track_details(&self, id: &str) -> Result<TrackDetails> {
        loop {
            let (collection, row) = match self.database.get(TRACKS, id).await? {
                Some(row) => (TRACKS, Some(row)),
                None => (BIN, self.database.get(BIN, id).await?),
            };
            let not_found = || LibraryError::NotFound { what: "track", id: id.to_owned() };
            let Row { version, record } = row.ok_or_else(not_found)?;
            let track = match collection {
                BIN => binned(record)?,
                _ => TrackRecord::from_record(record)?.track,
            };
            // Who names its album and its artists changed meanwhile is asked again.
            if let Some(details) = self.details_of(track, collection, version).await? {
                return Ok(details);
            }
        }
    }

    /// What belongs to a track; `None` if that is not as commit `version` left it any more.
    async fn details_of(
        &self,
        track: Track,
        collection: &str,
        version: u64,
    ) -> Result<Option<TrackDetails>> {
        let by_key = |collection: &str, keys: &[&str]| {
            let keys = Filter::one_of(Collection::KEY, keys.iter().copied());
            bridge_traits::Query::new(collection).filter(keys)
        };
        let id = &*track.id;
        let credited: Vec<_> = track.artists.iter().map(|credit| &*credit.id).collect();
        let edits = bridge_traits::Query::new(EDITS).filter(Filter::equals("track_id", id));
        let queries = [
            by_key(collection, &[id]).project(&[Collection::KEY]),
            by_key(TRACK_DETAILS, &[id]),
            by_key(ALBUMS, track.album_id.as_deref().as_slice()),
            by_key(ARTISTS, &credited).limit(bridge_traits::Query::MAX_LIMIT),
            edits.limit(bridge_traits::Query::MAX_LIMIT),
        ];
        let pages = self.database.query_many(&queries).await?;
        let mut answers = pages.into_iter().map(|page| page.rows);
        let mut next = || answers.next().unwrap_or_default();
        if next().first().map(|row| row.version) != Some(version) {
            return Ok(None);
        }
        let tags = next().pop().map(|row| TrackTags::from_record(row.record)).transpose()?;
        let album = next().pop().map(|row| AlbumRecord::from_record(row.record)).transpose()?;
        let mut known = BTreeMap::new();
        for row in next() {
            let artist = Artist::from_record(row.record)?;
            known.insert(artist.id.clone(), artist);
        }
        let artists = credited.iter().filter_map(|id| known.get(*id).cloned()).collect();
        let mut origins = Vec::new();
        for row in next() {
            origins.extend(origin(&EditRecord::from_record(row.record)?));
        }
        Ok(Some(TrackDetails {
            tags: tags.unwrap_or_default(),
            album: album.map(|record| record.album),
            artists,
            origins,
            track,
        }))
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
