//! Sending requests and reading heads.

use bridge_traits::{
    BridgeError, ErrorKind, HttpCapabilities, HttpClient, Method, RedirectSupport, Redirects,
    Request, Response, Result,
};
use core_async::time;
use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortController, AbortSignal, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
    ResponseType, Url,
};

use super::body::{self, Expectation};
use crate::host::{JsError, navigator, resolve, scope};

const OPERATION: &str = "http.send";

/// Sends requests with `fetch`, without cookies or other credentials of the browser's own.
///
/// The browser decides what may be sent where (CORS), drops headers that are its own business
/// (`Host`, `Cookie`, `Content-Length` …), and hides the reason of a failed connection. It also hides
/// redirects: it follows them itself where the request allows it, and never takes its own
/// credentials along.
///
/// Firefox takes bodies in as fast as they come, however slowly they are read;
/// [`back_pressure`](HttpCapabilities::back_pressure) says so.
#[derive(Clone, Debug, Default)]
pub struct FetchHttpClient {
    /// Takes the place of the browser's own.
    fetch: Option<Function>,
}

impl FetchHttpClient {
    /// A client that asks with the browser's `fetch`.
    pub fn new() -> Self {
        Self::default()
    }

    /// A client that asks with `fetch`: called with a `Request`, it gives a promise of a `Response`.
    pub fn with_fetch(fetch: Function) -> Self {
        Self { fetch: Some(fetch) }
    }

    fn fetch(&self, request: &web_sys::Request) -> Result<Promise, JsError> {
        match &self.fetch {
            None => Ok(scope().fetch_with_request(request)),
            // Whatever it gives, what is no promise counts as its value.
            Some(fetch) => Ok(Promise::resolve(&fetch.call1(&scope(), request)?)),
        }
    }
}

/// Stops a request when dropped, unless it is over.
#[derive(Debug)]
pub(super) struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    /// Nothing is left to stop.
    pub(super) fn disarm(&mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

#[core_async::async_trait]
impl HttpClient for FetchHttpClient {
    async fn send(&self, request: Request) -> Result<Response> {
        check_url(&request.url)?;
        let invalid = |error: JsValue| {
            let error = JsError::from(error);
            BridgeError::new(ErrorKind::InvalidRequest, OPERATION).with_source(error)
        };
        let controller = AbortController::new().map_err(invalid)?;
        let outgoing = build(&request, &controller.signal()).map_err(invalid)?;
        let abort = AbortOnDrop(Some(controller));
        let answer = async { resolve::<web_sys::Response>(self.fetch(&outgoing)?).await };
        let answer = time::timeout(request.deadlines.head, answer)
            .await
            .map_err(|_| timed_out("the head did not arrive in time"))?
            .map_err(unreachable_host)?;
        if answer.type_() == ResponseType::Opaqueredirect {
            return Err(BridgeError::new(ErrorKind::Unsupported, OPERATION).with_detail(
                "the server redirects, which a browser does not show; use the final address",
            ));
        }
        let headers = headers(&answer).map_err(|error| JsError::from(error).at(OPERATION))?;
        let expectation = Expectation {
            length: expected_length(&request, &answer, &headers),
            timeout: request.deadlines.idle,
        };
        let body = body::stream(answer.body(), abort, expectation)?;
        // An answer that no server gave, such as a service worker's, has no address.
        let url = Some(answer.url()).filter(|url| !url.is_empty()).unwrap_or(request.url);
        Ok(Response { status: answer.status(), url, headers, body })
    }

    fn capabilities(&self) -> HttpCapabilities {
        let capabilities = HttpCapabilities::new().with_redirects(RedirectSupport::Hidden);
        if is_gecko() { capabilities.without_back_pressure() } else { capabilities }
    }
}

/// Whether this is Firefox, which fills a pipe without an end with what arrives. Nothing but its name
/// tells: the other engines are only "like Gecko".
fn is_gecko() -> bool {
    navigator().user_agent().is_ok_and(|name| name.contains("Gecko/"))
}

pub(super) fn timed_out(detail: &str) -> BridgeError {
    BridgeError::new(ErrorKind::TimedOut, OPERATION).with_detail(detail)
}

/// A failure to connect. Browsers say no more than "failed to fetch", on purpose.
pub(super) fn unreachable_host(error: JsError) -> BridgeError {
    let kind = match error.kind() {
        ErrorKind::Cancelled => ErrorKind::Cancelled,
        _ if !navigator().on_line() => ErrorKind::Offline,
        _ => ErrorKind::Unavailable,
    };
    BridgeError::new(kind, OPERATION).with_source(error)
}

fn check_url(url: &str) -> Result<()> {
    let fits = Url::new(url).is_ok_and(|url| {
        let host = url.host();
        // Chromium writes what no host may hold, such as spaces, as `%20` and goes on.
        matches!(url.protocol().as_str(), "http:" | "https:")
            && !host.is_empty()
            && !host.contains('%')
    });
    if fits {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::InvalidRequest, OPERATION)
        .with_detail("an absolute http or https address is needed"))
}

fn build(request: &Request, signal: &AbortSignal) -> Result<web_sys::Request, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in request.headers.iter() {
        headers.append(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers);
    init.set_credentials(RequestCredentials::Omit);
    if request.headers.get("authorization").is_none() {
        // The address may be the secret, and a browser's cache keeps addresses on the disk. Not for all
        // requests: Chromium then asks anew whether it may, before each of them, with one more request.
        init.set_cache(RequestCache::NoStore);
    }
    init.set_redirect(match request.redirects {
        Redirects::FollowedByHost => RequestRedirect::Follow,
        _ => RequestRedirect::Manual,
    });
    init.set_signal(Some(signal));
    if !request.body.is_empty() {
        init.set_body(&Uint8Array::from(&request.body[..]));
    }
    web_sys::Request::new_with_str_and_init(&request.url, &init)
}

fn headers(answer: &web_sys::Response) -> Result<bridge_traits::Headers, JsValue> {
    let mut headers = bridge_traits::Headers::new();
    for field in answer.headers().entries() {
        let field: Array = field?.unchecked_into();
        let (name, value) = (field.get(0).as_string(), field.get(1).as_string());
        headers.append(&name.unwrap_or_default(), value.unwrap_or_default());
    }
    Ok(headers)
}

/// How long the body must be; `None` if its announced length says nothing about what we get.
fn expected_length(
    request: &Request,
    answer: &web_sys::Response,
    headers: &bridge_traits::Headers,
) -> Option<u64> {
    let has_body = request.method != Method::Head && !matches!(answer.status(), 204 | 205 | 304);
    // We get the body decoded, but its length is that of the encoded one. Another origin's
    // `Content-Encoding` is hidden from us; for ranges the browser asks for no encoding.
    let is_plain = headers.get("content-encoding").is_none()
        && (answer.type_() == ResponseType::Basic || request.headers.get("range").is_some());
    if !has_body || !is_plain {
        return None;
    }
    headers.get("content-length")?.trim().parse().ok()
}
