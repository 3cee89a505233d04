//! Requests and answers, free of any transport.

use std::collections::BTreeMap;
use std::sync::Arc;

use bridge_memory::{MemoryHttpClient, MemoryResponse};
use bridge_traits::{BridgeError, ErrorKind, Headers, Method, Request};
use bytes::Bytes;
use core_async::task::yield_now;
use serde_json::Value;

/// What was asked of a service.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The method.
    pub method: Method,
    /// The origin that was asked.
    pub origin: String,
    /// The path, without the origin.
    pub path: String,
    /// The parameters of the query.
    pub query: BTreeMap<String, String>,
    /// The header fields.
    pub headers: Headers,
    /// The body.
    pub body: Bytes,
}

impl Ask {
    /// Takes a request apart.
    pub fn of(request: &Request) -> Self {
        let host = request.url.find("://").map_or(0, |colon| colon + 3);
        let end = request.url[host..].find('/').map_or(request.url.len(), |slash| host + slash);
        let (origin, target) = request.url.split_at(end);
        let target = if target.is_empty() { "/" } else { target };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: request.method,
            origin: origin.to_owned(),
            path: path.to_owned(),
            query: pairs(query.as_bytes()),
            headers: request.headers.clone(),
            body: request.body.clone(),
        }
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// The fields of a form.
    pub fn form(&self) -> BTreeMap<String, String> {
        pairs(&self.body)
    }

    /// The bearer token.
    pub fn bearer(&self) -> Option<&str> {
        self.headers.get("authorization")?.strip_prefix("Bearer ")
    }
}

fn pairs(text: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// What a service answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status; 0 for a connection that breaks without an answer.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How much of the body arrives before the connection breaks; all of it for `None`.
    pub cut_after: Option<usize>,
    /// Whether the connection stays open instead of breaking, and nothing more ever comes.
    pub stalls: bool,
}

impl Answer {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        let (headers, body) = (Vec::new(), Bytes::new());
        Self { status, headers, body, cut_after: None, stalls: false }
    }

    /// A JSON answer.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::status(status)
            .with_header("content-type", "application/json")
            .with_body(value.to_string())
    }

    /// No answer: the connection breaks.
    pub fn broken() -> Self {
        Self::status(0)
    }

    /// No answer, ever: the connection stays open.
    pub fn silent() -> Self {
        Self { stalls: true, ..Self::broken() }
    }

    /// How much of the body arrives before something happens to the connection.
    pub(crate) fn cut(&self) -> Option<usize> {
        match (self.status, self.stalls, self.cut_after) {
            (0, ..) => Some(0),
            (_, true, cut) => Some(cut.unwrap_or(self.body.len()).min(self.body.len())),
            (_, false, cut) => cut.filter(|cut| *cut < self.body.len()),
        }
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

/// Has `client` ask `service` for everything that begins with `origin`. Others get their turn while
/// a request and its answer travel, as they do over a network.
pub fn serve<S>(client: &MemoryHttpClient, origin: &str, service: &Arc<S>)
where
    S: Fn(Ask) -> Answer + Send + Sync + 'static,
{
    let service = Arc::clone(service);
    client.route(origin, move |request| {
        let service = Arc::clone(&service);
        async move {
            yield_now().await;
            let answer = service(Ask::of(&request));
            yield_now().await;
            if answer.status == 0 && answer.stalls {
                std::future::pending::<()>().await;
            }
            respond(answer)
        }
    });
}

fn respond(answer: Answer) -> Result<MemoryResponse, BridgeError> {
    if answer.status == 0 {
        return Err(BridgeError::new(ErrorKind::Unavailable, "http.send")
            .with_detail("the connection was closed"));
    }
    let mut response = MemoryResponse::new(answer.status);
    for (name, value) in &answer.headers {
        response = response.with_header(name, value);
    }
    let Some(cut) = answer.cut() else { return Ok(response.with_body(answer.body)) };
    let response = response.with_body(answer.body.slice(..cut));
    Ok(match answer.stalls {
        true => response.then_stalled(),
        false => response.then_disconnected(),
    })
}
