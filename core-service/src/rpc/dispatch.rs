//! Carrying out a call.

use bridge_traits::{BoxStream, PlatformSend};
use core_library::{PathStyle, PlaylistSource};
use futures::StreamExt;
use serde::Serialize;

use super::params::{
    AddTracks, ChangePlaylist, EditTracks, Entries, ExportLibrary, ExportPlaylist, Favourite, Ids,
    ImportLibrary, ImportPlaylist, ImportedPlaylist, Live, MoveEntries, PlaylistFile, Position,
    Preview, RemoveEntries, RevertTracks,
};
use super::request::Request;
use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// Carries out a call given as JSON, and returns its result as JSON.
    ///
    /// # Errors
    ///
    /// Fails with [`CoreError::InvalidRequest`] for an unknown method or parameters that do not
    /// fit, or as the call itself does.
    pub async fn call_json(&self, request: &str) -> Result<String, CoreError> {
        let request = serde_json::from_str(request)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        self.call(request).await
    }

    /// Carries out a call and returns its result as JSON.
    ///
    /// # Errors
    ///
    /// Fails as the call itself does.
    pub async fn call(&self, request: Request) -> Result<String, CoreError> {
        let (library, player) = (self.library(), self.player());
        match request {
            Request::Tracks(query) => json(&library.tracks(&query).await?),
            Request::Albums(query) => json(&library.albums(&query).await?),
            Request::Artists(query) => json(&library.artists(&query).await?),
            Request::Search(query) => json(&library.search(&query).await?),
            Request::Track(request) => json(&library.track(&request.id).await?),
            Request::Album(request) => json(&library.album(&request.id).await?),
            Request::Play(request) => json(&self.play_at(&request.id, request.position_ms).await?),
            Request::Pause {} => json(&player.pause().await?),
            Request::Resume {} => json(&player.resume().await?),
            Request::Stop {} => json(&player.stop().await?),
            Request::Seek { seconds } => json(&player.seek(seconds).await?),
            Request::SetVolume { volume } => json(&player.set_volume(volume).await?),
            Request::PlayerStatus {} => json(&player.status()),
            Request::Genres(query) => json(&library.genres(&query).await?),
            Request::Folders(query) => json(&library.folders(&query).await?),
            Request::TrackDetails(request) => json(&library.track_details(&request.id).await?),
            Request::Edit(EditTracks { ids, edit }) => {
                json(&library.edit_tracks(&ids, &edit).await?)
            }
            Request::Revert(RevertTracks { ids, fields }) => {
                json(&library.revert_tracks(&ids, &fields).await?)
            }
            Request::Remove(Ids { ids }) => json(&library.remove_tracks(&ids).await?),
            Request::Restore(Ids { ids }) => json(&library.restore_tracks(&ids).await?),
            Request::Purge(Ids { ids }) => json(&library.purge_tracks(&ids).await?),
            Request::Duplicates(query) => json(&library.duplicates(&query).await?),
            Request::Merge { keep, others } => json(&library.merge_tracks(&keep, &others).await?),
            Request::Split(request) => json(&library.split_track(&request.id).await?),
            Request::Copies(request) => json(&library.copies(&request.id).await?),
            Request::KeepApart(Ids { ids }) => json(&library.keep_apart(&ids).await?),
            Request::DuplicatePolicy {} => json(&self.duplicate_policy().await?),
            Request::SetDuplicatePolicy { policy } => {
                json(&self.set_duplicate_policy(policy).await?)
            }
            Request::Changes(query) => json(&library.history(&query).await?),
            Request::Rate(rate) => json(&library.rate_tracks(&rate.ids, rate.rating).await?),
            Request::SetFavourite(Favourite { ids, favourite: true }) => {
                json(&library.add_favourites(&ids).await?)
            }
            Request::SetFavourite(Favourite { ids, favourite: false }) => {
                json(&library.remove_favourites(&ids).await?)
            }
            Request::Fingerprint(request) => {
                json(&self.fingerprint(&request.id).await?.to_string())
            }
            Request::CompareRecordings { one, other } => {
                json(&self.compare_recordings(&one, &other).await?)
            }
            Request::CheckSounds {} => json(&self.check_sounds().await?),
            Request::ExportLibrary(ExportLibrary { path }) => {
                json(&library.export_library(self.files(), &path).await?)
            }
            Request::ImportLibrary(ImportLibrary { path, mode }) => {
                json(&library.import_library(self.files(), &path, &mode).await?)
            }
            Request::History(query) => json(&library.play_history(&query).await?),
            Request::UndoPlay(request) => json(&library.undo_play(&request.id).await?),
            Request::Session {} => json(&library.session().await?),
            Request::SaveSession(session) => json(&library.save_session(&session).await?),
            Request::SavePosition(Position { index, position_ms }) => {
                json(&library.save_position(index, position_ms).await?)
            }
            Request::ClearSession {} => json(&library.clear_session().await?),
            Request::StorageHealth {} => json(&self.storage_health().await?),
            Request::Status {} => json(&self.status().await?),
            request => self.call_playlists(request).await,
        }
    }

    async fn call_playlists(&self, request: Request) -> Result<String, CoreError> {
        let library = self.library();
        match request {
            Request::Playlists(query) => json(&library.playlists(&query).await?),
            Request::Playlist(request) => json(&library.playlist(&request.id).await?),
            Request::CreatePlaylist(new) => json(&library.create_playlist(new).await?),
            Request::ChangePlaylist(ChangePlaylist { id, change }) => {
                json(&library.change_playlist(&id, &change).await?)
            }
            Request::DeletePlaylist(request) => json(&library.delete_playlist(&request.id).await?),
            Request::PlaylistEntries(Entries { id, limit, after }) => {
                json(&library.playlist_entries(&id, limit, after.as_deref()).await?)
            }
            Request::AddToPlaylist(AddTracks { id, track_ids, place }) => {
                json(&library.add_to_playlist(&id, &track_ids, place).await?)
            }
            Request::MoveInPlaylist(MoveEntries { id, entry_ids, place }) => {
                json(&library.move_in_playlist(&id, &entry_ids, place).await?)
            }
            Request::RemoveFromPlaylist(RemoveEntries { id, entry_ids }) => {
                json(&library.remove_from_playlist(&id, &entry_ids).await?)
            }
            Request::PreviewRules(Preview { rules, limit, after }) => {
                json(&library.smart_tracks(&rules, limit, after.as_deref()).await?)
            }
            Request::ExportPlaylist(ExportPlaylist { id, format }) => {
                let text = library.export_playlist(&id, format, &PathStyle::Absolute).await?;
                json(&PlaylistFile { text })
            }
            Request::ImportPlaylist(ImportPlaylist { text, name, folder }) => {
                let source =
                    PlaylistSource { bytes: text.as_bytes(), folder: &folder, name: &name };
                json(&ImportedPlaylist::from(library.import_playlist(&source).await?))
            }
            request => self.call_cloud(request).await,
        }
    }

    /// Follows a list given as JSON, `{"list": "tracks", "query": {…}}`: the page as it is, and
    /// again whenever it has become another one.
    ///
    /// # Errors
    ///
    /// Fails with [`CoreError::InvalidRequest`] for an unknown list or a query that does not fit;
    /// the stream's items fail as the library does.
    pub fn live_json(
        &self,
        request: &str,
    ) -> Result<BoxStream<'static, Result<String, CoreError>>, CoreError> {
        let live = serde_json::from_str(request)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        let library = self.library();
        Ok(match live {
            Live::Tracks(query) => written(library.live_tracks(*query)),
            Live::Albums(query) => written(library.live_albums(query)),
            Live::Artists(query) => written(library.live_artists(query)),
            Live::Playlists(query) => written(library.live_playlists(query)),
            Live::PlaylistEntries(Entries { id, limit, .. }) => {
                written(library.live_playlist_entries(&id, limit))
            }
        })
    }
}

/// Each page as JSON.
fn written<T, E>(
    pages: BoxStream<'static, Result<T, E>>,
) -> BoxStream<'static, Result<String, CoreError>>
where
    T: Serialize + PlatformSend + 'static,
    E: Into<CoreError> + PlatformSend + 'static,
{
    Box::pin(pages.map(|page| json(&page.map_err(Into::into)?)))
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, CoreError> {
    // Only a map with keys that are not text could fail, and no result has one.
    serde_json::to_string(value).map_err(|error| CoreError::InvalidRequest(error.to_string()))
}
