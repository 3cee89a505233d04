//! Why a library call failed.

use bridge_traits::{BridgeError, ErrorKind};

/// Why a library call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// There is no such track, album, artist, genre or folder. It may have been removed: list again.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for: `"track"`, `"album"`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// The query makes no sense, for example an unknown sort. Correct it.
    #[error("invalid query: {0}")]
    InvalidQuery(String),
    /// The rating is out of range. Ratings go from 0 to 100.
    #[error("{rating} is no rating; ratings go from 0 to 100")]
    InvalidRating {
        /// The rating.
        rating: u32,
    },
    /// The queue is too long, or its index is outside of it. Correct it.
    #[error("a queue has at most {most} tracks, and its index is one of them")]
    InvalidQueue {
        /// The most tracks.
        most: usize,
    },
    /// A field cannot hold the value it was given; nothing was changed. Correct the value.
    #[error("{field} must be {expected}")]
    InvalidEdit {
        /// The field.
        field: &'static str,
        /// What it can hold.
        expected: &'static str,
    },
    /// More tracks than one batch may change; nothing was changed. Ask for fewer at a time.
    #[error("{count} tracks are too many at once; at most {most} can be changed together")]
    TooMany {
        /// How many were asked for.
        count: usize,
        /// How many are possible.
        most: usize,
    },
    /// A track cannot come back because another one is in its file; nothing was changed. Remove
    /// the other, or purge this one.
    #[error("another track is in the file {path:?}")]
    PathTaken {
        /// The file.
        path: String,
    },
    /// The database failed. Its kind says whether trying again helps.
    #[error(transparent)]
    Storage(#[from] BridgeError),
}

impl LibraryError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::InvalidQuery(_)
            | Self::InvalidRating { .. }
            | Self::InvalidQueue { .. }
            | Self::InvalidEdit { .. }
            | Self::TooMany { .. } => "invalid_request",
            Self::PathTaken { .. } => "conflict",
            Self::Storage(error) => error.kind().code(),
        }
    }

    /// Whether somebody else changed the same records, so that trying again may succeed.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Storage(error) if error.kind() == ErrorKind::Conflict)
    }
}
