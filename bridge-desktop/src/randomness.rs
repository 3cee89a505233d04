//! Random bytes of the operating system.

use bridge_traits::{BridgeError, ErrorKind, Randomness, Result};

/// The operating system's generator, which is fit for keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandomness;

impl Randomness for OsRandomness {
    fn fill(&self, buffer: &mut [u8]) -> Result<()> {
        getrandom::fill(buffer).map_err(|error| {
            BridgeError::new(ErrorKind::Unavailable, "randomness.fill").with_source(error)
        })
    }
}
