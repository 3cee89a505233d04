//! An open file, or anything else that can be read at any offset.

use std::fmt;

use bytes::Bytes;

use crate::{PlatformSend, PlatformSync, Result};

/// Something of known length that can be read at any offset: a file, a cached or remote resource.
///
/// # Contract
///
/// * `read_at` returns the bytes that exist in the range: fewer than asked for only at the end,
///   none at or past the end.
/// * Offsets and lengths are 64-bit on every target.
/// * Reads may run concurrently.
/// * [`read_at_now`](ReadAt::read_at_now), where offered, gives the same bytes as `read_at`.
#[core_async::async_trait]
pub trait ReadAt: fmt::Debug + PlatformSend + PlatformSync {
    /// The length in bytes when it was opened.
    fn length(&self) -> u64;

    /// Reads up to `length` bytes at `offset`.
    ///
    /// # Errors
    ///
    /// Fails as the host does; a file that vanished is `NotFound`.
    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes>;

    /// Reads without waiting for another task, where the host can: `None` says it cannot.
    ///
    /// An accelerator for parsers, which are synchronous. Local files offer it (a disk read on a
    /// blocking thread, a synchronous handle in a worker); remote resources do not.
    ///
    /// # Errors
    ///
    /// As for `read_at`.
    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let _ = (offset, buffer);
        None
    }
}
