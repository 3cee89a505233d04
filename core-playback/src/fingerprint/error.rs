//! Why there is no fingerprint.

use crate::{ConvertError, DecodeError};

/// Why a file has no fingerprint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FingerprintError {
    /// The file could not be decoded as far as a fingerprint reaches. See there.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Its samples could not be converted to those a fingerprint is made of. See there.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The audio is shorter than what one value stands for, 2.73 seconds. Compare the files by
    /// other means.
    #[error("the audio is too short for a fingerprint: less than 2.8 seconds")]
    TooShort,
}

impl FingerprintError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Convert(_) => "unsupported_format",
            Self::TooShort => "unsupported",
        }
    }
}

/// Why a text is not a fingerprint.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FingerprintTextError {
    /// There are letters in it that no fingerprint has. Copy it again, as a whole.
    #[error("not the text of a fingerprint: it has other letters than base64 for addresses")]
    Letters,
    /// It was made by another algorithm, which cannot be compared with ours. Make it again, with
    /// the default algorithm.
    #[error("a fingerprint of algorithm {}, not of algorithm 2", u32::from(*.number) + 1)]
    OtherAlgorithm {
        /// The number in the text, which is one less than what `fpcalc` calls it.
        number: u8,
    },
    /// It says that it is of more than two hours. Make it from the first two minutes.
    #[error("the fingerprint is too long: it has {values} values")]
    TooLong {
        /// How many values it says it has.
        values: u32,
    },
    /// It ends early, or goes on where it should end. Copy it again, as a whole.
    #[error("the text of the fingerprint is damaged")]
    Damaged,
}
