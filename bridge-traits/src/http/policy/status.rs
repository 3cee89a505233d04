//! What a host application can watch.

use std::time::Duration;

use core_async::sync::broadcast;

/// Whether requests to a host are sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CircuitState {
    /// They are.
    Closed,
    /// They fail at once, because the host failed repeatedly.
    Open {
        /// How long until one is let through to see whether the host is back.
        retry_in: Duration,
    },
    /// One is under way to see whether the host is back.
    HalfOpen,
}

/// What is known about one host.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct HostStatus {
    /// Scheme, host and port, such as `https://music.example`.
    pub origin: String,
    /// Whether requests are sent.
    pub circuit: CircuitState,
    /// How many requests are under way, their bodies included.
    pub under_way: usize,
    /// How long the host asked to be left alone.
    pub paused_for: Duration,
}

/// A circuit has changed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CircuitChange {
    /// The host's origin.
    pub origin: String,
    /// What it is now.
    pub state: CircuitState,
}

/// Tells when circuits change; see
/// [`PolicyHttpClient::watch_circuits`](super::PolicyHttpClient::watch_circuits).
#[derive(Debug)]
pub struct CircuitWatcher(pub(super) broadcast::Receiver<CircuitChange>);

impl CircuitWatcher {
    /// Waits for the next change; `None` when the client is gone. A watcher that is too slow misses
    /// the oldest ones: [`PolicyHttpClient::hosts`](super::PolicyHttpClient::hosts) says how things
    /// stand.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no change.
    pub async fn next(&mut self) -> Option<CircuitChange> {
        loop {
            match self.0.recv().await {
                Ok(change) => return Some(change),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
