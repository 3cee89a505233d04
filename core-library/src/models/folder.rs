//! Folders.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A folder with music in it or below it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Folder {
    /// The id, which is the path.
    pub id: String,
    /// The last part of the path.
    pub name: String,
    /// The folder it is in; `None` at the top.
    pub parent: Option<String>,
    /// How many tracks are in it and below it.
    pub track_count: u32,
    /// How many tracks are in it, not counting folders in it.
    pub own_track_count: u32,
    /// How many folders with music are in it, not counting those in them.
    pub folder_count: u32,
    /// The playing time of every track in it and below it, in milliseconds.
    #[ts(type = "number")]
    pub duration_ms: u64,
}
