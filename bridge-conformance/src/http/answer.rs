//! What the test server answers to which address.

use bytes::Bytes;
use core_async::time::Duration;

use super::misbehaviour;
use super::server::Tracker;

/// A request as the server sees it; header names are in lower case.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer, apart from how it is put on the wire.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

/// How the body is sent.
#[derive(Debug)]
pub(super) enum Body {
    /// All of it, with its length announced.
    Whole(Bytes),
    /// Only the length, as for `HEAD`.
    LengthOnly(u64),
    /// In chunks, without a length.
    Chunked(Vec<Bytes>),
    /// Less than announced, and then the connection closes.
    Short { announced: u64, sent: Bytes },
    /// In chunks, and then the connection closes without the last one.
    BrokenChunks(Bytes),
    /// The first part, and then nothing until the client leaves.
    Stalled { announced: u64, sent: Bytes, token: String },
    /// Chunks for as long as the client takes them, counted under this token.
    Endless(String),
    /// Not even a head, until the client leaves.
    Never(String),
    /// A head that comes a byte at a time and never ends.
    DrippingHead(String),
    /// This, a byte at a time.
    Dripping(Bytes),
    /// Nothing: the connection closes before there is a head.
    HangUp,
}

/// How much an endless body sends at most, so that a client that swallows everything fails instead
/// of filling the memory.
pub(super) const ENDLESS_LIMIT: u64 = 256 * 1024 * 1024;

/// The pause between two bytes of what drips.
pub(super) const DRIP: Duration = Duration::from_millis(50);

/// One piece of an endless body.
pub(super) fn endless_piece() -> Bytes {
    Bytes::from(vec![b'x'; 64 * 1024])
}

/// The content of `/bytes/{length}`.
pub(super) fn content(length: usize) -> Bytes {
    (0..length).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect()
}

/// Answers `asked`.
pub(super) fn answer(asked: &Asked, tracker: &Tracker) -> Answer {
    let path = asked.path.split('?').next().unwrap_or_default();
    let mut parts = path.trim_start_matches('/').splitn(2, '/');
    let (name, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let token = rest.to_owned();
    match name {
        // A browser asks first whether it may send an unusual request to another origin.
        _ if asked.method == "OPTIONS" => whole(204, ""),
        "echo" => whole(200, echo(asked)),
        "status" => whole(rest.parse().unwrap_or(400), format!("status {rest}")),
        "bytes" => bytes(asked, content(rest.parse().unwrap_or(0))),
        "headers" => Answer {
            headers: vec![
                ("X-MiXeD", "Some Value".into()),
                ("x-many", "one".into()),
                ("X-Many", "two".into()),
                ("x-empty", String::new()),
            ],
            ..whole(200, "")
        },
        "redirect" => {
            Answer { headers: vec![("location", "/echo".into())], ..whole(302, "elsewhere") }
        }
        "chunked" => {
            let pieces = ["first ", "", "second ", "third"].map(Bytes::from);
            Answer { body: Body::Chunked(pieces.into()), ..whole(200, "") }
        }
        "short" => {
            let body = Body::Short { announced: 100, sent: "0123456789".into() };
            Answer { body, ..whole(200, "") }
        }
        "short-chunked" => {
            Answer { body: Body::BrokenChunks("0123456789".into()), ..whole(200, "") }
        }
        "slow-body" => {
            let body = Body::Stalled { announced: 100, sent: "0123456789".into(), token };
            Answer { body, ..whole(200, "") }
        }
        "slow-head" => Answer { body: Body::Never(token), ..whole(200, "") },
        "endless" => Answer { body: Body::Endless(token), ..whole(200, "") },
        "opened" => whole(200, tracker.opened(rest).to_string()),
        "closed" => whole(200, tracker.is_closed(rest).to_string()),
        "sent" => whole(200, tracker.sent(rest).to_string()),
        name => misbehaviour::answer(name, rest, asked, tracker)
            .unwrap_or_else(|| whole(404, "not found")),
    }
}

pub(super) fn whole(status: u16, body: impl Into<Bytes>) -> Answer {
    Answer { status, headers: Vec::new(), body: Body::Whole(body.into()) }
}

/// Method, address and headers, one per line, an empty line, and the body.
fn echo(asked: &Asked) -> Bytes {
    let mut text = format!("{} {}\n", asked.method, asked.path);
    for (name, value) in &asked.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push('\n');
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(&asked.body);
    bytes.into()
}

/// A file with ranges and a validator (RFC 9110 § 13 and § 14).
fn bytes(asked: &Asked, content: Bytes) -> Answer {
    let total = content.len() as u64;
    let tag = format!("\"v{total}\"");
    let mut headers = vec![("etag", tag.clone()), ("accept-ranges", "bytes".into())];
    if asked.header("if-none-match") == Some(&tag) {
        return Answer { headers, ..whole(304, "") };
    }
    let range = asked.header("range").and_then(|range| parse_range(range, total));
    let (status, body) = match range {
        None => (200, content),
        Some((start, _)) if start >= total => {
            headers.push(("content-range", format!("bytes */{total}")));
            return Answer { headers, ..whole(416, "") };
        }
        Some((start, last)) => {
            headers.push(("content-range", format!("bytes {start}-{last}/{total}")));
            let index = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
            (206, content.slice(index(start)..=index(last)))
        }
    };
    let body = match asked.method.as_str() {
        "HEAD" => Body::LengthOnly(body.len() as u64),
        _ => Body::Whole(body),
    };
    Answer { status, headers, body }
}

/// The range a request asks for: first and last byte; the last lies within the content if the first does.
pub(super) fn parse_range(value: &str, total: u64) -> Option<(u64, u64)> {
    let (start, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    let start = start.parse().ok()?;
    let last = if last.is_empty() { u64::MAX } else { last.parse().ok()? };
    (start <= last).then(|| (start, last.min(total.saturating_sub(1))))
}
