//! The client and its routes.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{
    BoxFuture, BridgeError, ErrorKind, HTTP_CONNECT, HttpCapabilities, HttpClient, Method,
    PlatformSend, PlatformSync, RedirectSupport, Redirects, Request, Response, Result,
};
use bytes::Bytes;
use core_async::time;

use super::body::guarded;
use super::response::MemoryResponse;

/// How many redirects are followed one after the other where they are hidden, as in browsers.
const HIDDEN_HOPS: u32 = 20;

/// A route answers, or fails as a network does.
trait Handler: PlatformSend + PlatformSync {
    fn answer(&self, request: Request) -> BoxFuture<'static, Result<MemoryResponse>>;
}

impl<F, A> Handler for F
where
    F: Fn(Request) -> A + PlatformSend + PlatformSync,
    A: Future<Output = Result<MemoryResponse>> + PlatformSend + 'static,
{
    fn answer(&self, request: Request) -> BoxFuture<'static, Result<MemoryResponse>> {
        Box::pin(self(request))
    }
}

/// An [`HttpClient`] whose servers are closures.
///
/// A route answers every address that starts with its prefix; the longest prefix wins, among equal
/// ones the newest. An address of a known origin without a route is a `404`, an unknown origin is
/// `Unavailable`, as if nobody listened there.
///
/// # Examples
///
/// ```
/// use bridge_memory::MemoryHttpClient;
/// use bridge_traits::{ByteRange, HttpClient, Request, Result};
///
/// # #[core_async::main]
/// # async fn main() -> Result<()> {
/// let client = MemoryHttpClient::new();
/// client.serve("https://music.test/a.flac", "fLaC and more");
/// let range = ByteRange { start: 0, last: Some(3) };
/// let request = Request::get("https://music.test/a.flac").with_range(range);
/// let response = client.send(request).await?;
/// assert_eq!(response.status, 206);
/// assert_eq!(response.bytes(100).await?, "fLaC");
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct MemoryHttpClient {
    state: Mutex<State>,
    hides_redirects: bool,
}

#[derive(Default)]
struct State {
    routes: Vec<(String, Arc<dyn Handler>)>,
    requests: Vec<Request>,
}

impl MemoryHttpClient {
    /// A client without routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A client that hides redirects as a browser does: it follows them itself where the request
    /// allows it, with all headers, and fails with `Unsupported` otherwise.
    pub fn hiding_redirects() -> Self {
        Self { hides_redirects: true, ..Self::default() }
    }

    /// Answers every address that starts with `prefix` by calling `handler`.
    pub fn route<F, A>(&self, prefix: &str, handler: F)
    where
        F: Fn(Request) -> A + PlatformSend + PlatformSync + 'static,
        A: Future<Output = Result<MemoryResponse>> + PlatformSend + 'static,
    {
        self.state().routes.push((prefix.to_owned(), Arc::new(handler)));
    }

    /// Serves `content` at `url` as a file server does: with ranges, `ETag` and `HEAD`.
    pub fn serve(&self, url: &str, content: impl Into<Bytes>) {
        let content = content.into();
        self.route(url, move |request| {
            let response = match request.method {
                Method::Get | Method::Head => MemoryResponse::file(&request, &content),
                _ => MemoryResponse::new(405).with_header("allow", "GET, HEAD"),
            };
            std::future::ready(Ok(response))
        });
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// Forgets every request so far: in a long run they would fill the memory.
    pub fn forget_requests(&self) {
        self.state().requests = Vec::new();
    }

    fn find(&self, url: &str) -> Option<Arc<dyn Handler>> {
        let state = self.state();
        let matching = state.routes.iter().filter(|(prefix, _)| url.starts_with(prefix));
        let (_, handler) = matching.max_by_key(|(prefix, _)| prefix.len())?;
        Some(Arc::clone(handler))
    }

    fn knows_origin(&self, url: &str) -> bool {
        let known = |(prefix, _): &(String, _)| origin(prefix) == origin(url);
        self.state().routes.iter().any(known)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks one server, whatever it answers.
    async fn ask(&self, request: Request) -> Result<Response> {
        if origin(&request.url).is_none() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "http.send")
                .with_detail("only absolute http and https addresses can be asked"));
        }
        self.state().requests.push(request.clone());
        let (deadlines, method, url) = (request.deadlines, request.method, request.url.clone());
        let answer = match self.find(&url) {
            Some(handler) => handler.answer(request),
            None if self.knows_origin(&url) => {
                Box::pin(std::future::ready(Ok(MemoryResponse::new(404).with_body("not found"))))
            }
            None => return Err(BridgeError::new(ErrorKind::Unavailable, HTTP_CONNECT)),
        };
        let Ok(answer) = time::timeout(deadlines.head, answer).await else {
            return Err(BridgeError::new(ErrorKind::TimedOut, "http.send"));
        };
        let mut response = answer?.into_response(url);
        let announced = match (method, response.status) {
            (Method::Head, _) | (_, 204 | 304) => None,
            _ => response.content_length(),
        };
        response.body = guarded(response.body, deadlines.idle, announced);
        Ok(response)
    }
}

#[core_async::async_trait]
impl HttpClient for MemoryHttpClient {
    async fn send(&self, mut request: Request) -> Result<Response> {
        for _ in 0..=HIDDEN_HOPS {
            let response = self.ask(request.clone()).await?;
            if !self.hides_redirects || !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            match (request.redirects, response.headers.get("location")) {
                (Redirects::FollowedByHost, Some(target)) if origin(target).is_some() => {
                    request.url = target.to_owned();
                }
                (Redirects::FollowedByHost, Some(path)) if path.starts_with('/') => {
                    let origin = origin(&request.url).unwrap_or_default();
                    request.url = format!("{origin}{path}");
                }
                (Redirects::FollowedByHost, _) => {
                    return Err(BridgeError::new(ErrorKind::Unavailable, "http.send"));
                }
                _ => return Err(BridgeError::new(ErrorKind::Unsupported, "http.send")),
            }
        }
        Err(BridgeError::new(ErrorKind::Unavailable, "http.send"))
    }

    fn capabilities(&self) -> HttpCapabilities {
        let redirects = match self.hides_redirects {
            true => RedirectSupport::Hidden,
            false => RedirectSupport::Returned,
        };
        let mut capabilities = HttpCapabilities::new().with_redirects(redirects);
        capabilities.tells_connect_errors = true;
        capabilities
    }
}

impl fmt::Debug for MemoryHttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let routes: Vec<_> = state.routes.iter().map(|(prefix, _)| prefix).collect();
        f.debug_struct("MemoryHttpClient").field("routes", &routes).finish_non_exhaustive()
    }
}

/// Scheme and authority of an absolute `http` or `https` address.
fn origin(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let is_plain = |host: &str| !host.is_empty() && !host.contains(|c: char| c <= ' ');
    (is_web && is_plain(&rest[..end])).then(|| &url[..scheme.len() + 3 + end])
}
