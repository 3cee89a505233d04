//! Why a library could not be written to a file or read from one.

use bridge_traits::BridgeError;

use crate::error::LibraryError;

/// Why a library could not be written to a file or read from one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The library changed while it was written, again and again. Try again when nobody else
    /// writes to it.
    #[error("the library kept changing while it was written; try again")]
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
            Self::Library(error) => error.code(),
        }
    }
}

impl From<BridgeError> for BackupError {
    fn from(error: BridgeError) -> Self {
        Self::Library(error.into())
    }
}
