//! Node's random numbers.

use bridge_traits::{Randomness, Result};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::host::NodeError;

#[wasm_bindgen(module = "node:crypto")]
extern "C" {
    #[wasm_bindgen(catch, js_name = randomFillSync)]
    fn random_fill(buffer: &Uint8Array) -> Result<JsValue, JsValue>;
}

/// `crypto.randomFillSync`, which draws from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeRandomness;

impl NodeRandomness {
    /// How much one call fills.
    const PIECE: usize = 1 << 20;

    /// The random numbers of this computer.
    pub fn new() -> Self {
        Self
    }
}

impl Randomness for NodeRandomness {
    fn fill(&self, buffer: &mut [u8]) -> Result<()> {
        for piece in buffer.chunks_mut(Self::PIECE) {
            let array = Uint8Array::new_with_length(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            random_fill(&array).map_err(|error| NodeError::from(error).at("randomness.fill"))?;
            array.copy_to(piece);
        }
        Ok(())
    }
}
