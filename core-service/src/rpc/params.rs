//! What calls take.

use core_auth::Revocation;
use core_library::{
    ImportMode, Place, PlaylistChange, PlaylistFormat, PlaylistImport, PlaylistQuery, SmartRules,
    TrackEdit, TrackField, TrackQuery,
};
use core_sync::SyncTrigger;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::request::tagged;
use ts_rs::TS;

/// Something by its id.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Id {
    /// The id.
    pub id: String,
}

/// A track to play.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// The track.
    pub id: String,
    /// Where to begin.
    #[serde(default)]
    pub position_ms: u64,
}

/// Several tracks.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Ids {
    /// The tracks.
    pub ids: Vec<String>,
}

/// New values for tracks.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct EditTracks {
    /// The tracks.
    pub ids: Vec<String>,
    /// The fields that change.
    pub edit: TrackEdit,
}

/// Fields of tracks that go back to what their files say.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RevertTracks {
    /// The tracks.
    pub ids: Vec<String>,
    /// The fields.
    pub fields: Vec<TrackField>,
}

/// A rating for tracks.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The tracks.
    pub ids: Vec<String>,
    /// From 0 to 100; `None` takes the rating back.
    pub rating: Option<u32>,
}

/// Whether tracks are favourites.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Favourite {
    /// The tracks.
    pub ids: Vec<String>,
    /// Whether they are.
    pub favourite: bool,
}

/// A change to a playlist as a whole.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ChangePlaylist {
    /// The playlist.
    pub id: String,
    /// What changes.
    pub change: PlaylistChange,
}

/// A page of a playlist's entries.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Entries {
    /// The playlist.
    pub id: String,
    /// The most entries, 50 by default.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Tracks for a playlist.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AddTracks {
    /// The playlist.
    pub id: String,
    /// The tracks, in their order.
    pub track_ids: Vec<String>,
    /// Where they go.
    #[serde(default)]
    pub place: Place,
}

/// Entries of a playlist, and where they go.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MoveEntries {
    /// The playlist.
    pub id: String,
    /// The entries, in their new order.
    pub entry_ids: Vec<String>,
    /// Where they go.
    pub place: Place,
}

/// Entries of a playlist.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RemoveEntries {
    /// The playlist.
    pub id: String,
    /// The entries.
    pub entry_ids: Vec<String>,
}

/// Rules to try.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    /// The rules.
    pub rules: SmartRules,
    /// The most tracks, 50 by default.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// A playlist that becomes a file.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ExportPlaylist {
    /// The playlist.
    pub id: String,
    /// The format of the file.
    pub format: PlaylistFormat,
}

/// A file that becomes a playlist.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ImportPlaylist {
    /// The file's text.
    pub text: String,
    /// What the playlist is called if the file does not say.
    pub name: String,
    /// The folder that paths in the file start from.
    #[serde(default)]
    pub folder: String,
}

/// A library that becomes a file.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ExportLibrary {
    /// Where the file goes, among the host's files.
    pub path: String,
}

/// A file that a library is read from.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ImportLibrary {
    /// Where the file is, among the host's files.
    pub path: String,
    /// How it is read.
    pub mode: ImportMode,
}

/// Where the player stands in the queue.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Which track of the queue.
    pub index: Option<u32>,
    /// How far it has got.
    pub position_ms: u64,
}

/// An account.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct OfAccount {
    /// Its id.
    pub account: String,
}

/// An account to bring in line.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct StartSync {
    /// Its id.
    pub account: String,
    /// Why; because the user asked for it where nothing is said.
    #[serde(default)]
    pub trigger: SyncTrigger,
}

/// A page that the user has to see to sign in.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct RedirectPage {
    /// Where it is.
    pub url: String,
}

/// What became of an account.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct RemovedAccount {
    /// Whether the provider has ended the access.
    pub revocation: Revocation,
}

/// A file made of a playlist.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct PlaylistFile {
    /// Its text.
    pub text: String,
}

/// What became of a file that was read as a playlist.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ImportedPlaylist {
    /// The playlist.
    pub playlist: core_library::Playlist,
    /// How many entries are tracks of the library.
    #[ts(type = "number")]
    pub matched: u64,
    /// Where the files of the others are said to be.
    pub unresolved: Vec<String>,
}

impl From<PlaylistImport> for ImportedPlaylist {
    fn from(import: PlaylistImport) -> Self {
        let unresolved = import.unresolved.into_iter().map(|entry| entry.location).collect();
        Self { playlist: import.playlist, matched: import.matched, unresolved }
    }
}

/// A list that stays up to date.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(remote = "Self", rename_all = "snake_case")]
#[non_exhaustive]
pub(super) enum Live {
    /// Tracks.
    Tracks(Box<TrackQuery>),
    /// Albums.
    Albums(core_library::AlbumQuery),
    /// Artists.
    Artists(core_library::ArtistQuery),
    /// Playlists.
    Playlists(PlaylistQuery),
    /// The entries of one playlist.
    PlaylistEntries(Entries),
}

/// A list as it is written.
#[derive(Deserialize)]
struct List {
    list: String,
    query: Value,
}

impl<'de> Deserialize<'de> for Live {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let List { list, query } = List::deserialize(deserializer)?;
        Self::deserialize(tagged(list, query)).map_err(D::Error::custom)
    }
}
