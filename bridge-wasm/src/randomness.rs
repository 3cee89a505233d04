//! The browser's random numbers.

use bridge_traits::{Randomness, Result};
use js_sys::Uint8Array;

use crate::host::{JsError, scope};

/// `crypto.getRandomValues`.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebRandomness;

impl WebRandomness {
    /// The most one call of the browser's function gives.
    const LARGEST_CALL: usize = 65_536;

    /// The browser's random numbers.
    pub fn new() -> Self {
        Self
    }
}

impl Randomness for WebRandomness {
    fn fill(&self, buffer: &mut [u8]) -> Result<()> {
        let failed = |value| JsError::from(value).at("randomness.fill");
        let crypto = scope().crypto().map_err(failed)?;
        for piece in buffer.chunks_mut(Self::LARGEST_CALL) {
            // An array of its own: browsers refuse to fill memory that threads share.
            let array = Uint8Array::new_with_length(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            crypto.get_random_values_with_js_u8_array(&array).map_err(failed)?;
            array.copy_to(piece);
        }
        Ok(())
    }
}
