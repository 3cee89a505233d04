//! The test server on the wire, without a socket.

use std::io::{self, Cursor, Read, Write};

use bridge_conformance::http::TestServer;

/// A client that has said everything and gone away from reading nothing.
struct Pipe {
    sent: Cursor<Vec<u8>>,
    received: Vec<u8>,
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A few bytes at a time, as a network may deliver them.
        let length = buffer.len().min(7);
        self.sent.read(&mut buffer[..length])
    }
}

impl Write for Pipe {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.received.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The status line, the headers, and the body of the answer.
fn ask(server: &TestServer, request: &str) -> (String, String, String) {
    let mut pipe = Pipe { sent: Cursor::new(request.into()), received: Vec::new() };
    server.serve(&mut pipe).unwrap();
    let text = String::from_utf8(pipe.received).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let (status, headers) = head.split_once("\r\n").unwrap();
    (status.to_owned(), headers.to_owned(), body.to_owned())
}

#[core_async::test]
async fn a_request_with_a_body_is_echoed() {
    let request = "POST /echo?a=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    let (status, headers, body) = ask(&TestServer::new(), request);
    assert!(status.starts_with("HTTP/1.1 200 "));
    assert!(headers.contains("access-control-allow-origin: *"));
    assert_eq!(body, "POST /echo?a=1\nhost: x\ncontent-length: 5\n\nhello");
}

#[core_async::test]
async fn ranges_and_lengths_are_told() {
    let server = TestServer::new();
    let request = "GET /bytes/100 HTTP/1.1\r\nRange: bytes=65-66\r\n\r\n";
    let (status, headers, body) = ask(&server, request);
    assert!(status.starts_with("HTTP/1.1 206 "));
    assert!(headers.contains("content-range: bytes 65-66/100"));
    assert!(headers.contains("content-length: 2"));
    assert_eq!(body, "AB");
    let (_, headers, body) = ask(&server, "HEAD /bytes/100 HTTP/1.1\r\n\r\n");
    assert!(headers.contains("content-length: 100"));
    assert_eq!(body, "");
}

#[core_async::test]
async fn chunks_end_with_an_empty_one() {
    let (_, headers, body) = ask(&TestServer::new(), "GET /chunked HTTP/1.1\r\n\r\n");
    assert!(headers.contains("transfer-encoding: chunked"));
    assert_eq!(body, "6\r\nfirst \r\n7\r\nsecond \r\n5\r\nthird\r\n0\r\n\r\n");
    let (_, _, body) = ask(&TestServer::new(), "GET /short-chunked HTTP/1.1\r\n\r\n");
    assert_eq!(body, "a\r\n0123456789\r\n");
}

#[core_async::test]
async fn a_client_that_left_is_noticed() {
    let server = TestServer::new();
    assert_eq!(ask(&server, "GET /closed/t HTTP/1.1\r\n\r\n").2, "false");
    assert_eq!(ask(&server, "GET /slow-body/t HTTP/1.1\r\n\r\n").2, "0123456789");
    assert_eq!(ask(&server, "GET /closed/t HTTP/1.1\r\n\r\n").2, "true");
}

#[core_async::test]
async fn a_preflight_is_allowed() {
    let request = "OPTIONS /echo HTTP/1.1\r\nAccess-Control-Request-Headers: range, x-a\r\n\r\n";
    let (status, headers, _) = ask(&TestServer::new(), request);
    assert!(status.starts_with("HTTP/1.1 204 "));
    assert!(headers.contains("access-control-allow-headers: range, x-a"));
}

#[core_async::test]
async fn what_is_not_http_is_refused() {
    for request in ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET /"] {
        let mut pipe = Pipe { sent: Cursor::new(request.into()), received: Vec::new() };
        assert!(TestServer::new().serve(&mut pipe).is_err(), "{request:?}");
        assert!(pipe.received.is_empty());
    }
}
