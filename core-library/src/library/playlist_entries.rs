//! The entries of playlists: reading and editing them.

use bridge_traits::{Cursor, DatabaseExt, Direction, Query, WriteBatch};
use core_async::task;
use core_runtime::LibraryEvent;
use futures::TryStreamExt;

use super::playlists::ATTEMPTS;
use super::{Library, track};
use crate::models::{Page, PlaylistEntry, Track};
use crate::playlists::{Edit, MOST_ENTRIES, Place, PlaylistError, apply, duration};
use crate::records::EntryRecord;
use crate::schema::{PLAYLISTS, TRACKS};

/// Behind this position an append looks at the whole playlist, which may need new positions.
const FAR: i64 = 1 << 61;

type Result<T, E = PlaylistError> = std::result::Result<T, E>;

impl Library {
    /// A page of a playlist's entries in order, 50 unless `limit` says otherwise. For the next page
    /// `after` takes the `next` of this one.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::NotFound`], for a limit or `after` that makes no sense, or as the
    /// database does.
    pub async fn playlist_entries(
        &self,
        id: &str,
        limit: Option<u32>,
        after: Option<&str>,
    ) -> Result<Page<PlaylistEntry>> {
        let (_, playlist) = self.stored_playlist(id).await?;
        if let Some(rules) = &playlist.rules {
            let Page { items, next } = self.smart_tracks(rules, limit, after).await?;
            return Ok(Page { items: items.into_iter().map(smart_entry).collect(), next });
        }
        let limit = limit.map_or(Query::DEFAULT_LIMIT, |limit| limit as usize);
        let after = after.map(Cursor::decode).transpose()?;
        let query = Self::entries_query(id).limit(limit).after(after);
        let page = self.page(&query, EntryRecord::from_record).await?;
        let ids: Vec<_> = page.items.iter().filter_map(|entry| entry.track_id.clone()).collect();
        let mut tracks = self.database.get_many(TRACKS, &ids).await?.into_iter();
        let mut items = Vec::with_capacity(page.items.len());
        for entry in page.items {
            let row = entry.track_id.as_ref().and_then(|_| tracks.next().flatten());
            let track = row.map(|row| track(row.record)).transpose()?;
            items.push(PlaylistEntry {
                id: Some(entry.id),
                location: track.as_ref().map_or(entry.location, |track| track.path.clone()),
                title: entry.title.or_else(|| track.as_ref().map(Track::display_title)),
                track,
                duration_ms: entry.duration_ms,
            });
        }
        Ok(Page { items, next: page.next })
    }

    /// Puts tracks into a playlist, in this order; a track may be there already. Returns the ids of
    /// the new entries.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::NotFound`] if playlist, track or the entry that `place` names is
    /// gone, [`PlaylistError::Smart`], [`PlaylistError::TooLong`], or as the database does; then
    /// nothing has changed.
    pub async fn add_to_playlist(
        &self,
        id: &str,
        track_ids: &[String],
        place: Place,
    ) -> Result<Vec<String>> {
        let _editing = self.importing.lock().await;
        let entries = self.entries_for(id, track_ids).await?;
        let ids = entries.iter().map(|entry| entry.id.clone()).collect();
        self.edit_entries(id, &Edit::Insert { entries, place }).await?;
        Ok(ids)
    }

    /// Moves entries of a playlist, all at once, to where they stand one after the other in this
    /// order.
    ///
    /// # Errors
    ///
    /// As for [`add_to_playlist`](Self::add_to_playlist), or with
    /// [`PlaylistError::RepeatedEntry`].
    pub async fn move_in_playlist(&self, id: &str, entries: &[String], place: Place) -> Result<()> {
        let _editing = self.importing.lock().await;
        self.edit_entries(id, &Edit::Move { ids: entries.to_vec(), place }).await
    }

    /// Removes entries from a playlist, all at once; their tracks stay in the library.
    ///
    /// # Errors
    ///
    /// As for [`move_in_playlist`](Self::move_in_playlist).
    pub async fn remove_from_playlist(&self, id: &str, entries: &[String]) -> Result<()> {
        let _editing = self.importing.lock().await;
        self.edit_entries(id, &Edit::Remove { ids: entries.to_vec() }).await
    }

