//! Random bytes, injected so that tests can be repeated.

use std::fmt;

use crate::{PlatformSend, PlatformSync, Result};

/// A source of cryptographically secure random bytes.
///
/// # Contract
///
/// * A call fills the whole buffer or fails.
/// * Two calls do not give the same 16 bytes.
pub trait Randomness: fmt::Debug + PlatformSend + PlatformSync {
    /// Fills `buffer` with random bytes.
    ///
    /// # Errors
    ///
    /// Fails if the host has no entropy source.
    fn fill(&self, buffer: &mut [u8]) -> Result<()>;
}
