//! Servers that misbehave, and what the client itself must make of them.

use bridge_traits::{
    ErrorKind, HTTP_CONNECT, Reach, RedirectSupport, Redirects, Request, Response, Result,
};
use core_async::time::Duration;
use futures::TryStreamExt;

use super::HttpUnderTest;
use super::answer::content;
use super::body::{cancelled_when_asked, wait_until_closed};
use super::subject::{text, token};
use crate::expect::{fails, fails_with_one_of, soon};
use crate::skip::skip;

/// Runs the cases of [`fault`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! http_fault_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            http_fault: $crate::http::HttpUnderTest = $make, http::fault:
            a_head_that_drips_times_out
            a_body_that_drips_arrives
            a_head_of_any_size_is_an_answer_or_an_error
            a_server_that_hangs_up_is_not_one_that_is_not_there
            a_connection_that_is_not_made_is_told
            a_whole_file_for_a_range_is_told
            a_throttle_says_how_long
            a_redirect_to_another_origin_is_not_followed
            a_redirect_is_followed_by_the_host_only_where_allowed
            own_addresses_are_out_of_reach_where_asked
            many_cancelled_requests_leave_no_connection
        }
    };
}

/// Bytes that keep coming do not extend the wait for the head.
pub async fn a_head_that_drips_times_out(subject: &HttpUnderTest) {
    let token = token("drip");
    let path = format!("/dripping-head/{token}");
    let request = subject.get(&path).with_timeout(Duration::from_millis(400));
    fails(soon("the deadline", subject.client().send(request)).await, ErrorKind::TimedOut);
    soon("the connection to close", wait_until_closed(subject, &token)).await;
}

/// A body is not too slow as long as something comes.
pub async fn a_body_that_drips_arrives(subject: &HttpUnderTest) {
    let request = subject.get("/dripping-body").with_timeout(Duration::from_millis(500));
    let body = subject.send(request).await.bytes(100).await.unwrap();
    assert_eq!(text(body), "drop by drop");
}

/// The head is there or refused, and the next request is not harmed.
pub async fn a_head_of_any_size_is_an_answer_or_an_error(subject: &HttpUnderTest) {
    for size in [8_000, 100_000, 4_000_000] {
        let request = subject.get(&format!("/huge-head/{size}"));
        match soon("an answer", subject.client().send(request)).await {
            Ok(response) => {
                assert_eq!(response.headers.get("x-huge").map(str::len), Some(size));
                assert_eq!(text(response.bytes(100).await.unwrap()), "music");
            }
            Err(error) => {
                assert!(size > 8_000, "{size} bytes are not much: {error:?}");
                let kinds = [ErrorKind::Unavailable, ErrorKind::QuotaExceeded, ErrorKind::Other];
                fails_with_one_of(Err::<(), _>(error), &kinds);
            }
        }
        assert!(subject.text("/echo").await.starts_with("GET /echo"));
    }
}

/// A request that may have arrived is told from one that cannot have.
pub async fn a_server_that_hangs_up_is_not_one_that_is_not_there(subject: &HttpUnderTest) {
    let sent = subject.client().send(subject.get("/hangs-up"));
    let error = soon("the failure", sent).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    assert_ne!(error.operation(), HTTP_CONNECT, "the request was sent");
}

/// Where the client can tell, it says that no byte of a request can have left.
pub async fn a_connection_that_is_not_made_is_told(subject: &HttpUnderTest) {
    if !subject.client().capabilities().tells_connect_errors {
        return skip("tells_connect_errors");
    }
    let request = Request::get("http://127.0.0.1:1/");
    let error = soon("the failure", subject.client().send(request)).await.unwrap_err();
    assert_eq!(error.operation(), HTTP_CONNECT, "{error:?}");
}

/// The client does not cut out the range by itself.
pub async fn a_whole_file_for_a_range_is_told(subject: &HttpUnderTest) {
    let range = bridge_traits::ByteRange { start: 10, last: Some(19) };
    let request = subject.get("/whole-for-range/1000").with_range(range);
    let response = subject.send(request).await;
    assert_eq!((response.status, response.headers.get("content-range")), (200, None));
    assert!(response.bytes(1_000).await.unwrap() == content(1_000));
}

