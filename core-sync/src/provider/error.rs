//! Why a drive did not answer.

use bridge_traits::{BridgeError, ErrorKind};

/// Why a drive did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// The cursor is no longer good. Everything is listed again, and nothing is removed until the
    /// listing is complete.
    #[error("the drive no longer knows what has changed since then")]
    CursorExpired {
        /// Where the provider wants the listing to begin, if it says so.
        restart: Option<String>,
    },
    /// The answer is not what the provider's documentation says. Try again later.
    #[error("the drive's answer is not understood: {0}")]
    Protocol(&'static str),
    /// The request failed. Its kind says whether trying again helps.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
}

impl ProviderError {
    /// What a caller can act on.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::CursorExpired { .. } => ErrorKind::Conflict,
            Self::Protocol(_) => ErrorKind::Unavailable,
            Self::Bridge(error) => error.kind(),
        }
    }
}