    /// Edits the entries of a playlist. The playlist itself is written with each edit, so that of
    /// two edits at once the later one starts again from what the earlier one has left.
    pub(super) async fn edit_entries(&self, id: &str, edit: &Edit) -> Result<()> {
        let mut attempt = 1;
        loop {
            match self.edit_once(id, edit).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
                result => break result?,
            }
            task::yield_now().await;
        }
        self.events.emit(LibraryEvent::PlaylistUpdated { playlist_id: id.to_owned() });
        Ok(())
    }

    async fn edit_once(&self, id: &str, edit: &Edit) -> Result<()> {
        let (version, mut playlist) = self.stored_playlist(id).await?;
        if playlist.rules.is_some() {
            return Err(PlaylistError::Smart { id: id.to_owned() });
        }
        let mut batch = WriteBatch::new();
        if let Some(mut last) = self.last_entry(id, edit).await? {
            let (count, total) = (playlist.entry_count, playlist.duration_ms);
            let known = last.len();
            apply(&mut last, edit, &mut batch)?;
            playlist.entry_count = count + (last.len() - known) as u64;
            playlist.duration_ms = total + duration(&last[known..]);
        } else {
            let mut entries = self.stored_entries(id).await?;
            apply(&mut entries, edit, &mut batch)?;
            playlist.entry_count = entries.len() as u64;
            playlist.duration_ms = duration(&entries);
        }
        if playlist.entry_count > MOST_ENTRIES as u64 {
            return Err(PlaylistError::TooLong { most: MOST_ENTRIES });
        }
        playlist.updated_at = self.ids.clock.unix_millis();
        batch.replace(PLAYLISTS, playlist.into_record(), version);
        self.database.write(batch).await?;
        Ok(())
    }

    /// For an edit that appends: the last entry, which is all it needs to know.
    async fn last_entry(&self, id: &str, edit: &Edit) -> Result<Option<Vec<EntryRecord>>> {
        if !matches!(edit, Edit::Insert { place: Place::End, .. }) {
            return Ok(None);
        }
        let mut query = Self::entries_query(id).limit(1);
        query.sort.iter_mut().for_each(|key| key.direction = Direction::Descending);
        let last = self.page(&query, EntryRecord::from_record).await?.items;
        Ok(Some(last).filter(|last| last.iter().all(|entry| entry.position < FAR)))
    }

    pub(super) async fn stored_entries(&self, id: &str) -> Result<Vec<EntryRecord>> {
        let rows = self.database.scan(Self::entries_query(id).limit(Query::MAX_LIMIT));
        let entries = rows.and_then(|row| async { EntryRecord::from_record(row.record) });
        Ok(entries.try_collect().await?)
    }

    /// New entries for tracks, which must exist.
    pub(super) async fn entries_for(
        &self,
        playlist_id: &str,
        track_ids: &[String],
    ) -> Result<Vec<EntryRecord>> {
        if track_ids.len() > MOST_ENTRIES {
            return Err(PlaylistError::TooLong { most: MOST_ENTRIES });
        }
        let added_at = self.ids.clock.unix_millis();
        let mut entries = Vec::with_capacity(track_ids.len());
        let rows = self.database.get_many(TRACKS, track_ids).await?;
        for (row, id) in rows.into_iter().zip(track_ids) {
            let not_found = || PlaylistError::NotFound { what: "track", id: id.clone() };
            let track = track(row.ok_or_else(not_found)?.record)?;
            entries.push(EntryRecord {
                id: self.ids.next()?,
                playlist_id: playlist_id.to_owned(),
                position: 0,
                title: Some(track.display_title()),
                track_id: Some(track.id),
                location: track.path,
                duration_ms: track.duration_ms,
                added_at,
            });
        }
        Ok(entries)
    }
}

fn smart_entry(track: Track) -> PlaylistEntry {
    PlaylistEntry {
        id: None,
        location: track.path.clone(),
        title: Some(track.display_title()),
        duration_ms: track.duration_ms,
        track: Some(track),
    }
}
