//! Entries of playlists.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Track;

/// One place in a playlist.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct PlaylistEntry {
    /// The id of the entry, which stays with it through every move. Null in smart playlists, where
    /// nothing can be moved.
    pub id: Option<String>,
    /// The track; null while its file is not in the library.
    pub track: Option<Track>,
    /// The path of the file, or where an imported playlist says it is.
    pub location: String,
    /// What to show while there is no track.
    pub title: Option<String>,
    /// The playing time in milliseconds.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
}
