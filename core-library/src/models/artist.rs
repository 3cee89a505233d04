//! Artists.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Somebody who made tracks or albums.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Artist {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// How many albums are by this artist.
    pub album_count: u32,
    /// How many tracks are by this artist.
    pub track_count: u32,
}
