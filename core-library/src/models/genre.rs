//! Genres.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A genre that tracks name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Genre {
    /// The id: the name without case and accents.
    pub id: String,
    /// The name as the first file had it.
    pub name: String,
    /// How many tracks are of this genre.
    pub track_count: u32,
    /// How many albums have a track of this genre.
    pub album_count: u32,
}
