//! Asking a drive's HTTP interface.

use std::sync::Arc;
use std::time::Duration;

use bridge_traits::{BoxFuture, BridgeError, ByteRange, ErrorKind, HttpClient, Request, Response};
use bytes::Bytes;
use core_async::time::sleep;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::provider::ProviderError;

/// A page of a thousand items with long names has about a megabyte.
const LONGEST_PAGE: usize = 32 * 1024 * 1024;
/// More than any error needs.
const LONGEST_ERROR: usize = 64 * 1024;
/// How often a request is sent that the drive refuses because there were too many.
const TRIES: u32 = 6;
/// The longest wait a drive may ask for within an answer.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(10 * 60);

/// A refused request: status and, where there is one, the JSON body.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// The address it names instead.
    pub(super) location: Option<String>,
    pub(super) body: Value,
}

/// Asks in the name of an account.
#[derive(Clone, Debug)]
pub(super) struct Api {
    http: Arc<dyn HttpClient>,
}

impl Api {
    pub(super) fn new(http: Arc<dyn HttpClient>) -> Self {
        Self { http }
    }

    /// A JSON answer, or what was refused.
    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        request: Request,
        is_throttled: fn(&Refusal) -> bool,
    ) -> Result<Result<T, Refusal>, ProviderError> {
        let body = match self.page(request, is_throttled).await? {
            Ok(body) => body,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let value = serde_json::from_slice(&body)
            .map_err(|_| ProviderError::Protocol("a page is not the JSON it should be"))?;
        Ok(Ok(value))
    }

    /// What is answered, whole. In a box, so that its code is there once.
    fn page(
        &self,
        request: Request,
        is_throttled: fn(&Refusal) -> bool,
    ) -> BoxFuture<'_, Result<Result<Bytes, Refusal>, ProviderError>> {
        Box::pin(async move {
            match self.send(request, is_throttled).await? {
                Ok(response) => Ok(Ok(response.bytes(LONGEST_PAGE).await?)),
                Err(refusal) => Ok(Err(refusal)),
            }
        })
    }

    /// Part of a file of `size` bytes. It is refused if the answer is another part than was asked for, or
    /// part of a file of another size.
    pub(super) async fn part(
        &self,
        request: Request,
        offset: u64,
        length: usize,
        size: Option<u64>,
        is_throttled: fn(&Refusal) -> bool,
    ) -> Result<Result<Bytes, Refusal>, ProviderError> {
        let last = offset.saturating_add(length as u64).saturating_sub(1);
        let request = request.with_range(ByteRange { start: offset, last: Some(last) });
        let response = match self.send(request, is_throttled).await? {
            Ok(response) => response,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let is_asked_for = match response.status {
            206 => begins_at(&response, offset, length),
            // The drive ignores ranges: what comes begins at the beginning (RFC 9110 § 14.2).
            200 => offset == 0,
            _ => false,
        };
        if !is_asked_for {
            return Err(ProviderError::Protocol("another part of the file than was asked for"));
        }
        let range = response.headers.get("content-range").and_then(ByteRange::parse_content_range);
        let found = range.and_then(|(_, whole)| whole);
        if found.zip(size).is_some_and(|(found, size)| found != size) {
            let error = BridgeError::new(ErrorKind::Conflict, "drive.read");
            return Err(error.with_detail("the file has other content now").into());
        }
        Ok(Ok(prefix(response, length).await?))
    }

    /// Sends a request, again after a while if the drive says that there were too many.
    pub(super) async fn send(
        &self,
        request: Request,
        is_throttled: fn(&Refusal) -> bool,
    ) -> Result<Result<Response, Refusal>, ProviderError> {
        let mut patience = Patience::default();
        loop {
            let response = self.http.send(request.clone()).await?;
            if response.is_success() {
                return Ok(Ok(response));
            }
            let status = response.status;
            let location = response.headers.get("location").map(str::to_owned);
            let body = response.bytes(LONGEST_ERROR).await.unwrap_or_default();
            let body = serde_json::from_slice(&body).unwrap_or_default();
            let refusal = Refusal { status, location, body };
            if !is_throttled(&refusal) || !patience.wait(None).await {
                return Ok(Err(refusal));
            }
        }
    }
}

/// Waits between tries, as long as there may be another.
#[derive(Debug, Default)]
pub(super) struct Patience {
    tries: u32,
}

impl Patience {
    /// Waits, twice as long each time, or as long as the drive `asked` for, if that is not too long
    /// to wait for. Says whether to try again.
    pub(super) async fn wait(&mut self, asked: Option<Duration>) -> bool {
        self.tries += 1;
        let may_try = self.tries < TRIES && asked.is_none_or(|asked| asked <= LONGEST_WAIT);
        if may_try {
            let wait = Duration::from_secs(1 << (self.tries - 1));
            sleep(asked.map_or(wait, |asked| asked.max(wait))).await;
        }
        may_try
    }
}

impl Refusal {
    /// A refusal of which nothing else is known.
    pub(super) fn of(status: u16) -> Self {
        Self { status, location: None, body: Value::Null }
    }

    /// What the status means.
    pub(super) fn into_error(self, operation: &'static str) -> ProviderError {
        // What is said about the token is no matter of the one thing that was asked for.
        let operation = if self.status == 401 { "auth.refused" } else { operation };
        let kind = match self.status {
            401 | 403 => ErrorKind::PermissionDenied,
            404 | 410 => ErrorKind::NotFound,
            // No such range: the file is not what it was.
            409 | 412 | 416 => ErrorKind::Conflict,
            // A failed dependency: too many parts of a batch, as Graph says it.
            424 | 429 => ErrorKind::RateLimited { retry_after: None },
            408 | 425 | 500..=599 => ErrorKind::Unavailable,
            _ => ErrorKind::InvalidRequest,
        };
        let detail = format!("status {}", self.status);
        BridgeError::new(kind, operation).with_detail(detail).into()
    }
}

/// Whether a partial answer is the part that was asked for. In browsers a server of another origin
/// may keep `Content-Range` from us: then its length, which it cannot, has to fit.
fn begins_at(response: &Response, offset: u64, length: usize) -> bool {
    match response.headers.get("content-range") {
        Some(range) => {
            ByteRange::parse_content_range(range).is_some_and(|(range, _)| range.start == offset)
        }
        None => {
            let kind = response.headers.get("content-type").unwrap_or_default();
            let fits = response.content_length().is_some_and(|all| all <= length as u64);
            fits && !kind.starts_with("multipart/")
        }
    }
}

/// The first `length` bytes of a body; dropping the rest closes the connection.
pub(super) async fn prefix(mut response: Response, length: usize) -> Result<Bytes, BridgeError> {
    use futures::StreamExt;
    let mut bytes = bytes::BytesMut::new();
    while bytes.len() < length {
        let Some(piece) = response.body.next().await else { break };
        bytes.extend_from_slice(&piece?);
    }
    bytes.truncate(length);
    Ok(bytes.freeze())
}
