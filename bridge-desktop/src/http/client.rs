//! The HTTP adapter.

use bridge_traits::{
    BridgeError, ErrorKind, Headers, HttpClient, Method, Request, Response, Result,
};
use core_async::time::timeout;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url, redirect, retry};

use super::body;
use super::error::{bridge_error, timed_out};

const SEND: &str = "http.send";

/// HTTP/1.1 and HTTP/2 over the computer's network, with its proxies and trusted certificates.
///
/// It adds nothing of its own: no redirects, no retries, no cookies, no decompression. Bodies
/// arrive as they were stored unless the caller sets `Accept-Encoding`, so lengths and ranges are
/// those of the resource. Connections are kept for the next request.
#[derive(Clone, Debug)]
pub struct ReqwestHttpClient {
    client: Client,
}

impl ReqwestHttpClient {
    /// A client with its own pool of connections.
    ///
    /// The first one in a process also chooses ring for cryptography, unless the host already
    /// chose something.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` if the computer's trusted certificates cannot be read.
    pub fn new() -> Result<Self> {
        // An error only says that the host was first.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .build()
            .map_err(|error| {
                BridgeError::new(ErrorKind::Unavailable, "http.new").with_source(error)
            })?;
        Ok(Self { client })
    }
}

#[core_async::async_trait]
impl HttpClient for ReqwestHttpClient {
    async fn send(&self, request: Request) -> Result<Response> {
        let wait = request.timeout;
        let pending = self.client.execute(convert(request)?);
        let response = timeout(wait, pending)
            .await
            .map_err(|_| timed_out(SEND))?
            .map_err(|error| bridge_error(SEND, error))?;
        let mut headers = Headers::new();
        for (name, value) in response.headers() {
            headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        let status = response.status().as_u16();
        Ok(Response { status, headers, body: body::stream(response, wait) })
    }
}

fn convert(request: Request) -> Result<reqwest::Request> {
    // The address stays out of the error: it may carry a token.
    let url = Url::parse(&request.url).map_err(|_| invalid("this is not an absolute address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("only http and https are accepted"));
    }
    let mut converted = reqwest::Request::new(method(request.method)?, url);
    *converted.headers_mut() = header_map(&request.headers)?;
    if !request.body.is_empty() {
        *converted.body_mut() = Some(request.body.into());
    }
    Ok(converted)
}

fn method(method: Method) -> Result<reqwest::Method> {
    reqwest::Method::from_bytes(method.as_str().as_bytes())
        .map_err(|_| invalid("this method cannot be sent"))
}

fn header_map(headers: &Headers) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter() {
        let (Ok(header), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        else {
            return Err(invalid(format!("the header {name:?} holds what a header cannot")));
        };
        map.append(header, value);
    }
    map.entry(reqwest::header::ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));
    Ok(map)
}

fn invalid(detail: impl Into<String>) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, SEND).with_detail(detail)
}
