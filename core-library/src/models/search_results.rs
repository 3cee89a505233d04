//! What a search found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Album, Artist, Playlist, Track};

/// What a search found, best first.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
pub struct SearchResults {
    /// Matching tracks.
    pub tracks: Vec<Track>,
    /// Matching albums.
    pub albums: Vec<Album>,
    /// Matching artists.
    pub artists: Vec<Artist>,
    /// Matching playlists, as they are stored: how much a smart playlist holds is not worked out.
    pub playlists: Vec<Playlist>,
}
