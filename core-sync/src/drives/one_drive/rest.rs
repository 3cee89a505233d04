//! How long questions that were one too many have to wait.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bridge_traits::{BridgeError, ErrorKind};
use core_async::time::{Instant, sleep};

use crate::drives::api::LONGEST_WAIT;
use crate::provider::ProviderError;

/// Longer than any drive asks for.
const MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// The moment from which on Graph takes what it has put off. It says so of each part of a batch for
/// itself, and answers other parts meanwhile ("Throttling and batching", Microsoft Graph).
#[derive(Debug, Default)]
pub(super) struct Rest(Mutex<Option<Instant>>);

impl Rest {
    /// Puts questions off for so long from now on.
    pub(super) fn take(&self, length: Duration) {
        let until = Some(Instant::now() + length.min(MOST));
        let mut rest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *rest = (*rest).max(until);
    }

    /// Waits until it is over.
    ///
    /// # Errors
    ///
    /// Fails with `RateLimited` at once if that is too long to wait for.
    pub(super) async fn pass(&self) -> Result<(), ProviderError> {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = until.map_or(Duration::ZERO, |it| it.saturating_duration_since(Instant::now()));
        if left > LONGEST_WAIT {
            let kind = ErrorKind::RateLimited { retry_after: Some(left) };
            return Err(BridgeError::new(kind, "drive.read").into());
        }
        sleep(left).await;
        Ok(())
    }
}
