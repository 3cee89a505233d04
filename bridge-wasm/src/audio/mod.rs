//! Sound through an `AudioWorklet` at the other end of a message port.

mod link;
mod message;
mod output;
mod stream;

pub use output::WorkletOutput;
