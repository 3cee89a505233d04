//! Asking for a range, and telling exactly what came back.

use super::part::exactly;
use super::{Part, TransferFault, Validator};
use crate::{ByteRange, Headers, HttpClient, Request, Response, Result};

/// What a server made of a request for a range.
#[derive(Debug)]
pub enum RangeAnswer {
    /// The range, or a shorter one that begins at the same byte (RFC 9110 § 15.3.7).
    Part(Part),
    /// All of the file from its first byte on: the server knows no ranges, or the validator no
    /// longer fits.
    Whole(Part),
    /// The file ends before the range begins.
    PastEnd {
        /// How long the file is, where the server said so.
        total: Option<u64>,
    },
    /// Something else, for example `404`. The response is as it came.
    Other(Response),
}

/// Asks for `range` of `request`'s address, on condition that the file is still the version
/// `known`.
///
/// The condition is sent as `If-Range` and checked again on the answer, because there are servers
/// that ignore it.
///
/// # Errors
///
/// Fails as the client does, and with a [`TransferFault`] as its source: `Conflict` if the part
/// belongs to another version, `Corrupt` if it is not what was asked for.
///
/// # Examples
///
/// ```
/// # use bridge_traits::{ByteRange, HttpClient, Request, Result};
/// use bridge_traits::download::{RangeAnswer, send_range};
///
/// # async fn example(client: &dyn HttpClient) -> Result<()> {
/// let request = Request::get("https://music.example/a.flac");
/// match send_range(client, request, ByteRange::from_start(1_000), None).await? {
///     RangeAnswer::Part(part) => assert_eq!(part.start, 1_000),
///     RangeAnswer::Whole(part) => assert_eq!(part.start, 0),
///     RangeAnswer::PastEnd { total } => println!("the file has only {total:?} bytes"),
///     RangeAnswer::Other(response) => println!("status {}", response.status),
/// }
/// # Ok(())
/// # }
/// ```
pub async fn send_range(
    client: &dyn HttpClient,
    request: Request,
    range: ByteRange,
    known: Option<&Validator>,
) -> Result<RangeAnswer> {
    let mut request = request.with_range(range);
    if let Some(known) = known {
        request = request.with_header("if-range", known.as_str());
    }
    let response = client.send(request).await?;
    Ok(match response.status {
        206 => RangeAnswer::Part(part(response, range, known)?),
        200 => RangeAnswer::Whole(whole(response)?),
        416 => {
            let total = response.headers.get("content-range").and_then(total_of_unsatisfied);
            RangeAnswer::PastEnd { total }
        }
        _ => RangeAnswer::Other(response),
    })
}

fn part(
    response: Response,
    asked: ByteRange,
    known: Option<&Validator>,
) -> Result<Part, TransferFault> {
    let headers = &response.headers;
    let is_multipart = |kind: &str| kind.trim().to_ascii_lowercase().starts_with("multipart/");
    if headers.get("content-type").is_some_and(is_multipart) {
        return Err(TransferFault::Multipart);
    }
    check_encoding(headers)?;
    let told = headers.get("content-range").and_then(ByteRange::parse_content_range);
    let (range, total) = told.ok_or(TransferFault::WrongRange)?;
    let last = range.last.ok_or(TransferFault::WrongRange)?;
    if range.start != asked.start || asked.last.is_some_and(|most| last > most) {
        return Err(TransferFault::WrongRange);
    }
    let length = last - range.start + 1;
    if response.content_length().is_some_and(|told| told != length) {
        return Err(TransferFault::WrongRange);
    }
    let validator = Validator::of(headers);
    if known.is_some() && known != validator.as_ref() {
        return Err(TransferFault::Changed);
    }
    let body = exactly(response.body, Some(length));
    Ok(Part { start: range.start, length: Some(length), total, validator, body })
}

fn whole(response: Response) -> Result<Part, TransferFault> {
    check_encoding(&response.headers)?;
    let length = response.content_length();
    let validator = Validator::of(&response.headers);
    let body = exactly(response.body, length);
    Ok(Part { start: 0, length, total: length, validator, body })
}

/// Offsets count the bytes of the file, not those of its compressed form.
fn check_encoding(headers: &Headers) -> Result<(), TransferFault> {
    let is_plain = |encoding: &str| matches!(encoding.trim(), "" | "identity");
    let mut encodings = headers.all("content-encoding");
    if encodings.all(is_plain) { Ok(()) } else { Err(TransferFault::Encoded) }
}

/// Reads the `bytes */1000` of a 416 (RFC 9110 § 14.4).
fn total_of_unsatisfied(value: &str) -> Option<u64> {
    value.trim().strip_prefix("bytes")?.trim_start().strip_prefix("*/")?.trim().parse().ok()
}
