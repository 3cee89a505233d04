//! What is asked of a server.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::{ByteRange, Deadlines, Headers, Method};

/// Whether the policy layer may send a request again.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Retry {
    /// If sending it twice has the effect of sending it once (RFC 9110 § 9.2.2), or if it carries
    /// an `Idempotency-Key`.
    #[default]
    IfIdempotent,
    /// Always: the caller knows that a second one does no harm.
    Always,
    /// Never, not even after a failure to connect.
    Never,
}

/// Who follows a redirect.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Redirects {
    /// Nobody below the caller: it is returned.
    #[default]
    Returned,
    /// The host, where it would hide the redirect otherwise. For requests without credentials
    /// only, since the host decides what it takes along.
    FollowedByHost,
    /// Nobody, the policy layer included: the redirect itself is the answer. For endpoints that
    /// have no business redirecting, such as those that hand out tokens.
    Refused,
}

/// Which computers a request may reach.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Reach {
    /// Any, the own computer and the local network included: for addresses a person chose.
    #[default]
    Anywhere,
    /// Public ones only: for addresses that come from somebody else's data, such as a playlist or
    /// a picture in a tag, which must not become requests to the router.
    Public,
}

/// An HTTP request.
///
/// `Debug` shows neither secret headers nor the query, where tokens may be.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute `http` or `https` address.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Bytes,
    /// The longest waits.
    pub deadlines: Deadlines,
    /// Whether it may be sent again.
    pub retry: Retry,
    /// Who follows a redirect.
    pub redirects: Redirects,
    /// Which computers it may reach.
    pub reach: Reach,
}

impl Request {
    /// A request without headers or body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Headers::new(),
            body: Bytes::new(),
            deadlines: Deadlines::default(),
            retry: Retry::default(),
            redirects: Redirects::default(),
            reach: Reach::default(),
        }
    }

    /// A `GET` request.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }

    /// Sets a header field.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// Sets a header field that holds a credential; see [`Headers::set_secret`].
    #[must_use]
    pub fn with_secret_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set_secret(name, value);
        self
    }

    /// Sets the bearer token (RFC 6750 § 2.1).
    #[must_use]
    pub fn with_bearer(self, token: &str) -> Self {
        self.with_secret_header("authorization", format!("Bearer {token}"))
    }

    /// Asks for part of the resource.
    #[must_use]
    pub fn with_range(self, range: ByteRange) -> Self {
        let value = range.header_value();
        self.with_header("range", value)
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a body of this media type.
    #[must_use]
    pub fn with_typed_body(self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.with_header("content-type", media_type).with_body(body)
    }

    /// Sets the longest wait for the head and for each piece of the body.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.deadlines.head = timeout;
        self.deadlines.idle = timeout;
        self
    }

    /// Sets the longest wait of each phase.
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// Sets whether it may be sent again.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Sets who follows a redirect.
    #[must_use]
    pub fn with_redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = redirects;
        self
    }

    /// Sets which computers it may reach.
    #[must_use]
    pub fn with_reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &without_query(&self.url))
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("deadlines", &self.deadlines)
            .field("retry", &self.retry)
            .field("redirects", &self.redirects)
            .field("reach", &self.reach)
            .finish()
    }
}

/// An address as a log may show it.
pub(super) fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}
