//! Sending requests and reading heads.

use bridge_traits::{
    BridgeError, ErrorKind, Headers, HttpClient, Method, Request, Response, Result,
};
use core_async::time;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestInit, RequestRedirect, Url};

use super::body::{self, Expectation};
use crate::host::NodeError;

const OPERATION: &str = "http.send";

#[wasm_bindgen]
extern "C" {
    fn fetch(request: &web_sys::Request) -> Promise;
}

/// Sends requests with `fetch`, which keeps no cookies and asks nobody for permission here.
///
/// A wait of more than five minutes ends with Node's own deadline, whatever the request allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeHttpClient;

impl NodeHttpClient {
    /// A client. All of them share the connections of the process.
    pub fn new() -> Self {
        Self
    }
}

/// Closes the connection of a request when dropped, unless it is over.
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
impl HttpClient for NodeHttpClient {
    async fn send(&self, request: Request) -> Result<Response> {
        check_url(&request.url)?;
        let invalid = |error: JsValue| {
            let error = NodeError::from(error);
            BridgeError::new(ErrorKind::InvalidRequest, OPERATION).with_source(error)
        };
        let controller = AbortController::new().map_err(invalid)?;
        let outgoing = build(&request, &controller.signal()).map_err(invalid)?;
        let abort = AbortOnDrop(Some(controller));
        let answer = time::timeout(request.timeout, JsFuture::from(fetch(&outgoing)))
            .await
            .map_err(|_| timed_out("the head did not arrive in time"))?
            .map_err(broken)?;
        let answer: web_sys::Response = answer.unchecked_into();
        let headers = headers(&answer).map_err(broken)?;
        let expectation = Expectation {
            length: expected_length(&request, &answer, &headers),
            timeout: request.timeout,
        };
        let body = body::stream(answer.body(), abort, expectation)?;
        Ok(Response { status: answer.status(), headers, body })
    }
}

pub(super) fn timed_out(detail: &str) -> BridgeError {
    BridgeError::new(ErrorKind::TimedOut, OPERATION).with_detail(detail)
}

/// A failure to connect, or of the connection.
pub(super) fn broken(error: JsValue) -> BridgeError {
    let error = NodeError::from(error);
    let kind = match error.kind() {
        kind @ (ErrorKind::Offline | ErrorKind::TimedOut | ErrorKind::Cancelled) => kind,
        // Refused, reset, no such name: the reason is in the source.
        _ => ErrorKind::Unavailable,
    };
    BridgeError::new(kind, OPERATION).with_source(error)
}

fn check_url(url: &str) -> Result<()> {
    let fits = Url::new(url).is_ok_and(|url| {
        matches!(url.protocol().as_str(), "http:" | "https:") && !url.host().is_empty()
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
    // Unlike a browser, Node then gives us the redirect itself.
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    if !request.body.is_empty() {
        init.set_body(&Uint8Array::from(&request.body[..]));
    }
    web_sys::Request::new_with_str_and_init(&request.url, &init)
}

fn headers(answer: &web_sys::Response) -> Result<Headers, JsValue> {
    let mut headers = Headers::new();
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
    headers: &Headers,
) -> Option<u64> {
    let has_body = request.method != Method::Head && !matches!(answer.status(), 204 | 205 | 304);
    // We get the body decoded, but its length is that of the encoded one.
    if !has_body || headers.get("content-encoding").is_some() {
        return None;
    }
    headers.get("content-length")?.trim().parse().ok()
}
