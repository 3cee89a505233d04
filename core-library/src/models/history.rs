//! What happened to the library.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why something changed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A scan found files changed.
    Scan,
    /// The user did it.
    Edit,
    /// It was mirrored from another place.
    Sync,
    /// It came with an imported library, or with what a service knows.
    Import,
    /// Something was brought back.
    Restore,
}

/// What happened.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// Values changed.
    Changed,
    /// The file is somewhere else.
    Moved,
    /// It went to the bin.
    Removed,
    /// It came back from the bin.
    Restored,
    /// It was forgotten for good.
    Purged,
    /// It became another copy of a track (`after` has the track's id as `merged_into`), or a track
    /// got another copy (`after` has the copy's `path`).
    Merged,
    /// It is a copy no longer, but a track of its own again.
    Split,
}

/// One thing that happened.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct HistoryEntry {
    /// The id; later entries have greater ones.
    pub id: String,
    /// When, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at: u64,
    /// The track it happened to.
    pub track_id: String,
    /// What happened.
    pub kind: HistoryKind,
    /// Why.
    pub reason: Reason,
    /// The fields that changed as they were, as a JSON object; values too long to keep are
    /// null on both sides.
    pub before: Option<String>,
    /// The same fields as they are now.
    pub after: Option<String>,
}
