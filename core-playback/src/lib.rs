//! Decoding, conversion, output files and the player.
//!
//! [`Decoder`] pulls exact samples out of audio files, [`decode_to_wav`] writes them to a file and
//! [`Player`] sends them to an output of the host. [`Fingerprint`] tells whether two files are the
//! same recording. Everything here is written against the traits of [`bridge_traits`]; it opens no
//! file and no device itself.

mod convert;
mod decode;
mod fingerprint;
mod player;
mod wav;

pub use convert::{ConvertError, Converter};
pub use decode::{
    AudioFormat, DecodeError, Decoder, FormatHint, can_decode, supported_codecs,
    supported_extensions,
};
pub use fingerprint::{Fingerprint, FingerprintError, FingerprintTextError};
pub use player::{PlayError, PlayRequest, Player, PlayerState, PlayerStatus};
pub use wav::{TooLong, WavEncoder, WavError, WavSample, decode_to_wav};
