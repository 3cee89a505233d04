//! The policy of the core on top of the client, against a real server.
//!
//! The policy is tested by itself in paused time; here it is tested that this client gives it what
//! it needs: heads, headers, errors and bodies as they are.

use bridge_traits::download::{Download, RangeAnswer, TransferFault, send_range};
use bridge_traits::policy::HttpRefusal;
use bridge_traits::{
    BridgeError, ByteRange, ErrorKind, HttpClient, Method, RedirectSupport, Request,
};
use bytes::Bytes;
use futures::TryStreamExt;

use super::HttpUnderTest;
use super::answer::content;
use super::body::wait_until_closed;
use super::subject::{text, token};
use crate::expect::soon;

/// Runs the cases of [`policy`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! http_policy_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            http_policy: $crate::http::HttpUnderTest = $make, http::policy:
            credentials_stay_at_their_origin
            redirects_within_an_origin_are_followed
            a_redirect_loop_ends
            a_failing_server_is_asked_again
            the_last_answer_is_returned
            an_effect_is_not_repeated
            a_throttled_request_is_sent_again
            a_download_survives_broken_connections
            a_download_never_mixes_versions
            a_wrong_range_is_noticed
            dropping_a_body_still_closes_the_connection
        }
    };
}

fn cause<T: Copy + std::error::Error + 'static>(error: &BridgeError) -> Option<T> {
    std::error::Error::source(error)?.downcast_ref().copied()
}

/// Secrets do not arrive where a redirect leads; the request does, unless the host hides redirects
/// and would take the secrets along.
pub async fn credentials_stay_at_their_origin(subject: &HttpUnderTest) {
    let client = subject.with_policy();
    let is_hidden = subject.client().capabilities().redirects == RedirectSupport::Hidden;
    for status in [301, 302, 303, 307, 308] {
        let token = token("secret");
        let target = subject.other_url(&format!("/counted/{token}"));
        let plain = subject.get(&format!("/redirect-to/{status}/{target}"));
        let secret = plain
            .clone()
            .with_bearer("canary")
            .with_secret_header("X-Api-Key", "canary")
            .with_header("X-Unknown", "canary");
        match client.send(secret).await {
            Ok(response) => {
                assert_eq!((response.status, &response.url), (200, &target), "{status}");
                let seen = text(response.bytes(1 << 16).await.unwrap());
                assert!(!seen.contains("canary"), "{status}: {seen}");
            }
            Err(error) => {
                assert!(is_hidden && error.kind() == ErrorKind::Unsupported, "{error:?}");
                assert_eq!(subject.text(&format!("/asked/{token}")).await, "0");
            }
        }
        let response = client.send(plain).await.unwrap();
        assert_eq!((response.status, &response.url), (200, &target), "{status}");
    }
}

/// A relative address is one of the same server.
pub async fn redirects_within_an_origin_are_followed(subject: &HttpUnderTest) {
    let client = subject.with_policy();
    let response = client.send(subject.get("/redirect-to/302//echo?a=1")).await.unwrap();
    assert_eq!(response.url, subject.url("/echo?a=1"));
    assert!(text(response.bytes(1 << 16).await.unwrap()).starts_with("GET /echo?a=1"));
    assert_eq!(client.send(subject.get("/redirect")).await.unwrap().status, 200);
}

/// A loop is given up, by us or by the host.
pub async fn a_redirect_loop_ends(subject: &HttpUnderTest) {
    let sent = soon("the end", subject.with_policy().send(subject.get("/loop/0"))).await;
    let error = sent.unwrap_err();
    match cause::<HttpRefusal>(&error) {
        Some(refusal) => assert_eq!(refusal, HttpRefusal::TooManyRedirects { limit: 10 }),
        None => {
            let redirects = subject.client().capabilities().redirects;
            assert_eq!(redirects, RedirectSupport::Hidden, "{error:?}");
        }
    }
}

/// Failures that pass are not seen by the caller.
pub async fn a_failing_server_is_asked_again(subject: &HttpUnderTest) {
    let path = format!("/fails/{}/2", token("fails"));
    let response = subject.with_policy().send(subject.get(&path)).await.unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(text(response.bytes(100).await.unwrap()), "answer 2");
}

