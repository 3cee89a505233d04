//! A place for a sound output that arrives later, or changes.

use std::sync::{Arc, Mutex, PoisonError};

use bridge_traits::{AudioOutput, AudioStream, BridgeError, ErrorKind, OutputFormat, Result};

/// An [`AudioOutput`] that passes on to whichever output was put into it last. In a browser the
/// page can only open the sound after a click, long after the core has started.
#[derive(Clone, Debug, Default)]
pub struct OutputSlot {
    current: Arc<Mutex<Option<Arc<dyn AudioOutput>>>>,
}

impl OutputSlot {
    /// A slot, empty or not.
    pub fn new(output: Option<Arc<dyn AudioOutput>>) -> Self {
        Self { current: Arc::new(Mutex::new(output)) }
    }

    /// Uses `output` from the next stream on.
    pub fn set(&self, output: Arc<dyn AudioOutput>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(output);
    }

    fn current(&self) -> Option<Arc<dyn AudioOutput>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[core_async::async_trait]
impl AudioOutput for OutputSlot {
    fn name(&self) -> &str {
        "slot"
    }

    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        match self.current() {
            Some(output) => output.open(wish).await,
            None => Err(BridgeError::new(ErrorKind::NotFound, "audio_output.open")
                .with_detail("no sound output is connected yet; connect one, then play")),
        }
    }
}
