//! Playlists.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::smart::SmartRules;

/// A list of tracks that a person fills, or that rules fill.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Playlist {
    /// The id.
    pub id: String,
    /// The name. Two playlists may have the same.
    pub name: String,
    /// What the user says about it.
    pub description: Option<String>,
    /// The rules of a smart playlist; null for one that a person fills.
    pub rules: Option<SmartRules>,
    /// How many entries it has, those included whose file is not in the library.
    #[ts(type = "number")]
    pub entry_count: u64,
    /// The playing time of all its entries in milliseconds, as far as it is known.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// When it was made, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub created_at: u64,
    /// When it was last changed, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub updated_at: u64,
}