/// Failures that do not pass are answers with a status and a body.
pub async fn the_last_answer_is_returned(subject: &HttpUnderTest) {
    let token = token("fails");
    let request = subject.get(&format!("/fails/{token}/99"));
    let response = subject.with_policy().send(request).await.unwrap();
    assert_eq!(response.status, 503);
    assert_eq!(text(response.bytes(100).await.unwrap()), "answer 2");
    assert_eq!(subject.text(&format!("/asked/{token}")).await, "3");
}

/// What is not idempotent is sent once.
pub async fn an_effect_is_not_repeated(subject: &HttpUnderTest) {
    for method in [Method::Post, Method::Patch] {
        let token = token("effect");
        let url = subject.url(&format!("/fails/{token}/99"));
        let request = Request::new(method, url).with_body("add");
        let response = subject.with_policy().send(request).await.unwrap();
        assert_eq!(response.status, 503);
        assert_eq!(subject.text(&format!("/asked/{token}")).await, "1", "{method:?}");
    }
}

/// A server that asks for patience gets what it asks for.
pub async fn a_throttled_request_is_sent_again(subject: &HttpUnderTest) {
    let token = token("throttle");
    let client = subject.with_policy();
    let response = client.send(subject.get(&format!("/throttled/{token}/0"))).await.unwrap();
    assert_eq!(text(response.bytes(100).await.unwrap()), "music");
    // Longer than anybody waits: the caller decides, and everybody else is told.
    let path = format!("/throttled/long-{token}/86400");
    let response = client.send(subject.get(&path)).await.unwrap();
    assert_eq!((response.status, response.headers.get("retry-after")), (429, Some("86400")));
    let error = client.send(subject.get(&path)).await.unwrap_err();
    assert!(matches!(cause(&error), Some(HttpRefusal::Paused { .. })), "{error:?}");
}

async fn collect(mut download: Download) -> Result<Bytes, BridgeError> {
    let mut all = Vec::new();
    while let Some(piece) = download.next().await? {
        all.extend_from_slice(&piece);
    }
    Ok(all.into())
}

/// Every connection breaks, and the file is whole.
pub async fn a_download_survives_broken_connections(subject: &HttpUnderTest) {
    for every in [65_535, 65_536, 65_537] {
        let request = subject.get(&format!("/cuts/{every}/300000"));
        let download = Download::start(subject.with_policy(), request).await.unwrap();
        assert_eq!(download.total(), Some(300_000));
        let all = soon("the file", collect(download)).await.unwrap();
        assert!(all == content(300_000), "{every} bytes per connection");
    }
}

/// A file that changes half-way is not glued together.
pub async fn a_download_never_mixes_versions(subject: &HttpUnderTest) {
    let request = subject.get(&format!("/changes/{}/200000", token("changes")));
    let download = Download::start(subject.with_policy(), request).await.unwrap();
    let error = soon("the failure", collect(download)).await.unwrap_err();
    assert_eq!(cause(&error), Some(TransferFault::Changed), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

/// What a server says of a range is believed only if it fits what was asked.
pub async fn a_wrong_range_is_noticed(subject: &HttpUnderTest) {
    let client = subject.with_policy();
    let range = ByteRange { start: 10, last: Some(19) };
    let ask = async |path| send_range(&*client, subject.get(path), range, None).await;
    match ask("/bytes/1000").await.unwrap() {
        RangeAnswer::Part(part) => assert_eq!((part.start, part.length), (10, Some(10))),
        other => panic!("a part was asked for: {other:?}"),
    }
    let error = ask("/wrong-range/1000").await.unwrap_err();
    assert_eq!(cause(&error), Some(TransferFault::WrongRange), "{error:?}");
    match ask("/whole-for-range/1000").await.unwrap() {
        RangeAnswer::Whole(whole) => assert_eq!(whole.start, 0),
        other => panic!("the whole file was sent: {other:?}"),
    }
}

/// The layers in between let go as well.
pub async fn dropping_a_body_still_closes_the_connection(subject: &HttpUnderTest) {
    let token = token("policy");
    let request = subject.get(&format!("/endless/{token}"));
    let mut response = subject.with_policy().send(request).await.unwrap();
    soon("the first piece", response.body.try_next()).await.unwrap().unwrap();
    drop(response);
    wait_until_closed(subject, &token).await;
}
