//! What a search found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Album, Artist, Track};

/// What a search found, best first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SearchResults {
    /// Matching tracks.
    pub tracks: Vec<Track>,
    /// Matching albums.
    pub albums: Vec<Album>,
    /// Matching artists.
    pub artists: Vec<Artist>,
}
