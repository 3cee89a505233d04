//! HTTP/1.1 on a blocking connection, as much of it as the cases need.

use std::io::{self, Read, Write};
use std::sync::Arc;

use bytes::Bytes;

use super::answer::{Answer, Asked, Body, DRIP, ENDLESS_LIMIT, endless_piece};
use super::server::{CloseGuard, Tracker};

/// The longest head and the largest body that are read.
const LONGEST_HEAD: usize = 64 * 1024;
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// What lets a page of any origin read the answers, isolated pages included.
const OPEN_TO_ALL: &str = "access-control-allow-origin: *\r\n\
    access-control-allow-methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, PROPFIND\r\n\
    access-control-expose-headers: *\r\n\
    cross-origin-resource-policy: cross-origin\r\n";

/// Reads one request; `None` if the client left without asking.
pub(super) fn read_request(stream: &mut impl Read) -> io::Result<Option<Asked>> {
    let mut received = Vec::new();
    let head_length = loop {
        if let Some(at) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if received.len() > LONGEST_HEAD {
            return Err(malformed());
        }
        if read_some(stream, &mut received)? == 0 {
            return if received.is_empty() { Ok(None) } else { Err(malformed()) };
        }
    };
    let head = String::from_utf8_lossy(&received[..head_length]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(path)) = (first.next(), first.next()) else { return Err(malformed()) };
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut asked =
        Asked { method: method.to_owned(), path: path.to_owned(), headers, body: Bytes::new() };
    let length = asked.header("content-length").map_or(Ok(0), str::parse::<usize>);
    let length = length.map_err(|_| malformed())?;
    if length > LARGEST_BODY {
        return Err(malformed());
    }
    if asked.header("expect").is_some() {
        return Err(malformed());
    }
    let mut body = received.split_off(head_length + 4);
    while body.len() < length {
        if read_some(stream, &mut body)? == 0 {
            return Err(malformed());
        }
    }
    asked.body = body.into();
    Ok(Some(asked))
}

/// Writes one answer. Where the client leaves before the end, the tracker knows.
pub(super) fn write_answer(
    stream: &mut (impl Read + Write),
    answer: Answer,
    asked: &Asked,
    tracker: &Arc<Tracker>,
) -> io::Result<()> {
    if let Body::Never(token) = &answer.body {
        let _closes = CloseGuard::new(tracker, token);
        return wait_for_the_end(stream);
    }
    if matches!(answer.body, Body::HangUp) {
        return Ok(());
    }
    let mut head = format!("HTTP/1.1 {} Status\r\nconnection: close\r\n", answer.status);
    head.push_str(OPEN_TO_ALL);
    if !answer.headers.iter().any(|(name, _)| *name == "cache-control") {
        head.push_str("cache-control: no-store\r\n");
    }
    let wanted = asked.header("access-control-request-headers").unwrap_or("*");
    head.push_str(&format!("access-control-allow-headers: {wanted}\r\n"));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match &answer.body {
        // A 204 and a 304 have no body and no length (RFC 9110 § 8.6).
        Body::Whole(_) if matches!(answer.status, 204 | 304) => {}
        Body::Whole(body) => head.push_str(&format!("content-length: {}\r\n", body.len())),
        Body::LengthOnly(length)
        | Body::Short { announced: length, .. }
        | Body::Stalled { announced: length, .. } => {
            head.push_str(&format!("content-length: {length}\r\n"));
        }
        _ => head.push_str("transfer-encoding: chunked\r\n"),
    }
    if let Body::DrippingHead(token) = &answer.body {
        let _closes = CloseGuard::new(tracker, token);
        return drip_for_ever(stream, &head);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    write_body(stream, answer, asked, tracker)?;
    stream.flush()
}

fn write_body(
    stream: &mut (impl Read + Write),
    answer: Answer,
    asked: &Asked,
    tracker: &Arc<Tracker>,
) -> io::Result<()> {
    match answer.body {
        Body::Whole(_) if matches!(answer.status, 204 | 304) || asked.method == "HEAD" => Ok(()),
        Body::LengthOnly(_) | Body::Never(_) | Body::DrippingHead(_) | Body::HangUp => Ok(()),
        Body::Whole(body) | Body::Short { sent: body, .. } => stream.write_all(&body),
        Body::Chunked(pieces) => {
            for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
                write_chunk(stream, piece)?;
            }
            stream.write_all(b"0\r\n\r\n")
        }
        Body::BrokenChunks(sent) => write_chunk(stream, &sent),
        Body::Dripping(body) => {
            for byte in body {
                pause();
                write_chunk(stream, &[byte])?;
                stream.flush()?;
            }
            stream.write_all(b"0\r\n\r\n")
        }
        Body::Stalled { sent, token, .. } => {
            let _closes = CloseGuard::new(tracker, &token);
            stream.write_all(&sent)?;
            stream.flush()?;
            wait_for_the_end(stream)
        }
        Body::Endless(token) => {
            let _closes = CloseGuard::new(tracker, &token);
            let piece = endless_piece();
            while tracker.add_sent(&token, piece.len()) < ENDLESS_LIMIT {
                write_chunk(stream, &piece)?;
            }
            Ok(())
        }
    }
}

fn write_chunk(stream: &mut impl Write, piece: &[u8]) -> io::Result<()> {
    stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
    stream.write_all(piece)?;
    stream.write_all(b"\r\n")
}

/// Sends a head and then one more header that never ends, until the client has gone.
fn drip_for_ever(stream: &mut impl Write, head: &str) -> io::Result<()> {
    for byte in head.bytes().chain(b"x-drip: ".iter().copied()).chain(std::iter::repeat(b'x')) {
        pause();
        stream.write_all(&[byte])?;
        stream.flush()?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "each connection has a thread of its own")]
fn pause() {
    std::thread::sleep(DRIP);
}

/// Reads until the client closes its side.
fn wait_for_the_end(stream: &mut impl Read) -> io::Result<()> {
    let mut ignored = Vec::new();
    while read_some(stream, &mut ignored)? > 0 {
        ignored.clear();
    }
    Ok(())
}

fn read_some(stream: &mut impl Read, into: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; 16 * 1024];
    let length = stream.read(&mut buffer)?;
    into.extend_from_slice(&buffer[..length]);
    Ok(length)
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "this is not a request the test server knows")
}
