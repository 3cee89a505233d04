//! Playlists from and to files that other players understand.

use bridge_traits::WriteBatch;
use core_runtime::LibraryEvent;

use super::Library;
use crate::models::Playlist;
use crate::playlists::{
    Edit, MOST_ENTRIES, NewPlaylist, PathStyle, Place, PlaylistError, PlaylistFormat,
    PlaylistImport, PlaylistSource, UnresolvedEntry, apply, check_description, check_name,
    duration, files, matching,
};
use crate::records::EntryRecord;
use crate::schema::PLAYLISTS;
use crate::search;

type Result<T, E = PlaylistError> = std::result::Result<T, E>;

impl Library {
    /// Makes a playlist of an M3U, M3U8 or JSON file. Entries that are not in the library stay in
    /// the playlist without a track, and are reported.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::InvalidFile`] or [`PlaylistError::TooLong`], for a name or rules
    /// that make no sense, or as the database does; then there is no new playlist.
    pub async fn import_playlist(&self, source: &PlaylistSource<'_>) -> Result<PlaylistImport> {
        let file = files::read(source)?;
        let name = file.name.unwrap_or_else(|| source.name.to_owned());
        if file.rules.is_some() {
            let (description, rules) = (file.description, file.rules);
            let new = NewPlaylist { name, description, rules, track_ids: Vec::new() };
            let playlist = self.create_playlist(new).await?;
            return Ok(PlaylistImport { playlist, matched: 0, unresolved: Vec::new() });
        }
        if file.entries.len() > MOST_ENTRIES {
            return Err(PlaylistError::TooLong { most: MOST_ENTRIES });
        }
        let _editing = self.importing.lock().await;
        let found = matching::find(&self.database, &file.entries).await?;
        let track_ids: Vec<_> = found.iter().flatten().cloned().collect();
        let (id, now) = (self.ids.next()?, self.ids.clock.unix_millis());
        let mut known = self.entries_for(&id, &track_ids).await?.into_iter();
        let (mut entries, mut unresolved) = (Vec::new(), Vec::new());
        for (entry, track_id) in file.entries.into_iter().zip(found) {
            if track_id.is_some() {
                entries.extend(known.next());
                continue;
            }
            let title = match (entry.artist, entry.title) {
                (Some(artist), Some(title)) => Some(format!("{artist} - {title}")),
                (artist, title) => title.or(artist),
            };
            unresolved.push(UnresolvedEntry {
                place: entry.place,
                location: entry.location.clone(),
                title: title.clone(),
            });
            entries.push(EntryRecord {
                id: self.ids.next()?,
                playlist_id: id.clone(),
                position: 0,
                track_id: None,
                location: entry.location,
                title,
                duration_ms: entry.duration_ms,
                added_at: now,
            });
        }
        let mut batch = WriteBatch::new();
        let playlist = Playlist {
            id,
            name: check_name(&name)?,
            description: check_description(file.description.as_deref().unwrap_or_default())?,
            rules: None,
            entry_count: entries.len() as u64,
            duration_ms: duration(&entries),
            created_at: now,
            updated_at: now,
        };
        apply(&mut Vec::new(), &Edit::Insert { entries, place: Place::End }, &mut batch)?;
        batch.insert(PLAYLISTS, playlist.clone().into_record());
        search::learn(&*self.database, &mut batch).await?;
        self.database.write(batch).await?;
        self.events.emit(LibraryEvent::PlaylistCreated { playlist_id: playlist.id.clone() });
        Ok(PlaylistImport { playlist, matched: track_ids.len() as u64, unresolved })
    }

    /// A playlist as the content of a file. A smart playlist has the tracks its rules find now; as
    /// JSON it keeps its rules.
    ///
    /// # Errors
    ///
    /// Fails with [`PlaylistError::NotFound`], or as the database does.
    pub async fn export_playlist(
        &self,
        id: &str,
        format: PlaylistFormat,
        paths: &PathStyle,
    ) -> Result<String> {
        let playlist = self.playlist(id).await?;
        let (mut entries, mut after) = (Vec::new(), None);
        loop {
            let page = self.playlist_entries(id, Some(1_000), after.as_deref()).await?;
            entries.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(files::write(playlist, entries, format, paths));
            }
        }
    }
}
