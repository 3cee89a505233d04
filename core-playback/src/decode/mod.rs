//! Files in, samples out.

mod ahead;
mod block;
mod chunks;
mod codec;
mod decoder;
mod demuxer;
mod ebml;
mod edits;
mod error;
mod fetch;
mod flac;
mod format;
mod frames;
mod mpeg_info;
mod ogg;
mod packets;
mod reader;
mod samples;
mod sniff;
mod source;
mod support;
mod timeline;

pub use decoder::Decoder;
pub use error::DecodeError;
pub use format::{AudioFormat, FormatHint};
pub(crate) use format::{frames_to_millis, seconds_to_frames};
pub use support::{can_decode, supported_codecs, supported_extensions};
