//! The output: one worklet, one stream at a time.

use std::rc::Rc;

use bridge_traits::{AudioOutput, AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use web_sys::MessagePort;

use super::link::Link;
use super::stream::WorkletStream;

/// Plays through an `AudioWorklet` that listens at the other end of a `MessagePort`.
///
/// The worklet decides nothing: it plays frames in order, and tells how many it has played. It
/// plays stereo at the sample rate of its `AudioContext`, whatever a stream wishes for.
#[derive(Clone, Debug)]
pub struct WorkletOutput {
    link: Rc<Link>,
    sample_rate: u32,
}

impl WorkletOutput {
    /// An output to the worklet behind `port`, whose context runs at `sample_rate`.
    pub fn new(port: MessagePort, sample_rate: u32) -> Self {
        Self { link: Rc::new(Link::new(port)), sample_rate }
    }

    /// Hangs up, for example because another worklet takes over: whatever waits on the stream
    /// fails with `Unavailable`.
    pub fn close(&self) {
        self.link.close();
    }
}

#[core_async::async_trait]
impl AudioOutput for WorkletOutput {
    fn name(&self) -> &str {
        "audio-worklet"
    }

    async fn open(&self, _wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        let operation = "audio.open";
        if self.link.account.is_in_use.get() {
            return Err(BridgeError::new(ErrorKind::Unavailable, operation)
                .with_detail("another stream is playing; drop it first"));
        }
        let format = OutputFormat { sample_rate: self.sample_rate, channels: 2 };
        Ok(Box::new(WorkletStream::open(Rc::clone(&self.link), format)?))
    }
}
