//! What is sent arrives, and what comes back is told.

use bridge_traits::{ByteRange, ErrorKind, Method, Request};
use bytes::Bytes;

use super::HttpUnderTest;
use super::answer::content;
use super::subject::{text, token};
use crate::expect::fails;

/// Runs the cases of [`request`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! http_request_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            http_request: $crate::http::HttpUnderTest = $make, http::request:
            any_status_is_a_response
            methods_arrive
            addresses_arrive_with_their_query
            request_headers_arrive
            request_bodies_arrive
            response_headers_compare_without_case
            a_header_may_have_several_values
            a_head_has_a_length_and_no_body
            ranges_are_answered_exactly
            a_range_past_the_end_is_416
            a_known_validator_is_304
            every_request_reaches_the_server
            only_web_addresses_are_accepted
            concurrent_requests_get_their_own_answers
        }
    };
}

/// A status is news, not a failure.
pub async fn any_status_is_a_response(subject: &HttpUnderTest) {
    for status in [200, 201, 202, 204, 400, 401, 403, 404, 409, 410, 418, 429, 500, 502, 503] {
        let response = subject.send(subject.get(&format!("/status/{status}"))).await;
        assert_eq!(response.status, status);
        assert_eq!(response.is_success(), status < 300);
        let body = text(response.bytes(100).await.unwrap());
        let expected = if status == 204 { String::new() } else { format!("status {status}") };
        assert_eq!(body, expected);
    }
}

/// The method is the one asked for.
pub async fn methods_arrive(subject: &HttpUnderTest) {
    for method in
        [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Propfind]
    {
        let response = subject.send(Request::new(method, subject.url("/echo"))).await;
        let body = text(response.bytes(1 << 20).await.unwrap());
        assert_eq!(body.lines().next(), Some(&*format!("{} /echo", method.as_str())));
    }
}

/// Path and query are sent as they are, percent signs included.
pub async fn addresses_arrive_with_their_query(subject: &HttpUnderTest) {
    for path in ["/echo", "/echo/a/b", "/echo?a=1&b=2", "/echo/%20%2F%C3%A9?q=%26+%2B", "/echo?"] {
        let body = subject.text(path).await;
        let line = body.lines().next().unwrap().to_owned();
        assert_eq!(line.trim_end_matches('?'), format!("GET {path}").trim_end_matches('?'));
    }
}

/// Headers arrive with their values, whatever the case of their names.
pub async fn request_headers_arrive(subject: &HttpUnderTest) {
    let request = subject
        .get("/echo")
        .with_header("X-First", "one two")
        .with_header("x-second", "a=b; c=\"d\"")
        .with_header("Authorization", "Bearer token");
    let body = text(subject.send(request).await.bytes(1 << 20).await.unwrap());
    for line in ["x-first: one two", "x-second: a=b; c=\"d\"", "authorization: Bearer token"] {
        assert!(body.lines().any(|sent| sent == line), "{line:?} is not in {body:?}");
    }
}

/// Bodies of any bytes and a megabyte arrive whole.
pub async fn request_bodies_arrive(subject: &HttpUnderTest) {
    let all: Vec<u8> = (0..=255).collect();
    for body in [Bytes::new(), "text".into(), all.clone().into(), all.repeat(4_097).into()] {
        for method in [Method::Post, Method::Put] {
            let request = Request::new(method, subject.url("/echo")).with_body(body.clone());
            let echo = subject.send(request).await.bytes(1 << 22).await.unwrap();
            let end = echo.windows(2).position(|window| window == b"\n\n").unwrap() + 2;
            assert!(echo[end..] == body, "{} bytes", body.len());
        }
    }
}

/// Any spelling of a header's name finds it.
pub async fn response_headers_compare_without_case(subject: &HttpUnderTest) {
    let response = subject.send(subject.get("/headers")).await;
    for name in ["x-mixed", "X-MIXED", "X-MiXeD"] {
        assert_eq!(response.headers.get(name), Some("Some Value"));
    }
    assert_eq!(response.headers.get("x-absent"), None);
    assert_eq!(response.headers.get("X-Empty"), Some(""));
}

