//! What a sync did, or would do.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a sync did.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
pub struct SyncReport {
    /// The account's id.
    pub account: String,
    /// Tracks that are new.
    #[ts(type = "number")]
    pub added: u64,
    /// Tracks whose file has other content now.
    #[ts(type = "number")]
    pub updated: u64,
    /// Tracks whose file is somewhere else now.
    #[ts(type = "number")]
    pub moved: u64,
    /// Tracks whose file is gone; they are in the bin, with what belongs to them.
    #[ts(type = "number")]
    pub removed: u64,
    /// Tracks that are as they were.
    #[ts(type = "number")]
    pub unchanged: u64,
    /// How many requests the drive was sent.
    #[ts(type = "number")]
    pub requests: u64,
    /// How many bytes it answered.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// Files whose tags are yet to be read, by the next sync: the drive was out of reach.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Files whose tags were read for the first time, of which tracks are told nothing else.
    #[serde(skip)]
    #[ts(skip)]
    pub first_read: u64,
    /// Files whose tags could not be read, for good, which are tracks known by their names; and
    /// folders that could not be looked into, of which what was known stays. The next sync tries
    /// those again.
    pub failed: Vec<FailedItem>,
}

impl SyncReport {
    /// Whether everything was as before, and nothing is left to do.
    pub(crate) fn found_nothing(&self) -> bool {
        let tracks = self.added + self.updated + self.moved + self.removed;
        tracks + self.first_read + self.waiting == 0 && self.failed.is_empty()
    }
}

/// A file whose tags could not be read, or a folder that could not be looked into.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct FailedItem {
    /// Where it is.
    pub path: String,
    /// Why.
    pub error: String,
}

/// What a sync would do.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SyncPlan {
    /// Files that are new or somewhere else, before it is known which of them are tracks that moved.
    #[ts(type = "number")]
    pub to_place: u64,
    /// Tracks whose file is gone, before it is known which of them have moved.
    #[ts(type = "number")]
    pub to_remove: u64,
    /// Files whose tags have to be read.
    #[ts(type = "number")]
    pub to_read: u64,
    /// Whether so much is gone that the drive is asked again before anything is removed.
    pub needs_confirmation: bool,
}
