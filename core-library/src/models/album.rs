//! Albums.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An album: the tracks that say they belong to it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Album {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The album artist; without one, the artist all tracks agree on, or "Various Artists".
    pub artist: Option<String>,
    /// The artist's id.
    pub artist_id: Option<String>,
    /// The earliest year its tracks name.
    pub year: Option<i32>,
    /// How many tracks of it there are.
    pub track_count: u32,
    /// The playing time of all its tracks in milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// Whether one of its tracks has a cover picture.
    pub has_cover: bool,
    /// The first track with a cover picture.
    pub cover_track_id: Option<String>,
}
