//! Sound: a device of the computer, or something that only keeps its time.
//!
//! Samples go through one ring from the writer to the [`renderer`], which the device's thread
//! calls and which never waits, allocates or frees.

mod cpal_output;
mod cpal_stream;
mod feed;
mod null_output;
mod renderer;
mod shared;
mod stream;

pub use cpal_output::CpalOutput;
pub use null_output::NullOutput;
