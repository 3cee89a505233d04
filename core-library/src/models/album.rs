//! Albums.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ArtistCredit;

/// An album: the tracks that say they belong to it. What is said of it comes from its tracks;
/// where they disagree, most of them win.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Album {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The album artist; without one, the artist all tracks agree on, or "Various Artists".
    pub artist: Option<String>,
    /// The id of the first of [`artists`](Self::artists).
    pub artist_id: Option<String>,
    /// Every artist it is credited to, in order.
    pub artists: Vec<ArtistCredit>,
    /// The earliest year its tracks name.
    pub year: Option<i32>,
    /// The earliest year of first release its tracks name.
    pub original_year: Option<i32>,
    /// The genres of its tracks, the most frequent first.
    pub genres: Vec<String>,
    /// Whether it is a compilation of several artists.
    pub compilation: bool,
    /// How many discs of it there are.
    pub disc_count: u32,
    /// How many tracks of it there are.
    pub track_count: u32,
    /// The playing time of all its tracks in milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// Whether one of its tracks has a cover picture.
    pub has_cover: bool,
    /// The first track with a cover picture.
    pub cover_track_id: Option<String>,
    /// The `MusicBrainz` id of the release.
    pub mb_album_id: Option<String>,
    /// The `MusicBrainz` id of the release group.
    pub mb_release_group_id: Option<String>,
    /// When its first track came into the library, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub added_at: u64,
}
