//! Counting what a sync costs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_traits::{HttpCapabilities, HttpClient, Request, Response, Result};
use futures::StreamExt;

/// An [`HttpClient`] that counts requests and the bytes of their bodies. Clones count together.
#[derive(Clone)]
pub struct Meter {
    inner: Arc<dyn HttpClient>,
    requests: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
}

impl Meter {
    /// Counts what goes through `inner`.
    pub fn new(inner: Arc<dyn HttpClient>) -> Self {
        Self { inner, requests: Arc::default(), bytes: Arc::default() }
    }

    /// Counts what goes through `inner`, too, in the same numbers: for drives whose content comes
    /// from other servers.
    #[must_use]
    pub fn beside(&self, inner: Arc<dyn HttpClient>) -> Self {
        let (requests, bytes) = (Arc::clone(&self.requests), Arc::clone(&self.bytes));
        Self { inner, requests, bytes }
    }

    /// How many requests were sent.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many bytes of bodies have arrived.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

#[core_async::async_trait]
impl HttpClient for Meter {
    async fn send(&self, request: Request) -> Result<Response> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut response = self.inner.send(request).await?;
        let bytes = Arc::clone(&self.bytes);
        response.body = Box::pin(response.body.inspect(move |piece| {
            let length = piece.as_ref().map_or(0, |piece| piece.len() as u64);
            bytes.fetch_add(length, Ordering::Relaxed);
        }));
        Ok(response)
    }

    fn capabilities(&self) -> HttpCapabilities {
        self.inner.capabilities()
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (requests, bytes) = (self.requests(), self.bytes());
        f.debug_struct("Meter").field("requests", &requests).field("bytes", &bytes).finish()
    }
}
