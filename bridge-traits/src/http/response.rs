//! What a server answered.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;

use super::request::without_query;
use super::{Headers, retry_after};
use crate::{BridgeError, ByteStream, Clock, ErrorKind, Result};

/// An HTTP response whose body is still arriving.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The address that answered: the one asked for, unless a redirect led elsewhere.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body, piece by piece. Dropping it closes the connection.
    pub body: ByteStream,
}

impl Response {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The length of the body as announced.
    pub fn content_length(&self) -> Option<u64> {
        self.headers.get("content-length")?.trim().parse().ok()
    }

    /// How long the server asks to wait (RFC 9110 § 10.2.3): not at all for a date in the past,
    /// `None` if it does not say, or says it in no known way.
    pub fn retry_after(&self, clock: &dyn Clock) -> Option<Duration> {
        retry_after::parse(self.headers.get("retry-after")?, clock.unix_millis())
    }

    /// The response if its status is 2xx, and otherwise what the status means for the caller.
    ///
    /// # Errors
    ///
    /// Fails with `NotFound` (404, 410), `PermissionDenied` (401, 403, 407, 451), `RateLimited`
    /// (429), `Conflict` (409, 412), `Unavailable` (408, 425, 5xx), `InvalidRequest` (other 4xx) or
    /// `Other`.
    pub fn or_status_error(self, clock: &dyn Clock) -> Result<Self> {
        match self.status_error(self.retry_after(clock)) {
            None => Ok(self),
            Some(error) => Err(error),
        }
    }

    /// What a status other than 2xx means.
    pub(super) fn status_error(&self, retry_after: Option<Duration>) -> Option<BridgeError> {
        let kind = match self.status {
            200..=299 => return None,
            404 | 410 => ErrorKind::NotFound,
            401 | 403 | 407 | 451 => ErrorKind::PermissionDenied,
            429 => ErrorKind::RateLimited { retry_after },
            409 | 412 => ErrorKind::Conflict,
            408 | 425 | 500..=599 => ErrorKind::Unavailable,
            400..=499 => ErrorKind::InvalidRequest,
            _ => ErrorKind::Other,
        };
        Some(BridgeError::new(kind, "http.send").with_detail(format!("status {}", self.status)))
    }

    /// Collects the body, refusing more than `limit` bytes.
    ///
    /// # Errors
    ///
    /// Fails with `QuotaExceeded` for a longer body, or as the body itself fails.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes> {
        let mut all = BytesMut::new();
        while let Some(piece) = self.body.next().await {
            let piece = piece?;
            if all.len().saturating_add(piece.len()) > limit {
                return Err(BridgeError::new(ErrorKind::QuotaExceeded, "http.bytes")
                    .with_detail(format!("the body is longer than {limit} bytes")));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("url", &without_query(&self.url))
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}
