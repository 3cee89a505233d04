//! The HTTP trait and its contract.

use std::fmt;

use crate::http::{Request, Response};
use crate::{PlatformSend, PlatformSync, Result};

/// Sends HTTP requests.
///
/// # Contract
///
/// * Any status is a response, not an error; an error means there was no (complete) answer.
/// * The body is streamed: `send` returns once the head has arrived, and nothing is buffered
///   beyond what the host's network stack holds.
/// * Dropping the `send` future or the body closes the connection.
/// * Header names are case-insensitive, and a header may have several values.
/// * A redirect is not followed: it is returned as the 3xx response it is. A browser hides
///   redirects from script, so there the call fails with `Unsupported`.
/// * [`Request::timeout`] bounds the time until the head has arrived, and after that each wait
///   for the next piece of the body; passing it is `TimedOut`.
/// * A body shorter than its `Content-Length` ends with an error, never as complete.
/// * Only `http` and `https` are accepted; anything else is `InvalidRequest`.
#[core_async::async_trait]
pub trait HttpClient: fmt::Debug + PlatformSend + PlatformSync {
    /// Sends `request` and returns as soon as status and headers are known.
    ///
    /// # Errors
    ///
    /// Fails with `Offline` or `Unavailable` if no connection could be made, `TimedOut`, or
    /// `InvalidRequest`.
    ///
    /// # Cancellation
    ///
    /// Dropping the future aborts the request.
    async fn send(&self, request: Request) -> Result<Response>;
}
