//! Output files.

mod encoder;
mod write;

pub use encoder::{TooLong, WavEncoder, WavSample};
pub use write::{WavError, decode_to_wav};
