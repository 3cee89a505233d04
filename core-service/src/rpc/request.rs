//! What can be called.

use core_library::{
    AlbumQuery, ArtistQuery, DuplicatePolicy, DuplicateQuery, FolderQuery, GenreQuery,
    HistoryQuery, NewPlaylist, PlayHistoryQuery, PlaylistQuery, SearchQuery, Session, TrackQuery,
};
use core_sync::{MirrorFilter, SyncHistoryQuery};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::params::{
    AddTracks, ChangePlaylist, EditTracks, Entries, ExportLibrary, ExportPlaylist, Favourite, Id,
    Ids, ImportLibrary, ImportPlaylist, MoveEntries, OfAccount, Play, Position, Preview, Rate,
    RemoveEntries, RevertTracks, StartSync,
};
use crate::cloud::NewAccount;

/// One call, as `{"method": "library.tracks", "params": {…}}`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub enum Request {
    /// A page of tracks.
    #[serde(rename = "library.tracks")]
    Tracks(Box<TrackQuery>),
    /// A page of albums.
    #[serde(rename = "library.albums")]
    Albums(AlbumQuery),
    /// A page of artists.
    #[serde(rename = "library.artists")]
    Artists(ArtistQuery),
    /// What matches a text.
    #[serde(rename = "library.search")]
    Search(SearchQuery),
    /// One track.
    #[serde(rename = "library.track")]
    Track(Id),
    /// One album.
    #[serde(rename = "library.album")]
    Album(Id),
    /// Play a track.
    #[serde(rename = "player.play")]
    Play(Play),
    /// Silence the output.
    #[serde(rename = "player.pause")]
    Pause {},
    /// Go on.
    #[serde(rename = "player.resume")]
    Resume {},
    /// Give the track up.
    #[serde(rename = "player.stop")]
    Stop {},
    /// Go to a place in the track.
    #[serde(rename = "player.seek")]
    Seek {
        /// The place, in seconds from the start.
        seconds: f64,
    },
    /// Set the volume.
    #[serde(rename = "player.set_volume")]
    SetVolume {
        /// A linear gain, 0.0 to 1.0.
        volume: f32,
    },
    /// What the player does.
    #[serde(rename = "player.status")]
    PlayerStatus {},
    /// A page of genres.
    #[serde(rename = "library.genres")]
    Genres(GenreQuery),
    /// A page of folders.
    #[serde(rename = "library.folders")]
    Folders(FolderQuery),
    /// Everything about one track.
    #[serde(rename = "library.track_details")]
    TrackDetails(Id),
    /// Set fields of tracks.
    #[serde(rename = "library.edit")]
    Edit(EditTracks),
    /// Give fields of tracks back to their files.
    #[serde(rename = "library.revert")]
    Revert(RevertTracks),
    /// Put tracks into the bin.
    #[serde(rename = "library.remove")]
    Remove(Ids),
    /// Bring tracks back from the bin.
    #[serde(rename = "library.restore")]
    Restore(Ids),
    /// Forget tracks of the bin for good.
    #[serde(rename = "library.purge")]
    Purge(Ids),
    /// A page of groups of tracks that may be the same recording.
    #[serde(rename = "library.duplicates")]
    Duplicates(DuplicateQuery),
    /// Merge tracks into one.
    #[serde(rename = "library.merge")]
    Merge {
        /// The track that is kept.
        keep: String,
        /// The tracks that become copies of it.
        others: Vec<String>,
    },
    /// Make a copy a track of its own again.
    #[serde(rename = "library.split")]
    Split(Id),
    /// The other copies of a track.
    #[serde(rename = "library.copies")]
    Copies(Id),
    /// Say that tracks are no duplicates.
    #[serde(rename = "library.keep_apart")]
    KeepApart(Ids),
    /// What is done about duplicates without being asked.
    #[serde(rename = "library.duplicate_policy")]
    DuplicatePolicy {},
    /// Say what is to be done about duplicates.
    #[serde(rename = "library.set_duplicate_policy")]
    SetDuplicatePolicy {
        /// What.
        policy: DuplicatePolicy,
    },
    /// A page of what happened to tracks.
    #[serde(rename = "library.changes")]
    Changes(HistoryQuery),
    /// Rate tracks.
    #[serde(rename = "library.rate")]
    Rate(Rate),
    /// Make tracks favourites, or not any more.
    #[serde(rename = "library.set_favourite")]
    SetFavourite(Favourite),
    /// The fingerprint of a track.
    #[serde(rename = "library.fingerprint")]
    Fingerprint(Id),
    /// Whether two tracks are the same recording.
    #[serde(rename = "library.compare_recordings")]
    CompareRecordings {
        /// A track.
        one: String,
        /// Another track.
        other: String,
    },
    /// Compare the sound of what may be duplicates.
    #[serde(rename = "library.check_sounds")]
    CheckSounds {},
    /// Everything the library holds, as a file of the host.
    #[serde(rename = "library.export")]
    ExportLibrary(ExportLibrary),
    /// A library from a file of the host.
    #[serde(rename = "library.import")]
    ImportLibrary(ImportLibrary),
    /// A page of playlists.
    #[serde(rename = "playlists.list")]
    Playlists(PlaylistQuery),
    /// One playlist.
    #[serde(rename = "playlists.get")]
    Playlist(Id),
    /// Make a playlist.
    #[serde(rename = "playlists.create")]
    CreatePlaylist(NewPlaylist),
    /// Change a playlist's name, description or rules.
    #[serde(rename = "playlists.change")]
    ChangePlaylist(ChangePlaylist),
    /// Remove a playlist.
    #[serde(rename = "playlists.delete")]
    DeletePlaylist(Id),
    /// A page of a playlist's entries.
    #[serde(rename = "playlists.entries")]
    PlaylistEntries(Entries),
    /// Put tracks into a playlist.
    #[serde(rename = "playlists.add")]
    AddToPlaylist(AddTracks),
    /// Move entries of a playlist.
    #[serde(rename = "playlists.move")]
    MoveInPlaylist(MoveEntries),
    /// Remove entries from a playlist.
    #[serde(rename = "playlists.remove")]
    RemoveFromPlaylist(RemoveEntries),
    /// A page of the tracks that rules find.
    #[serde(rename = "playlists.preview")]
    PreviewRules(Preview),
    /// A playlist as a file.
    #[serde(rename = "playlists.export")]
    ExportPlaylist(ExportPlaylist),
    /// A playlist from a file.
    #[serde(rename = "playlists.import")]
    ImportPlaylist(ImportPlaylist),
    /// A page of what was played.
    #[serde(rename = "history.list")]
    History(PlayHistoryQuery),
    /// Take a play back.
    #[serde(rename = "history.undo")]
    UndoPlay(Id),
    /// The kept queue, and where the player stands in it.
    #[serde(rename = "session.get")]
    Session {},
    /// Keep a queue.
    #[serde(rename = "session.save")]
    SaveSession(Session),
    /// Keep where the player stands in the queue.
    #[serde(rename = "session.save_position")]
    SavePosition(Position),
    /// Forget the queue.
    #[serde(rename = "session.clear")]
    ClearSession {},
    /// The kinds of drives there are.
    #[serde(rename = "accounts.kinds")]
    AccountKinds {},
    /// Every account.
    #[serde(rename = "accounts.list")]
    Accounts {},
    /// Sign in to a drive; on the provider's pages, wait for the user to come back.
    #[serde(rename = "accounts.add")]
    AddAccount(Box<NewAccount>),
    /// Begin a sign-in that leaves the page.
    #[serde(rename = "accounts.begin_redirect")]
    BeginRedirect(Box<NewAccount>),
    /// Finish a sign-in that has left the page.
    #[serde(rename = "accounts.finish_redirect")]
    FinishRedirect {
        /// The query of the address that the provider sent the user back to.
        query: String,
    },
    /// Sign out of a drive, and take its tracks out of the library.
    #[serde(rename = "accounts.remove")]
    RemoveAccount(Id),
    /// Bring the library in line with a drive.
    #[serde(rename = "sync.start")]
    Sync(StartSync),
    /// Keep the library in line with every account until the call is cancelled.
    #[serde(rename = "sync.follow")]
    FollowAll {},
    /// What a sync would do.
    #[serde(rename = "sync.preview")]
    PreviewSync(OfAccount),
    /// How every account's mirror is.
    #[serde(rename = "sync.status")]
    SyncStatus {},
    /// A page of the syncs that ran.
    #[serde(rename = "sync.history")]
    SyncHistory(SyncHistoryQuery),
    /// Whether drives are synchronised over networks that cost.
    #[serde(rename = "sync.when_metered")]
    SyncWhenMetered {},
    /// Set whether they are, from the next sync on.
    #[serde(rename = "sync.set_when_metered")]
    SetSyncWhenMetered {
        /// Whether they are.
        allowed: bool,
    },
    /// Which files of an account are mirrored.
    #[serde(rename = "sync.filter")]
    MirrorFilter(OfAccount),
    /// Set which are, from the next sync on.
    #[serde(rename = "sync.set_filter")]
    SetMirrorFilter {
        /// The account.
        account: String,
        /// Which are.
        filter: MirrorFilter,
    },
    /// Have the tags of these tracks read first.
    #[serde(rename = "sync.prioritise")]
    Prioritise {
        /// The tracks.
        track_ids: Vec<String>,
    },
    /// Why a track is where it is.
    #[serde(rename = "sync.explain")]
    Explain(Id),
    /// How storage is.
    #[serde(rename = "storage.health")]
    StorageHealth {},
    /// How the core is.
    #[serde(rename = "status")]
    Status {},
}

/// A call as it is written.
#[derive(Deserialize)]
struct Call {
    method: String,
    params: Value,
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Call { method, params } = Call::deserialize(deserializer)?;
        Self::deserialize(tagged(method, params)).map_err(D::Error::custom)
    }
}

/// A variant by its name. Derived with a tag and content, everything a variant holds would be
/// compiled twice: for a content before and behind its tag.
pub(super) fn tagged(name: String, content: Value) -> Value {
    Value::Object([(name, content)].into_iter().collect())
}
