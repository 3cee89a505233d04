//! Where the value of a field comes from.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::edits::{FieldValue, TrackField};

/// Who says what a field holds. A user's edit wins over the file's tag, which wins over a service.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The user.
    User,
    /// The file.
    Tag,
    /// A service that was asked about the music.
    Service,
}

/// Where the value of one field comes from, and what else is known of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct FieldOrigin {
    /// The field.
    pub field: TrackField,
    /// Whose value it holds.
    pub source: Source,
    /// What the file says, which the field goes back to when an edit is reverted.
    pub tag: Option<FieldValue>,
    /// What a service says.
    pub service: Option<FieldValue>,
    /// Which service.
    pub service_name: Option<String>,
    /// When the user or the service set it, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at: u64,
}
