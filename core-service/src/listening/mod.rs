//! Keeps the history of what was listened to.

mod heard;
mod recorder;

pub(crate) use recorder::Recorder;
