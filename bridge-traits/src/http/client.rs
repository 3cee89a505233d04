//! The HTTP trait and its contract.

use std::fmt;

use crate::http::{HttpCapabilities, Request, Response};
use crate::{PlatformSend, PlatformSync, Result};

/// The [`operation`](crate::BridgeError::operation) of an error that means: no connection was made,
/// so no byte of the request has left.
pub const HTTP_CONNECT: &str = "http.connect";

/// Sends HTTP requests.
///
/// An adapter adds nothing of its own: redirects, retries, pacing and resumed downloads are written
/// once, in [`policy`](crate::policy) and [`download`](crate::download).
///
/// # Contract
///
/// * Any status is a response, not an error; an error means there was no (complete) answer.
/// * The body is streamed: `send` returns once the head has arrived, and nothing is buffered
///   beyond what the host's network stack holds. A reader who pauses makes the server pause, unless
///   the capabilities say that the host has no back pressure.
/// * Dropping the `send` future or the body closes the connection.
/// * Header names are case-insensitive, and a header may have several values.
/// * A redirect is not followed: it is returned as the 3xx response it is. Where the
///   [capabilities](HttpCapabilities) say that the host hides redirects, the call fails with
///   `Unsupported` unless [`Request::redirects`] lets the host follow.
/// * [`Deadlines::head`](crate::Deadlines) bounds the time until the head has arrived, and
///   [`Deadlines::idle`](crate::Deadlines) each wait for the next piece of the body; passing one is
///   `TimedOut`. Bytes that drip in do not extend the wait for the head.
/// * Every request without an `Authorization` reaches the server: no answer comes from a cache of
///   the host's, and none is left there, for the address may be the secret. Where a header has it,
///   the server says what the host may keep.
/// * A body shorter than its `Content-Length` ends with an error, never as complete.
/// * Only `http` and `https` are accepted; anything else is `InvalidRequest`.
/// * A head of any size ends in a response or an error, in bounded memory.
/// * Where the capabilities say so, a connection that could not be made is an error of the
///   operation [`HTTP_CONNECT`], and [`Reach::Public`](crate::Reach) is enforced.
#[core_async::async_trait]
pub trait HttpClient: fmt::Debug + PlatformSend + PlatformSync {
    /// Sends `request` and returns as soon as status and headers are known.
    ///
    /// # Errors
    ///
    /// Fails with `Offline` or `Unavailable` if no connection could be made, `TimedOut`,
    /// `PermissionDenied` for an address the request may not reach, or `InvalidRequest`.
    ///
    /// # Cancellation
    ///
    /// Dropping the future aborts the request.
    async fn send(&self, request: Request) -> Result<Response>;

    /// What this client can see and do.
    fn capabilities(&self) -> HttpCapabilities {
        HttpCapabilities::new()
    }
}
