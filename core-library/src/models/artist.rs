//! Artists.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Somebody who made tracks or albums.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Artist {
    /// The id.
    pub id: String,
    /// The name. Artists with different `MusicBrainz` ids may have the same.
    pub name: String,
    /// What the name is sorted as, where that differs.
    pub sort_name: Option<String>,
    /// The `MusicBrainz` id.
    pub mb_artist_id: Option<String>,
    /// How many albums are credited to this artist.
    pub album_count: u32,
    /// How many tracks are credited to this artist, or are on albums that say they are.
    pub track_count: u32,
}
