//! Sending requests and reading heads.

use bridge_traits::{
    BridgeError, ErrorKind, HTTP_CONNECT, Headers, HttpCapabilities, HttpClient, Method, Reach,
    Request, Response, Result,
};
use core_async::time;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;

use super::message::{Exchange, IncomingMessage, once, request, request_encrypted};
use super::{body, reach};
use crate::host::{NodeError, options};

const OPERATION: &str = "http.send";

/// Sends requests over HTTP/1.1. Bodies arrive as they were sent, redirects are answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeHttpClient;

impl NodeHttpClient {
    /// A client. All of them share the connections of the process.
    pub fn new() -> Self {
        Self
    }
}

#[core_async::async_trait]
impl HttpClient for NodeHttpClient {
    async fn send(&self, request: Request) -> Result<Response> {
        let (url, is_encrypted) = check_url(&request.url)?;
        let (exchange, answer) = begin(&request, is_encrypted)?;
        let answer = time::timeout(request.deadlines.head, answer)
            .await
            .map_err(|_| timed_out("the head did not arrive in time"))?
            .map_err(broken)?;
        let answer: IncomingMessage = Array::from(&answer).get(0).unchecked_into();
        let (status, headers) = (answer.status(), headers(&answer));
        let has_body = request.method != Method::Head && !matches!(status, 204 | 304);
        let length = if has_body { announced_length(&headers) } else { None };
        let body = body::stream(answer, exchange, length, request.deadlines.idle)?;
        Ok(Response { status, url, headers, body })
    }

    fn capabilities(&self) -> HttpCapabilities {
        let mut capabilities = HttpCapabilities::new().with_address_checks();
        capabilities.tells_connect_errors = true;
        capabilities
    }
}

/// Sends a request; what comes back is an array with the answer in it.
fn begin(asked: &Request, is_encrypted: bool) -> Result<(Exchange, JsFuture)> {
    // Not with the headers: given here, they take the place of those that Node adds, such as `Host`.
    let mut fields = vec![("method", asked.method.as_str().into())];
    if asked.reach != Reach::Anywhere {
        if !reach::may_be_public(&asked.url) {
            return Err(not_public());
        }
        // On a connection of its own: a shared one may lead to where others are allowed to go.
        fields.extend([("lookup", reach::public_lookup()), ("agent", false.into())]);
    }
    let options = options(&fields);
    // The name or value of a header that Node will not send.
    let refused = |error: JsValue| {
        let error = NodeError::from(error);
        BridgeError::new(ErrorKind::InvalidRequest, OPERATION).with_source(error)
    };
    let request = if is_encrypted {
        request_encrypted(&asked.url, &options)
    } else {
        request(&asked.url, &options)
    };
    let request = request.map_err(refused)?;
    let exchange = Exchange::new(request.clone());
    for (name, value) in asked.headers.iter() {
        request.append_header(name, value).map_err(refused)?;
    }
    let answer = JsFuture::from(once(&request, "response"));
    if asked.body.is_empty() {
        request.end();
    } else {
        request.end_with(&Uint8Array::from(&asked.body[..]));
    }
    Ok((exchange, answer))
}

pub(super) fn timed_out(detail: &str) -> BridgeError {
    BridgeError::new(ErrorKind::TimedOut, OPERATION).with_detail(detail)
}

fn not_public() -> BridgeError {
    BridgeError::new(ErrorKind::PermissionDenied, OPERATION)
        .with_detail("the address is not a public one")
}

/// A failure to connect, or of the connection.
pub(super) fn broken(error: JsValue) -> BridgeError {
    let error = NodeError::from(error);
    if error.code() == reach::NOT_PUBLIC {
        return not_public().with_source(error);
    }
    let kind = match error.kind() {
        kind @ (ErrorKind::Offline | ErrorKind::TimedOut) => kind,
        // Refused, reset, no such name: the source says which.
        _ => ErrorKind::Unavailable,
    };
    // No byte was sent before the name was found and the connection made.
    let is_connect = matches!(error.system_call(), "connect" | "getaddrinfo");
    let operation = if is_connect { HTTP_CONNECT } else { OPERATION };
    BridgeError::new(kind, operation).with_source(error)
}

/// The address as it is asked, and whether the connection must be encrypted; fails for what is no web
/// address.
fn check_url(url: &str) -> Result<(String, bool)> {
    let url = Url::new(url).ok().filter(|url| !url.host().is_empty());
    match url.map(|url| (url.protocol(), url.href())) {
        Some((protocol, href)) if protocol == "http:" => Ok((href, false)),
        Some((protocol, href)) if protocol == "https:" => Ok((href, true)),
        _ => Err(BridgeError::new(ErrorKind::InvalidRequest, OPERATION)
            .with_detail("an absolute http or https address is needed")),
    }
}

fn headers(answer: &IncomingMessage) -> Headers {
    let mut headers = Headers::new();
    let fields: Vec<_> =
        answer.raw_headers().iter().filter_map(|field| field.as_string()).collect();
    for field in fields.chunks_exact(2) {
        headers.append(&field[0], field[1].clone());
    }
    headers
}

fn announced_length(headers: &Headers) -> Option<u64> {
    headers.get("content-length")?.trim().parse().ok()
}
