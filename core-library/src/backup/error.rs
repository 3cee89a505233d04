//! Why a library could not be written to a file or read from one.

use bridge_traits::BridgeError;

use crate::error::LibraryError;

/// Why a library could not be written to a file or read from one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// Others kept changing the library, so that no moment of it could be taken or put in its
    /// place. Try again when nobody else writes to it.
    #[error("others keep changing the library; try again when they have finished")]
    Busy,
    /// The file is no exported library. Choose another file.
    #[error("this is no exported library ({0}); choose a file that a library was exported to")]
    NotALibrary(String),
    /// A newer release wrote the file. Update the program.
    #[error(
        "a newer release wrote this file ({what} version {found}, this one knows {known}); update \
         the program"
    )]
    Newer {
        /// What is newer.
        what: String,
        /// Its version in the file.
        found: u32,
        /// The version that is known.
        known: u32,
    },
    /// The file is not as it was written: it was cut off or changed. Take another copy of it.
    #[error("the file is damaged at line {line}: {what}; take another copy of it")]
    Damaged {
        /// The line, the first is 1.
        line: u64,
        /// What is wrong there.
        what: String,
    },
    /// A replacement has begun and did not end: the library is half of what it was and half of
    /// what it shall be. Read the file again.
    #[error("the library is incomplete now: {0}; read the file again")]
    Interrupted(#[source] Box<BackupError>),
    /// The library said no. See there.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl BackupError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy | Self::Newer { .. } => "conflict",
            Self::NotALibrary(_) => "unsupported_format",
            Self::Damaged { .. } => "corrupt",
            Self::Interrupted(_) => "restore_interrupted",
            Self::Library(error) => error.code(),
        }
    }
}

impl From<BridgeError> for BackupError {
    fn from(error: BridgeError) -> Self {
        Self::Library(error.into())
    }
}
