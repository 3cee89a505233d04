//! Why a file could not be read as audio, in words a listener understands.

use bridge_traits::BridgeError;

/// Why a file could not be read as audio.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// There is nothing in the file. Copy it again from where it came from.
    #[error("the file is empty")]
    Empty,
    /// The name promises audio, the content is something else. Rename or remove the file.
    #[error("the file is {found}, not audio")]
    NotAudio {
        /// What the content is, with its article: `"a PNG image"`.
        found: &'static str,
    },
    /// Nothing in the content tells an audio format. The file may be damaged or encrypted.
    #[error("the content is in no audio format that is known here")]
    UnknownFormat,
    /// A known audio format that is not read here. Convert the file to another one.
    #[error("{format} files are not supported")]
    Unsupported {
        /// The name of the format.
        format: &'static str,
    },
    /// The file ends before its audio does. Copy it again from where it came from.
    #[error("the file is cut short")]
    Truncated,
    /// The content contradicts its own format. Copy the file again, or repair it.
    #[error("damaged {format} file: {reason}")]
    Malformed {
        /// The name of the format.
        format: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// The headers ask for more memory or reading than any real file needs. Distrust the file.
    #[error("the headers of the file are unreasonably large")]
    TooLarge,
    /// The host could not read the file. Look at the kind: permission, missing, offline.
    #[error("the file could not be read")]
    Read(#[source] BridgeError),
    /// The reading task ended early, because the program ends or because of a bug. Try again.
    #[error("reading the file was interrupted")]
    Interrupted,
}

impl MetadataError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::NotAudio { .. } => "not_audio",
            Self::UnknownFormat => "unknown_format",
            Self::Unsupported { .. } => "unsupported_format",
            Self::Truncated => "truncated_file",
            Self::Malformed { .. } => "malformed_file",
            Self::TooLarge => "too_large",
            Self::Read(error) => error.kind().code(),
            Self::Interrupted => "interrupted",
        }
    }
}