/// A 429 is an answer, and its `Retry-After` is there.
pub async fn a_throttle_says_how_long(subject: &HttpUnderTest) {
    let path = format!("/throttled/{}/120", token("throttle"));
    let response = subject.send(subject.get(&path)).await;
    assert_eq!((response.status, response.headers.get("retry-after")), (429, Some("120")));
    assert_eq!(text(response.bytes(100).await.unwrap()), "slow down");
}

/// Nothing is sent to where a redirect leads.
pub async fn a_redirect_to_another_origin_is_not_followed(subject: &HttpUnderTest) {
    for status in [301, 302, 303, 307, 308] {
        let token = token("redirect");
        let target = subject.other_url(&format!("/counted/{token}"));
        let request = subject
            .get(&format!("/redirect-to/{status}/{target}"))
            .with_header("Authorization", "Bearer canary");
        check_redirect(subject.client().send(request).await, status, &target);
        assert_eq!(subject.text(&format!("/asked/{token}")).await, "0", "{status}");
    }
}

fn check_redirect(sent: Result<Response>, status: u16, target: &str) {
    match sent {
        Ok(response) => {
            assert_eq!(response.status, status);
            assert_eq!(response.headers.get("location"), Some(target));
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}"),
    }
}

/// A host that hides redirects follows them if the request lets it, and says where it ended up. One
/// that shows them does so whatever the request says.
pub async fn a_redirect_is_followed_by_the_host_only_where_allowed(subject: &HttpUnderTest) {
    let token = token("redirect");
    let target = subject.other_url(&format!("/counted/{token}"));
    let mut request = subject.get(&format!("/redirect-to/302/{target}"));
    request.redirects = Redirects::FollowedByHost;
    let sent = subject.client().send(request).await;
    match subject.client().capabilities().redirects {
        RedirectSupport::Hidden => {
            let response = sent.unwrap();
            assert_eq!((response.status, &response.url), (200, &target));
            assert_eq!(subject.text(&format!("/asked/{token}")).await, "1");
        }
        _ => {
            check_redirect(sent, 302, &target);
            assert_eq!(subject.text(&format!("/asked/{token}")).await, "0");
        }
    }
    let plain = subject.send(subject.get("/echo?a=1")).await;
    assert_eq!(plain.url, subject.url("/echo?a=1"));
}

/// Where the client checks addresses, one of the own computer cannot be reached from somebody
/// else's data, by number or by name.
pub async fn own_addresses_are_out_of_reach_where_asked(subject: &HttpUnderTest) {
    if !subject.client().capabilities().checks_addresses {
        return skip("checks_addresses");
    }
    let token = token("reach");
    let path = format!("/counted/{token}");
    for url in [subject.url(&path), subject.other_url(&path)] {
        let request = Request::get(url).with_reach(Reach::Public);
        fails(subject.client().send(request).await, ErrorKind::PermissionDenied);
    }
    assert_eq!(subject.text(&format!("/asked/{token}")).await, "0");
}

/// Two hundred requests that nobody waits for, before and after their heads.
pub async fn many_cancelled_requests_leave_no_connection(subject: &HttpUnderTest) {
    let mut tokens = Vec::new();
    for _ in 0..20 {
        let (heads, bodies) = (token("heads"), token("bodies"));
        // Browsers send equal requests one after the other: the query tells them apart.
        let unanswered = (0..5).map(|number| {
            subject.client().send(subject.get(&format!("/slow-head/{heads}?{number}")))
        });
        cancelled_when_asked(subject, &heads, 5, futures::future::join_all(unanswered)).await;
        let path = &format!("/endless/{bodies}");
        let begun = (0..5).map(|number| async move {
            let mut response = subject.send(subject.get(&format!("{path}?{number}"))).await;
            response.body.try_next().await.unwrap().unwrap();
        });
        futures::future::join_all(begun).await;
        tokens.extend([heads, bodies]);
    }
    for token in tokens {
        wait_until_closed(subject, &token).await;
    }
}
