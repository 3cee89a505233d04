//! Why the player could not do what it was asked.

use bridge_traits::BridgeError;

use crate::{ConvertError, DecodeError};

/// A failed request to the player.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlayError {
    /// The track could not be decoded. See there.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The output does not work. Choose another device, or try again.
    #[error("the sound output failed")]
    Output(#[source] BridgeError),
    /// The output's format is out of reach. Choose another device.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// Another request came first: to play something else, or to stop. Nothing to do.
    #[error("another request came first")]
    Replaced,
    /// There is no track. Play one first.
    #[error("no track is being played")]
    NoTrack,
    /// The volume or position is not a number in range. Correct the caller.
    #[error("the value is out of range")]
    OutOfRange,
    /// The player is gone. Make a new one.
    #[error("the player is gone")]
    Gone,
}

impl PlayError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Output(error) => error.kind().code(),
            Self::Convert(_) => "unsupported",
            Self::Replaced => "cancelled",
            Self::NoTrack | Self::OutOfRange => "invalid_request",
            Self::Gone => "unavailable",
        }
    }
}
