//! What a server can get wrong about a part of a file.

use crate::{BridgeError, ErrorKind};

/// Why a transfer cannot go on: the [source](std::error::Error::source) of the [`BridgeError`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransferFault {
    /// The file is not the one the transfer began with. Throw away what has arrived and start over.
    #[error("the file has changed")]
    Changed,
    /// The server sent another range than the one asked for, or does not say which. Ask for the
    /// whole file, or another server.
    #[error("the server answered another range than was asked for")]
    WrongRange,
    /// The server sent several ranges in one answer. Ask for the whole file.
    #[error("the server answered with several ranges")]
    Multipart,
    /// The bytes are compressed, so they are not those of the file. Ask another server.
    #[error("the server compressed what was asked for as it is")]
    Encoded,
    /// More bytes came than were announced. Start over.
    #[error("the body is longer than announced")]
    TooLong,
    /// Fewer bytes came than were announced. Go on from there.
    #[error("the body is shorter than announced")]
    TooShort,
}

impl TransferFault {
    /// What a caller can do about it.
    pub fn kind(self) -> ErrorKind {
        match self {
            Self::Changed => ErrorKind::Conflict,
            Self::WrongRange | Self::Multipart | Self::Encoded | Self::TooLong => {
                ErrorKind::Corrupt
            }
            Self::TooShort => ErrorKind::Unavailable,
        }
    }
}

impl From<TransferFault> for BridgeError {
    fn from(fault: TransferFault) -> Self {
        Self::new(fault.kind(), "http.transfer").with_source(fault)
    }
}
