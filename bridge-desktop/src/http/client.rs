//! The HTTP adapter.

use bridge_traits::{
    BridgeError, ErrorKind, Headers, HttpCapabilities, HttpClient, Method, Reach, Request,
    Response, Result,
};
use core_async::time::{Duration, timeout};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Url, redirect, retry};

use super::body;
use super::error::{send_error, timed_out};
use super::reach::{self, PublicResolver};

const SEND: &str = "http.send";

/// HTTP/1.1 and HTTP/2 over the computer's network, with its proxies and trusted certificates.
///
/// It adds nothing of its own: no redirects, no retries, no cookies, no decompression. Bodies
/// arrive as they were stored unless the caller sets `Accept-Encoding`, so lengths and ranges are
/// those of the resource. Connections are kept for the next request.
///
/// Requests that may reach public addresses only ([`Reach::Public`]) have connections of their own
/// and use no proxy, because a proxy would choose the address.
#[derive(Clone, Debug)]
pub struct ReqwestHttpClient {
    anywhere: Client,
    public: Client,
    connect_timeout: Duration,
}

impl ReqwestHttpClient {
    /// How long a connection may take to be made unless the host says otherwise.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// A client with its own pool of connections.
    ///
    /// The first one in a process also chooses ring for cryptography, unless the host already
    /// chose something.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` if the computer's trusted certificates cannot be read.
    pub fn new() -> Result<Self> {
        Self::with_connect_timeout(Self::CONNECT_TIMEOUT)
    }

    /// As [`new`](Self::new), with another limit for making a connection.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn with_connect_timeout(connect_timeout: Duration) -> Result<Self> {
        Self::build(connect_timeout, &[])
    }

    /// As [`new`](Self::new), and trusts these certificates in PEM form (RFC 7468) beside those of the
    /// computer: for a server of one's own whose certificate nobody else has signed.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for what is no certificate, and as [`new`](Self::new) does.
    pub fn trusting(certificates: &[u8]) -> Result<Self> {
        let unreadable =
            |error| BridgeError::new(ErrorKind::InvalidRequest, "http.new").with_source(error);
        let trusted = Certificate::from_pem_bundle(certificates).map_err(unreadable)?;
        if trusted.is_empty() {
            return Err(BridgeError::new(ErrorKind::InvalidRequest, "http.new")
                .with_detail("there is no certificate in PEM form"));
        }
        Self::build(Self::CONNECT_TIMEOUT, &trusted)
    }

    fn build(connect_timeout: Duration, trusted: &[Certificate]) -> Result<Self> {
        // An error only says that the host was first.
        rustls::crypto::ring::default_provider().install_default().ok();
        let builder = || {
            let builder = Client::builder().connect_timeout(connect_timeout);
            builder.tls_certs_merge(trusted.iter().cloned())
        };
        let anywhere = build(builder())?;
        let public = build(builder().no_proxy().dns_resolver(PublicResolver))?;
        Ok(Self { anywhere, public, connect_timeout })
    }
}

fn build(builder: ClientBuilder) -> Result<Client> {
    builder
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .build()
        .map_err(|error| BridgeError::new(ErrorKind::Unavailable, "http.new").with_source(error))
}

#[core_async::async_trait]
impl HttpClient for ReqwestHttpClient {
    async fn send(&self, request: Request) -> Result<Response> {
        let (deadlines, reach) = (request.deadlines, request.reach);
        let request = convert(request)?;
        let url = request.url().to_string();
        let client = match reach {
            Reach::Anywhere => &self.anywhere,
            // The safe reading of whatever comes to be.
            _ => {
                reach::check_url(request.url())?;
                &self.public
            }
        };
        let response = timeout(deadlines.head, client.execute(request))
            .await
            .map_err(|_| timed_out(SEND))?
            .map_err(send_error)?;
        let mut headers = Headers::new();
        for (name, value) in response.headers() {
            headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        let status = response.status().as_u16();
        Ok(Response { status, url, headers, body: body::stream(response, deadlines.idle) })
    }

    fn capabilities(&self) -> HttpCapabilities {
        HttpCapabilities::new().with_connect_timeout(self.connect_timeout).with_address_checks()
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
