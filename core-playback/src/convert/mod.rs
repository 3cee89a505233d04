//! From the format of a file to the format of a device.

mod channels;
mod converter;
mod resampler;

pub use converter::{ConvertError, Converter};
