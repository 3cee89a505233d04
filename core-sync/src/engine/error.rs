//! Why a sync ended early.

use bridge_traits::BridgeError;
use core_library::LibraryError;

use super::SyncReport;
use crate::jobs::IllegalTransition;
use crate::provider::ProviderError;

/// Why a sync ended early. What was done until then stays, and the next one goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Somebody else syncs this account: another task, tab or process. Watch its events instead.
    #[error("this account is being synchronised already")]
    UnderWay,
    /// It was cancelled.
    #[error("the sync was cancelled")]
    Cancelled {
        /// What was done until then.
        report: Box<SyncReport>,
    },
    /// The drive did not answer. Its kind says whether trying again helps.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The library failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] BridgeError),
    /// The history was to say what cannot be: a defect of the program that carries the sync out.
    #[error(transparent)]
    History(#[from] IllegalTransition),
}

impl SyncError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnderWay => "sync_under_way",
            Self::Cancelled { .. } => "cancelled",
            Self::Provider(error) => error.kind().code(),
            Self::Library(error) => error.code(),
            Self::Storage(error) => error.kind().code(),
            Self::History(_) => "other",
        }
    }
}
