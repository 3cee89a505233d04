//! Bodies are streamed, complete or an error, and end with their reader.

use std::future::Future;

use bridge_traits::ErrorKind;
use core_async::time::{Duration, sleep};
use futures::{FutureExt, StreamExt, TryStreamExt};

use super::HttpUnderTest;
use super::answer::content;
use super::subject::{text, token};
use crate::expect::{fails, soon};
use crate::skip::skip;

/// Runs the cases of [`body`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! http_body_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            http_body: $crate::http::HttpUnderTest = $make, http::body:
            a_body_arrives_whole
            a_body_without_a_length_arrives_whole
            a_body_may_be_empty
            the_head_arrives_before_the_body_is_complete
            a_body_is_not_read_ahead_of_its_reader
            dropping_the_body_closes_the_connection
            dropping_the_request_closes_the_connection
            a_short_body_is_an_error
            a_short_body_without_a_length_is_an_error
            a_body_is_refused_above_the_limit
        }
    };
}

/// Bodies of many sizes, with the length they announce.
pub async fn a_body_arrives_whole(subject: &HttpUnderTest) {
    for length in [1, 100, 16_384, 65_537, 3_000_000] {
        let response = subject.send(subject.get(&format!("/bytes/{length}"))).await;
        assert_eq!(response.content_length(), Some(length as u64));
        assert!(response.bytes(length).await.unwrap() == content(length), "{length} bytes");
    }
}

/// Without a length the end is still known.
pub async fn a_body_without_a_length_arrives_whole(subject: &HttpUnderTest) {
    let response = subject.send(subject.get("/chunked")).await;
    assert_eq!(response.content_length(), None);
    assert_eq!(text(response.bytes(100).await.unwrap()), "first second third");
}

/// No body is an empty body.
pub async fn a_body_may_be_empty(subject: &HttpUnderTest) {
    for path in ["/bytes/0", "/status/204"] {
        let response = subject.send(subject.get(path)).await;
        assert!(response.bytes(0).await.unwrap().is_empty(), "{path}");
    }
}

/// `send` returns with the head; what has arrived of the body can be read, and the rest is waited
/// for.
pub async fn the_head_arrives_before_the_body_is_complete(subject: &HttpUnderTest) {
    let path = format!("/slow-body/{}", token("head"));
    let mut response = soon("the head", subject.send(subject.get(&path))).await;
    assert_eq!(response.content_length(), Some(100));
    let mut received = Vec::new();
    while received.len() < 10 {
        let piece = soon("the first bytes", response.body.next()).await;
        received.extend_from_slice(&piece.unwrap().unwrap());
    }
    assert_eq!(received, b"0123456789");
    assert!(response.body.next().now_or_never().is_none(), "there is nothing more yet");
}

/// A reader that pauses does not make the client swallow the rest in the meantime.
pub async fn a_body_is_not_read_ahead_of_its_reader(subject: &HttpUnderTest) {
    const MOST: u64 = 64 * 1024 * 1024;
    if !subject.client().capabilities().back_pressure {
        return skip("back_pressure");
    }
    let token = token("ahead");
    let mut response = subject.send(subject.get(&format!("/endless/{token}"))).await;
    soon("the first piece", response.body.try_next()).await.unwrap().unwrap();
    sleep(Duration::from_millis(400)).await;
    let sent: u64 = subject.text(&format!("/sent/{token}")).await.parse().unwrap();
    assert!(sent < MOST, "{sent} bytes were taken from the server");
    // The body can still be read on from where it was.
    for _ in 0..100 {
        soon("more of the body", response.body.try_next()).await.unwrap().unwrap();
    }
}

/// The server notices when the body is dropped.
pub async fn dropping_the_body_closes_the_connection(subject: &HttpUnderTest) {
    for kind in ["endless", "slow-body"] {
        let token = token("body");
        let mut response = subject.send(subject.get(&format!("/{kind}/{token}"))).await;
        soon("the first piece", response.body.try_next()).await.unwrap().unwrap();
        assert_eq!(subject.text(&format!("/closed/{token}")).await, "false", "{kind}");
        drop(response);
        wait_until_closed(subject, &token).await;
    }
}

/// The server notices when nobody waits for its answer any more.
pub async fn dropping_the_request_closes_the_connection(subject: &HttpUnderTest) {
    let token = token("head");
    let sent = subject.client().send(subject.get(&format!("/slow-head/{token}")));
    cancelled_when_asked(subject, &token, 1, sent).await;
    wait_until_closed(subject, &token).await;
}

/// Drops `requests`, which are never answered, as soon as so many of them have reached the server.
pub(super) async fn cancelled_when_asked(
    subject: &HttpUnderTest,
    token: &str,
    count: u64,
    requests: impl Future,
) {
    let path = format!("/opened/{token}");
    let asked = async {
        while subject.text(&path).await != count.to_string() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    core_async::select! {
        _ = requests => panic!("there is no answer"),
        () = soon("the requests to arrive", asked) => {}
    }
}

pub(super) async fn wait_until_closed(subject: &HttpUnderTest, token: &str) {
    let path = format!("/closed/{token}");
    let closed = async {
        while subject.text(&path).await != "true" {
            sleep(Duration::from_millis(20)).await;
        }
    };
    soon("the connection to close", closed).await;
}

/// A body that ends early is never taken for complete.
pub async fn a_short_body_is_an_error(subject: &HttpUnderTest) {
    let response = subject.send(subject.get("/short")).await;
    let error = response.bytes(1_000).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Offline | ErrorKind::Other),
        "{error:?}"
    );
}

/// Nor is one whose end was never announced.
pub async fn a_short_body_without_a_length_is_an_error(subject: &HttpUnderTest) {
    let response = subject.send(subject.get("/short-chunked")).await;
    let error = response.bytes(1_000).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Offline | ErrorKind::Other),
        "{error:?}"
    );
}

/// Collecting a body stops at the limit it was given.
pub async fn a_body_is_refused_above_the_limit(subject: &HttpUnderTest) {
    let response = subject.send(subject.get("/bytes/1000")).await;
    fails(response.bytes(999).await, ErrorKind::QuotaExceeded);
    let path = format!("/endless/{}", token("limit"));
    let response = subject.send(subject.get(&path)).await;
    fails(soon("the limit", response.bytes(1 << 20)).await, ErrorKind::QuotaExceeded);
}
