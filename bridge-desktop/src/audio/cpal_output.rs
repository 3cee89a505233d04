//! The computer's sound devices.

use bridge_traits::{AudioOutput, AudioStream, BridgeError, ErrorKind, OutputFormat, Result};
use core_async::task;
use cpal::traits::{DeviceTrait, HostTrait};

use super::cpal_stream::{self, bridge_error};
use super::null_output::check_format;

const OPEN: &str = "audio.open";
const DEVICES: &str = "audio.devices";

/// Plays on a sound device.
///
/// A stream keeps running while it is paused, playing silence, so that it goes on at once; drop
/// it to let go of the device.
#[derive(Clone, Debug, Default)]
pub struct CpalOutput {
    device: Option<String>,
}

impl CpalOutput {
    /// Whatever device the computer plays on by default.
    pub fn default_device() -> Self {
        Self::default()
    }

    /// The device with this name, one of [`devices`](Self::devices).
    pub fn device(name: impl Into<String>) -> Self {
        Self { device: Some(name.into()) }
    }

    /// The names of the devices there are.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` without a sound system.
    pub async fn devices() -> Result<Vec<String>> {
        blocking(DEVICES, || {
            let devices = cpal::default_host()
                .output_devices()
                .map_err(|error| bridge_error(DEVICES, error))?;
            let mut names: Vec<_> = devices.map(|device| device.to_string()).collect();
            names.sort();
            names.dedup();
            Ok(names)
        })
        .await
    }
}

#[core_async::async_trait]
impl AudioOutput for CpalOutput {
    fn name(&self) -> &str {
        "cpal"
    }

    async fn open(&self, wish: OutputFormat) -> Result<Box<dyn AudioStream>> {
        check_format(wish)?;
        let name = self.device.clone();
        // Sound systems take their time to answer.
        blocking(OPEN, move || {
            let device = find(name.as_deref())?;
            cpal_stream::open(&device, wish)
        })
        .await
    }
}

fn find(name: Option<&str>) -> Result<cpal::Device> {
    let host = cpal::default_host();
    let device = match name {
        None => host.default_output_device(),
        Some(name) => {
            host.output_devices().map_err(|error| bridge_error(OPEN, error))?.find(|device| {
                device.to_string() == name || device.id().is_ok_and(|id| id.id() == name)
            })
        }
    };
    device.ok_or_else(|| {
        let which = name.map_or("no sound device".to_owned(), |name| format!("no device {name:?}"));
        BridgeError::new(ErrorKind::NotFound, OPEN).with_detail(format!("there is {which}"))
    })
}

async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(BridgeError::new(ErrorKind::Other, operation).with_source(error))
    })
}
