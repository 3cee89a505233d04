//! Every phase ends in time.

use std::sync::Arc;

use bridge_memory::{MemoryHttpClient, MemoryResponse};
use bridge_traits::policy::{HttpPolicy, HttpRefusal};
use bridge_traits::{Deadlines, ErrorKind, HttpClient, Request};
use bytes::Bytes;
use core_async::time::{Duration, Instant, sleep};
use futures::{StreamExt, stream};

use crate::http::support::{refusal, serve_redirect, with_policy};

const URL: &str = "https://music.test/list";

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn within(head: u64, idle: u64, total: Option<u64>) -> Request {
    let total = total.map(seconds);
    Request::get(URL).with_deadlines(Deadlines { head: seconds(head), idle: seconds(idle), total })
}

/// A body of one byte every ten seconds, for ever.
fn dripping() -> Arc<MemoryHttpClient> {
    let network = Arc::new(MemoryHttpClient::new());
    network.route(URL, |_| {
        let drops = stream::repeat_with(|| Ok(Bytes::from_static(b"x"))).then(|piece| async move {
            sleep(seconds(10)).await;
            piece
        });
        std::future::ready(Ok(MemoryResponse::new(200).with_stream(Box::pin(drops))))
    });
    network
}

#[core_async::test(start_paused = true)]
async fn a_body_may_drip_for_as_long_as_it_comes() {
    let client = with_policy(&dripping(), HttpPolicy::default());
    let body = client.send(within(5, 11, None)).await.unwrap().body;
    let drops: Vec<_> = body.take(1_000).collect().await;
    assert!(drops.iter().all(Result::is_ok));
    let mut body = client.send(within(5, 9, None)).await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap_err().kind(), ErrorKind::TimedOut);
    assert!(body.next().await.is_none());
}

#[core_async::test(start_paused = true)]
async fn the_whole_may_have_an_end() {
    let client = with_policy(&dripping(), HttpPolicy::default());
    let start = Instant::now();
    let mut body = client.send(within(5, 11, Some(95))).await.unwrap().body;
    let mut received = 0;
    let error = loop {
        match body.next().await.unwrap() {
            Ok(piece) => received += piece.len(),
            Err(error) => break error,
        }
    };
    assert_eq!((received, start.elapsed()), (9, seconds(95)));
    assert_eq!((error.kind(), refusal(&error)), (ErrorKind::TimedOut, HttpRefusal::TotalTime));
    assert!(body.next().await.is_none());
    assert_eq!(client.hosts()[0].under_way, 0);
}

#[core_async::test(start_paused = true)]
async fn the_whole_includes_redirects_and_retries() {
    let network = Arc::new(MemoryHttpClient::new());
    serve_redirect(&network, URL, 302, "/never");
    network.route("https://music.test/never", |_| std::future::pending());
    let client = with_policy(&network, HttpPolicy::default());
    let start = Instant::now();
    let error = client.send(within(4, 4, Some(6))).await.unwrap_err();
    assert_eq!(refusal(&error), HttpRefusal::TotalTime);
    assert_eq!(start.elapsed(), seconds(6));
    assert_eq!(network.requests().len(), 3, "a redirect, a try and a half");
    assert_eq!(client.hosts()[0].under_way, 0);
}
