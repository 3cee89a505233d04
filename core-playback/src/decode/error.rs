//! Why a file could not be decoded (on).

use bridge_traits::BridgeError;

/// A failed decode operation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The host could not deliver the bytes. Look at the cause, it may be worth trying again.
    #[error("reading the audio file failed")]
    Source(#[source] BridgeError),
    /// The content is not a known audio format, whatever the file is called. Choose another file.
    #[error("not an audio file of a known format")]
    UnknownFormat,
    /// The content is known, but there is no decoder for it. Convert the file.
    #[error("no decoder for {what}")]
    Unsupported {
        /// The codec, container or property that is not supported.
        what: String,
    },
    /// The description of the audio makes no sense. Replace the file.
    #[error("the audio file is damaged: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// Too many packets in a row could not be decoded. What came before was good; replace the file.
    #[error("the audio is damaged at frame {frame}")]
    Corrupt {
        /// The first frame that could not be decoded.
        frame: u64,
    },
    /// The file ends before its audio does. What came before was good; fetch the file again.
    #[error("the audio file ends too early, at frame {frame}")]
    Truncated {
        /// The number of frames that could be decoded.
        frame: u64,
        /// The number of frames the file promised, if it did.
        expected: Option<u64>,
    },
}

impl DecodeError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.kind().code(),
            Self::UnknownFormat | Self::Unsupported { .. } => "unsupported_format",
            Self::Malformed { .. } | Self::Corrupt { .. } => "corrupt",
            Self::Truncated { .. } => "truncated",
        }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    pub(crate) fn malformed(reason: impl ToString) -> Self {
        Self::Malformed { reason: reason.to_string() }
    }
}
