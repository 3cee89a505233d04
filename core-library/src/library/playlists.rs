//! Playlists as a whole: listing, making, changing, removing.

use bridge_traits::{Change, Filter, Precondition, Query, Row, WriteBatch};
use core_async::task;
use core_runtime::LibraryEvent;

use super::Library;
use crate::models::{Page, Playlist};
use crate::playlists::{
    Edit, NewPlaylist, Place, PlaylistChange, PlaylistError, apply, check_description, check_name,
    duration,
};
use crate::query::PlaylistQuery;
use crate::schema::{PLAYLIST_ENTRIES, PLAYLISTS};
use crate::search;

/// How often an edit starts again because another window or process changed the same records.
/// Each time somebody else has got further, so this is only reached when something is wrong.
pub(super) const ATTEMPTS: usize = 100;

type Result<T, E = PlaylistError> = std::result::Result<T, E>;

impl Library {
    /// A page of playlists.
    ///
    /// # Errors
    ///
    /// Fails for an unknown sort, or as the database does.
    pub async fn playlists(&self, query: &PlaylistQuery) -> Result<Page<Playlist>> {
        let mut page = self.page(&query.to_query()?, Playlist::from_record).await?;
        for playlist in &mut page.items {
            self.count_smart(playlist).await?;
        }
        Ok(page)
    }

    /// The playlist with this id.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::NotFound`], or as the database does.
    pub async fn playlist(&self, id: &str) -> Result<Playlist> {
        let (_, mut playlist) = self.stored_playlist(id).await?;
        self.count_smart(&mut playlist).await?;
        Ok(playlist)
    }

    /// Makes a playlist.
    ///
    /// # Errors
    ///
    /// Fails for a name that is none, rules that make no sense or tracks that do not exist, or as
    /// the database does.
    pub async fn create_playlist(&self, new: NewPlaylist) -> Result<Playlist> {
        let _editing = self.importing.lock().await;
        let now = self.ids.clock.unix_millis();
        let mut playlist = Playlist {
            id: self.ids.next()?,
            name: check_name(&new.name)?,
            description: check_description(new.description.as_deref().unwrap_or_default())?,
            rules: new.rules,
            entry_count: 0,
            duration_ms: 0,
            created_at: now,
            updated_at: now,
        };
        let mut batch = WriteBatch::new();
        if playlist.rules.is_some() {
            self.check_rules(&playlist).await?;
            if !new.track_ids.is_empty() {
                return Err(PlaylistError::Smart { id: playlist.id });
            }
        }
        let mut entries = Vec::new();
        let new = self.entries_for(&playlist.id, &new.track_ids).await?;
        apply(&mut entries, &Edit::Insert { entries: new, place: Place::End }, &mut batch)?;
        (playlist.entry_count, playlist.duration_ms) = (entries.len() as u64, duration(&entries));
        batch.insert(PLAYLISTS, playlist.clone().into_record());
        search::learn(&*self.database, &mut batch).await?;
        self.database.write(batch).await?;
        self.events.emit(LibraryEvent::PlaylistCreated { playlist_id: playlist.id.clone() });
        self.count_smart(&mut playlist).await?;
        Ok(playlist)
    }

    /// Changes name, description or rules.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::NotFound`], for texts and rules that make no sense, or as the
    /// database does.
    pub async fn change_playlist(&self, id: &str, change: &PlaylistChange) -> Result<Playlist> {
        let _editing = self.importing.lock().await;
        let mut attempt = 1;
        let mut playlist = loop {
            match self.change_once(id, change).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
                result => break result?,
            }
            task::yield_now().await;
        };
        self.events.emit(LibraryEvent::PlaylistUpdated { playlist_id: id.to_owned() });
        self.count_smart(&mut playlist).await?;
        Ok(playlist)
    }

    async fn change_once(&self, id: &str, change: &PlaylistChange) -> Result<Playlist> {
        let (version, mut playlist) = self.stored_playlist(id).await?;
        if let Some(name) = &change.name {
            playlist.name = check_name(name)?;
        }
        if let Some(description) = &change.description {
            playlist.description = check_description(description)?;
        }
        if let Some(rules) = &change.rules {
            if playlist.rules.is_none() {
                return Err(PlaylistError::NotSmart { id: id.to_owned() });
            }
            playlist.rules = Some(rules.clone());
            self.check_rules(&playlist).await?;
        }
        playlist.updated_at = self.ids.clock.unix_millis();
        let mut batch = WriteBatch::new();
        batch.replace(PLAYLISTS, playlist.clone().into_record(), version);
        search::learn(&*self.database, &mut batch).await?;
        self.database.write(batch).await?;
        Ok(playlist)
    }

    /// Removes a playlist; its tracks stay in the library.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::NotFound`], or as the database does.
    pub async fn delete_playlist(&self, id: &str) -> Result<()> {
        let _editing = self.importing.lock().await;
        let mut attempt = 1;
        loop {
            match self.delete_once(id).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => attempt += 1,
                result => break result?,
            }
            task::yield_now().await;
        }
        self.events.emit(LibraryEvent::PlaylistDeleted { playlist_id: id.to_owned() });
        Ok(())
    }

    async fn delete_once(&self, id: &str) -> Result<()> {
        let (version, _) = self.stored_playlist(id).await?;
        let mut batch = WriteBatch::new();
        for entry in self.stored_entries(id).await? {
            batch.delete(PLAYLIST_ENTRIES, entry.id);
        }
        batch.push(PLAYLISTS, Change::Delete(id.to_owned()), Precondition::Version(version));
        self.database.write(batch).await?;
        Ok(())
    }

    /// The playlist as it is stored, and its version.
    pub(super) async fn stored_playlist(&self, id: &str) -> Result<(u64, Playlist)> {
        match self.database.get(PLAYLISTS, id).await? {
            Some(Row { version, record }) => Ok((version, Playlist::from_record(record)?)),
            None => Err(PlaylistError::NotFound { what: "playlist", id: id.to_owned() }),
        }
    }

    /// How many playlists there are.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn playlist_count(&self) -> Result<u64> {
        Ok(self.database.count(PLAYLISTS, &Filter::Everything).await?)
    }

    /// Every entry of a playlist in order.
    pub(super) fn entries_query(id: &str) -> Query {
        let of_playlist = Filter::equals("playlist_id", id);
        Query::new(PLAYLIST_ENTRIES)
            .filter(of_playlist)
            .sort("position", bridge_traits::Direction::Ascending)
    }
}
