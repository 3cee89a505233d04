//! What a server answered.

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;

use super::Headers;
use crate::{BridgeError, ByteStream, ErrorKind, Result};

/// An HTTP response whose body is still arriving.
pub struct Response {
    /// The status code.
    pub status: u16,
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
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}
