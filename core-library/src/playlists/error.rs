//! Why a playlist call failed.

use bridge_traits::{BridgeError, ErrorKind};

use crate::error::LibraryError;
use crate::smart::RuleError;

/// Why a playlist call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlaylistError {
    /// There is no such playlist, entry or track. It may have been removed: list again.
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// What was looked for: `"playlist"`, `"playlist entry"`, `"track"`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Rules fill this playlist. Change its rules instead of its entries.
    #[error("playlist {id:?} is filled by its rules; change the rules instead")]
    Smart {
        /// The playlist.
        id: String,
    },
    /// A person fills this playlist. Make a smart playlist for the rules.
    #[error("playlist {id:?} is not filled by rules; make a smart playlist for them")]
    NotSmart {
        /// The playlist.
        id: String,
    },
    /// The name or description is empty or too long. Ask for another one.
    #[error("a playlist's {what} has {least} to {most} characters")]
    InvalidText {
        /// Which text.
        what: &'static str,
        /// The fewest characters.
        least: usize,
        /// The most characters.
        most: usize,
    },
    /// An entry was named twice in one edit. Name it once.
    #[error("entry {id:?} is named twice")]
    RepeatedEntry {
        /// The entry.
        id: String,
    },
    /// The playlist would become too long. Begin another one.
    #[error("a playlist has at most {most} entries")]
    TooLong {
        /// The most entries.
        most: usize,
    },
    /// The rules make no sense. The message says which and why.
    #[error(transparent)]
    InvalidRules(#[from] RuleError),
    /// The file is not a playlist in a known format. Choose another file.
    #[error("this is not a playlist: {0}")]
    InvalidFile(String),
    /// The library said no. See there.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl PlaylistError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::InvalidFile(_) => "unsupported_format",
            Self::Library(error) => error.code(),
            _ => "invalid_request",
        }
    }

    /// Whether somebody else changed the same records, so that trying again may succeed.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Library(LibraryError::Storage(e)) if e.kind() == ErrorKind::Conflict)
    }
}

impl From<BridgeError> for PlaylistError {
    fn from(error: BridgeError) -> Self {
        Self::Library(error.into())
    }
}
