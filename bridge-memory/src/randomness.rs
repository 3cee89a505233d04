//! Random bytes that are the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::{Randomness, Result};

/// A [`Randomness`] that gives the same bytes for the same seed. For tests only: anybody can
/// predict what it says.
#[derive(Debug)]
pub struct SeededRandomness {
    state: AtomicU64,
}

impl SeededRandomness {
    /// A source that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// The next 64 bits (`SplitMix64`: Steele, Lea and Flood, "Fast splittable pseudorandom number
    /// generators", 2014).
    pub fn next_u64(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, nearly uniform; 0 for a bound of 0.
    pub fn below(&self, bound: u64) -> u64 {
        let product = u128::from(self.next_u64()) * u128::from(bound);
        // The high half of a product of two 64-bit numbers fits into 64 bits.
        u64::try_from(product >> 64).unwrap_or(0)
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, buffer: &mut [u8]) -> Result<()> {
        for piece in buffer.chunks_mut(8) {
            let bytes = self.next_u64().to_le_bytes();
            piece.copy_from_slice(&bytes[..piece.len()]);
        }
        Ok(())
    }
}
