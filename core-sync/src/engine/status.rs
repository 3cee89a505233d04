//! How an account's mirror is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How an account's mirror is, as far as it is known without asking the drive.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SyncStatus {
    /// The account's id.
    pub account: String,
    /// Whether a sync is under way: in this program or tab, or in another.
    pub is_running: bool,
    /// When a sync was last complete, in milliseconds since the Unix epoch; `None` before the first.
    #[ts(type = "number | null")]
    pub completed_at: Option<u64>,
    /// How many tracks are on the drive.
    #[ts(type = "number")]
    pub tracks: u64,
    /// How many of them still have to be read for their tags.
    #[ts(type = "number")]
    pub to_read: u64,
    /// How many could not be read, for good. They are tracks, known by their names.
    #[ts(type = "number")]
    pub unreadable: u64,
}
