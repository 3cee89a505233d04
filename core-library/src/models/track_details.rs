//! Everything about one track.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Album, Artist, FieldOrigin, Track, TrackTags};

/// Everything the library knows of one track, in one answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct TrackDetails {
    /// What lists show.
    pub track: Track,
    /// What they do not show.
    pub tags: TrackTags,
    /// Its album.
    pub album: Option<Album>,
    /// The artists it is credited to, in order.
    pub artists: Vec<Artist>,
    /// The fields whose value does not come from the file alone; every other comes from its tags.
    pub origins: Vec<FieldOrigin>,
}
