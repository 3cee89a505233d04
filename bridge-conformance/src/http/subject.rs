//! The client a case works with.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bridge_memory::{MemoryHttpClient, SeededRandomness};
use bridge_traits::policy::{HttpPolicy, PolicyHttpClient};
use bridge_traits::{Clock, HttpClient, Request, Response};
use bytes::Bytes;
use core_async::time::{Duration, Instant};

use super::TestServer;

/// An HTTP client and the address of a [`TestServer`].
pub struct HttpUnderTest {
    client: Arc<dyn HttpClient>,
    base: String,
    other: String,
    /// Held until the test is over, for example the server.
    _guard: Box<dyn Any>,
}

impl HttpUnderTest {
    /// `base` is the server's origin, such as `http://127.0.0.1:8080`; `guard` lives as long as
    /// the test.
    ///
    /// The cases that need a second origin reach the same server as `localhost`, unless
    /// [`with_other_origin`](Self::with_other_origin) names another one.
    pub fn new(client: Arc<dyn HttpClient>, base: impl Into<String>, guard: impl Any) -> Self {
        let base = base.into();
        let other = base.replace("127.0.0.1", "localhost");
        Self { client, base, other, _guard: Box::new(guard) }
    }

    /// Asks the same server with another client.
    #[must_use]
    pub fn with_client(mut self, client: Arc<dyn HttpClient>) -> Self {
        self.client = client;
        self
    }

    /// Sets the second origin under which the server can be reached.
    #[must_use]
    pub fn with_other_origin(mut self, other: impl Into<String>) -> Self {
        self.other = other.into();
        self
    }

    /// A [`MemoryHttpClient`] with the test server behind it.
    pub fn in_memory() -> Self {
        Self::over(MemoryHttpClient::new())
    }

    /// A [`MemoryHttpClient`] that hides redirects as a browser does, with the test server behind
    /// it.
    pub fn in_memory_hiding_redirects() -> Self {
        Self::over(MemoryHttpClient::hiding_redirects())
    }

    fn over(client: MemoryHttpClient) -> Self {
        let server = TestServer::new();
        server.install(&client, "http://conformance.test");
        server.install(&client, "http://elsewhere.test");
        Self::new(Arc::new(client), "http://conformance.test", ())
            .with_other_origin("http://elsewhere.test")
    }

    pub(super) fn client(&self) -> &dyn HttpClient {
        &*self.client
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// An address of the same server under its other origin.
    pub(super) fn other_url(&self, path: &str) -> String {
        assert_ne!(self.base, self.other, "this case needs `with_other_origin`");
        format!("{}{path}", self.other)
    }

    /// The client with the policy of the core on top, in real time.
    pub(super) fn with_policy(&self) -> Arc<PolicyHttpClient> {
        let (clock, randomness) = (Arc::new(RunningClock::start()), SeededRandomness::new(1));
        let (inner, policy) = (Arc::clone(&self.client), HttpPolicy::default());
        Arc::new(PolicyHttpClient::new(inner, clock, Arc::new(randomness), policy))
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

/// The time of the tests.
#[derive(Debug)]
struct RunningClock(Instant);

impl RunningClock {
    fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for RunningClock {
    fn unix_millis(&self) -> u64 {
        core_async::time::now_millis()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
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
            .field("other", &self.other)
            .finish_non_exhaustive()
    }
}