/// All values are there: apart, or joined by a comma where the host has joined them (RFC 9110
/// § 5.3).
pub async fn a_header_may_have_several_values(subject: &HttpUnderTest) {
    let response = subject.send(subject.get("/headers")).await;
    let values: Vec<&str> =
        response.headers.all("x-many").flat_map(|value| value.split(',')).map(str::trim).collect();
    assert_eq!(values, ["one", "two"]);
}

/// `HEAD` tells about the body without sending it.
pub async fn a_head_has_a_length_and_no_body(subject: &HttpUnderTest) {
    let request = Request::new(Method::Head, subject.url("/bytes/1000"));
    let response = subject.send(request).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.content_length(), Some(1_000));
    assert_eq!(response.headers.get("accept-ranges"), Some("bytes"));
    assert!(response.bytes(10).await.unwrap().is_empty());
}

/// A range is answered with those bytes and says which they are.
pub async fn ranges_are_answered_exactly(subject: &HttpUnderTest) {
    let whole = content(10_000);
    let ranges = [
        ByteRange { start: 0, last: Some(0) },
        ByteRange { start: 0, last: Some(9_999) },
        ByteRange { start: 17, last: Some(8_000) },
        ByteRange { start: 9_999, last: Some(9_999) },
        ByteRange { start: 9_000, last: Some(20_000) },
        ByteRange::from_start(0),
        ByteRange::from_start(9_998),
    ];
    for range in ranges {
        let response = subject.send(subject.get("/bytes/10000").with_range(range)).await;
        assert_eq!(response.status, 206, "{range:?}");
        let told = ByteRange::parse_content_range(response.headers.get("content-range").unwrap());
        let last = range.last.unwrap_or(9_999).min(9_999);
        assert_eq!(told, Some((ByteRange { start: range.start, last: Some(last) }, Some(10_000))));
        let start = usize::try_from(range.start).unwrap();
        let expected = whole.slice(start..=usize::try_from(last).unwrap());
        assert_eq!(response.content_length(), Some(expected.len() as u64));
        assert!(response.bytes(1 << 20).await.unwrap() == expected, "{range:?}");
    }
}

/// A range that does not exist is the server's answer, not an error.
pub async fn a_range_past_the_end_is_416(subject: &HttpUnderTest) {
    let request = subject.get("/bytes/10").with_range(ByteRange::from_start(10));
    let response = subject.send(request).await;
    assert_eq!(response.status, 416);
    assert_eq!(response.headers.get("content-range"), Some("bytes */10"));
}

/// What the caller knows already is not sent again, and the caller is told so.
pub async fn a_known_validator_is_304(subject: &HttpUnderTest) {
    let first = subject.send(subject.get("/bytes/50")).await;
    let tag = first.headers.get("etag").unwrap().to_owned();
    let again = subject.send(subject.get("/bytes/50").with_header("if-none-match", tag)).await;
    assert_eq!(again.status, 304);
    assert!(again.bytes(100).await.unwrap().is_empty());
    let other = subject.send(subject.get("/bytes/50").with_header("if-none-match", "\"x\"")).await;
    assert_eq!(other.status, 200);
}

/// No answer comes from a cache of the host's, even where the server allows it: addresses that are
/// secrets would lie on the disk.
pub async fn every_request_reaches_the_server(subject: &HttpUnderTest) {
    let path = format!("/lasting/{}", token("lasting"));
    for number in 0..3 {
        let response = subject.send(subject.get(&path)).await;
        assert_eq!(text(response.bytes(100).await.unwrap()), number.to_string());
    }
}

/// Files, data and scripts are not fetched, and an address is absolute.
pub async fn only_web_addresses_are_accepted(subject: &HttpUnderTest) {
    for url in [
        "",
        "/relative",
        "relative",
        "//host/path",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "data:text/plain,x",
        "javascript:1",
        "blob:null/x",
        "about:blank",
        "http://",
        "http:// bad host/",
    ] {
        fails(subject.client().send(Request::get(url)).await, ErrorKind::InvalidRequest);
    }
}

/// Answers do not get mixed up.
pub async fn concurrent_requests_get_their_own_answers(subject: &HttpUnderTest) {
    let requests = (0..24_usize).map(|number| async move {
        let length = number * 10_007 % 100_000;
        let response = subject.send(subject.get(&format!("/bytes/{length}"))).await;
        assert!(response.bytes(1 << 20).await.unwrap() == content(length));
    });
    futures::future::join_all(requests).await;
}
