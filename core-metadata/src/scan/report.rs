//! What a scan did, and why it stopped.

use core_library::LibraryError;
use core_runtime::LibraryEvent;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::MetadataError;

/// What a scan did.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
pub struct ScanReport {
    /// Files that are new in the library.
    #[ts(type = "number")]
    pub added: u64,
    /// Known files whose content or tags had changed.
    #[ts(type = "number")]
    pub updated: u64,
    /// Known files that were found in another place.
    #[ts(type = "number")]
    pub moved: u64,
    /// Known files that are as they were.
    #[ts(type = "number")]
    pub unchanged: u64,
    /// Known files that are gone.
    #[ts(type = "number")]
    pub removed: u64,
    /// Files and folders that could not be read. What was known of them is kept.
    pub failed: Vec<FailedFile>,
    /// How long it took.
    pub seconds: f64,
}

/// What a scan would do.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct ScanPlan {
    /// Files the library does not know where they are. Some may be known from elsewhere.
    #[ts(type = "number")]
    pub new: u64,
    /// Known files that have changed.
    #[ts(type = "number")]
    pub changed: u64,
    /// Known files that are not where they were. Some may be among the new ones.
    #[ts(type = "number")]
    pub missing: u64,
}

/// A file or folder that could not be read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct FailedFile {
    /// Which one.
    pub path: String,
    /// Why, in words for a listener.
    pub error: String,
}

impl FailedFile {
    pub(super) fn new(path: impl Into<String>, error: &MetadataError) -> Self {
        let error = match error {
            MetadataError::Read(cause) => format!("{error}: {}", cause.kind()),
            error => error.to_string(),
        };
        Self { path: path.into(), error }
    }
}

impl ScanReport {
    pub(super) fn event(&self) -> LibraryEvent {
        LibraryEvent::ScanCompleted {
            added: self.added,
            updated: self.updated,
            moved: self.moved,
            unchanged: self.unchanged,
            removed: self.removed,
            failed: self.failed.len() as u64,
        }
    }
}

/// Why a scan ended early. What it had reported as done by then stays done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// It was asked to stop. Scan again to complete it.
    #[error("the scan was cancelled")]
    Cancelled {
        /// What it had done.
        report: Box<ScanReport>,
    },
    /// The library could not be read or written. Its own error says what to do.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl ScanError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled { .. } => "cancelled",
            Self::Library(error) => error.code(),
        }
    }
}
