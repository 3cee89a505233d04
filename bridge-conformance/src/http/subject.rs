//! The client a case works with.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_memory::MemoryHttpClient;
use bridge_traits::{HttpClient, Request, Response};
use bytes::Bytes;

use super::TestServer;

/// An HTTP client and the address of a [`TestServer`].
pub struct HttpUnderTest {
    client: Arc<dyn HttpClient>,
    base: String,
    /// Held until the test is over, for example the server.
    _guard: Box<dyn Any>,
}

impl HttpUnderTest {
    /// `base` is the server's origin, such as `http://127.0.0.1:8080`; `guard` lives as long as
    /// the test.
    pub fn new(client: Arc<dyn HttpClient>, base: impl Into<String>, guard: impl Any) -> Self {
        Self { client, base: base.into(), _guard: Box::new(guard) }
    }

    /// A [`MemoryHttpClient`] with the test server behind it.
    pub fn in_memory() -> Self {
        let client = MemoryHttpClient::new();
        Arc::new(TestServer::new()).install(&client, "http://conformance.test");
        Self::new(Arc::new(client), "http://conformance.test", ())
    }

    pub(super) fn client(&self) -> &dyn HttpClient {
        &*self.client
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(super) fn get(&self, path: &str) -> Request {
        Request::get(self.url(path))
    }

    pub(super) async fn send(&self, request: Request) -> Response {
        let what = format!("{:?} {}", request.method, request.url);
        match self.client.send(request).await {
            Ok(response) => response,
            Err(error) => panic!("{what}: {error:?}"),
        }
    }

    /// The whole body of a `GET`.
    pub(super) async fn text(&self, path: &str) -> String {
        let body = self.send(self.get(path)).await.bytes(1 << 20).await.unwrap();
        text(body)
    }
}

pub(super) fn text(body: Bytes) -> String {
    String::from_utf8(body.to_vec()).unwrap()
}

/// A path segment that no other test of the same server uses.
pub(super) fn token(name: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Several processes may share one server, so a counter alone would not do.
    let moment = core_async::time::now_millis();
    format!("{name}-{moment}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl fmt::Debug for HttpUnderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpUnderTest")
            .field("client", &self.client)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
