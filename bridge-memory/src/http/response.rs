//! What a scripted server answers.

use bridge_traits::{
    BridgeError, ByteRange, ByteStream, ErrorKind, Headers, Method, Request, Response,
};
use bytes::Bytes;
use futures::{StreamExt, stream};

/// How much of a body arrives at once.
const PIECE: usize = 16 * 1024;

/// An answer under construction.
///
/// The length is announced as for a real server, and the client checks that the body keeps to it.
pub struct MemoryResponse {
    status: u16,
    headers: Headers,
    body: ByteStream,
}

impl MemoryResponse {
    /// An answer without headers or body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Headers::new(), body: Box::pin(stream::empty()) }
    }

    /// A `200` with this content.
    pub fn ok(content: impl Into<Bytes>) -> Self {
        Self::new(200).with_body(content)
    }

    /// What a file server answers: ranges, `ETag`, `HEAD`, `If-None-Match` (RFC 9110 § 13, § 14).
    pub fn file(request: &Request, content: &Bytes) -> Self {
        let total = content.len() as u64;
        let tag = format!("\"{:x}-{total:x}\"", checksum(content));
        if request.headers.get("if-none-match") == Some(&tag) {
            return Self::new(304).with_header("etag", tag);
        }
        let unchanged = request.headers.get("if-range").is_none_or(|known| known == tag);
        let range = request.headers.get("range").filter(|_| unchanged).and_then(parse_range);
        let response = match range {
            None => Self::ok(content.clone()),
            Some(range) if range.start >= total => {
                Self::new(416).with_header("content-range", format!("bytes */{total}"))
            }
            Some(range) => {
                let last = range.last.unwrap_or(u64::MAX).min(total - 1);
                let slice = content.slice(index(range.start)..index(last + 1));
                Self::new(206)
                    .with_header("content-range", format!("bytes {}-{last}/{total}", range.start))
                    .with_body(slice)
            }
        };
        let response = response.with_header("accept-ranges", "bytes").with_header("etag", tag);
        if request.method == Method::Head { response.without_body() } else { response }
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Sets the body and announces its length.
    #[must_use]
    pub fn with_body(mut self, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        self.headers.set("content-length", content.len().to_string());
        let starts = (0..content.len()).step_by(PIECE);
        let pieces: Vec<_> = starts
            .map(|start| Ok(content.slice(start..content.len().min(start + PIECE))))
            .collect();
        self.body = Box::pin(stream::iter(pieces));
        self
    }

    /// Sets a body that arrives in its own time; its length is announced only by
    /// [`with_header`](Self::with_header).
    #[must_use]
    pub fn with_stream(mut self, body: ByteStream) -> Self {
        self.body = body;
        self
    }

    /// Ends the body with an error after what it has so far, as a broken connection does.
    #[must_use]
    pub fn then_disconnected(mut self) -> Self {
        let error = BridgeError::new(ErrorKind::Unavailable, "http.body")
            .with_detail("the connection was closed");
        self.body = Box::pin(self.body.chain(stream::iter([Err(error)])));
        self
    }

    /// Never ends the body after what it has so far, as a stalled connection does.
    #[must_use]
    pub fn then_stalled(mut self) -> Self {
        self.body = Box::pin(self.body.chain(stream::pending()));
        self
    }

    /// Keeps the headers only, as for `HEAD`.
    fn without_body(mut self) -> Self {
        self.body = Box::pin(stream::empty());
        self
    }

    pub(super) fn into_response(self, url: String) -> Response {
        Response { status: self.status, url, headers: self.headers, body: self.body }
    }
}

impl std::fmt::Debug for MemoryResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

fn parse_range(value: &str) -> Option<ByteRange> {
    let (start, last) = value.trim().strip_prefix("bytes=")?.split_once('-')?;
    let start = start.parse().ok()?;
    let last = if last.is_empty() { None } else { Some(last.parse().ok()?) };
    // An empty or unknown kind of range is ignored, as RFC 9110 § 14.2 asks.
    last.is_none_or(|last| start <= last).then_some(ByteRange { start, last })
}

/// An offset that is known to lie within the content.
fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// FNV-1a, which is enough to tell two contents of a test apart.
fn checksum(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
