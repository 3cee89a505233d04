//! Redirects, deadlines and servers that are not there.

use bridge_traits::{ErrorKind, Request};
use core_async::select;
use core_async::time::{Duration, Instant};
use futures::StreamExt;
use futures::stream::FuturesUnordered;

use super::HttpUnderTest;
use super::subject::token;
use crate::expect::{fails, fails_with_one_of, soon};

/// Runs the cases of [`failure`](self).
#[doc(hidden)]
#[macro_export]
macro_rules! http_failure_conformance {
    ($make:expr) => {
        $crate::conformance_tests! {
            http_failure: $crate::http::HttpUnderTest = $make, http::failure:
            a_redirect_is_not_followed
            a_head_that_does_not_come_times_out
            a_body_that_stalls_times_out
            a_slow_server_holds_nobody_else_up
            time_spent_by_the_reader_does_not_count
            a_server_that_is_not_there_is_unavailable
        }
    };
}

/// A redirect is the answer itself, or refused where the host hides it; it is never followed.
pub async fn a_redirect_is_not_followed(subject: &HttpUnderTest) {
    match subject.client().send(subject.get("/redirect")).await {
        Ok(response) => {
            assert_eq!(response.status, 302);
            assert_eq!(response.headers.get("location"), Some("/echo"));
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}"),
    }
}

/// The wait for the head ends when the request says so.
pub async fn a_head_that_does_not_come_times_out(subject: &HttpUnderTest) {
    let path = format!("/slow-head/{}", token("timeout"));
    let limit = Duration::from_millis(250);
    let started = Instant::now();
    let sent = subject.client().send(subject.get(&path).with_timeout(limit));
    fails(soon("the deadline", sent).await, ErrorKind::TimedOut);
    assert!(started.elapsed() >= Duration::from_millis(245), "too early");
}

/// So does the wait for the next piece of the body.
pub async fn a_body_that_stalls_times_out(subject: &HttpUnderTest) {
    let path = format!("/slow-body/{}", token("timeout"));
    // Long enough for a loaded machine to send the head, short enough to wait for.
    let request = subject.get(&path).with_timeout(Duration::from_millis(1_500));
    let response = subject.send(request).await;
    fails(soon("the deadline", response.bytes(1_000)).await, ErrorKind::TimedOut);
}

/// Answers that do not come, and bodies that stall, are nobody else's business.
pub async fn a_slow_server_holds_nobody_else_up(subject: &HttpUnderTest) {
    let slow = |kind: &str| {
        let request = subject.get(&format!("/{kind}/{}", token("slow")));
        async { subject.client().send(request).await.unwrap().bytes(1_000).await.map(drop) }
    };
    // Fewer than browsers have connections to one host.
    let mut slow: FuturesUnordered<_> =
        ["slow-head", "slow-head", "slow-body", "slow-body"].into_iter().map(slow).collect();
    let others = async {
        for _ in 0..3 {
            let response = subject.send(subject.get("/bytes/100000")).await;
            assert_eq!(response.bytes(100_000).await.unwrap().len(), 100_000);
        }
    };
    select! {
        biased;
        ended = slow.next() => panic!("the slow ones never end: {ended:?}"),
        () = soon("the others", others) => {}
    }
}

/// A reader may take longer between two pieces than any one wait may take.
pub async fn time_spent_by_the_reader_does_not_count(subject: &HttpUnderTest) {
    let request = subject.get("/bytes/400000").with_timeout(Duration::from_millis(1_000));
    let mut response = subject.send(request).await;
    let mut length = 0;
    for round in 0.. {
        let Some(piece) = soon("a piece", response.body.next()).await else { break };
        length += piece.unwrap().len();
        if round == 0 {
            core_async::time::sleep(Duration::from_millis(1_300)).await;
        }
    }
    assert_eq!(length, 400_000);
}

/// Nobody listens on this port of the own machine.
pub async fn a_server_that_is_not_there_is_unavailable(subject: &HttpUnderTest) {
    let request = Request::get("http://127.0.0.1:1/");
    let sent = soon("the failure", subject.client().send(request)).await;
    fails_with_one_of(sent, &[ErrorKind::Unavailable, ErrorKind::Offline]);
}
