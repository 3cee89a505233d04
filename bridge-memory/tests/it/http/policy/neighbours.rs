//! Clients of several tabs keep one pace.

use std::sync::Arc;

use bridge_memory::{MemoryHostNews, MemoryHttpClient, MemoryResponse};
use bridge_traits::policy::{
    HostNews, HostNewsChannel, HttpPolicy, HttpRefusal, PacingPolicy, PolicyHttpClient,
};
use bridge_traits::{HttpClient, Request};
use core_async::task::yield_now;
use core_async::time::{Duration, Instant};
use futures::{FutureExt, StreamExt};

use crate::http::support::{get, refusal, serve_statuses, with_policy};

const URL: &str = "https://slow.test/list";

fn pace() -> HttpPolicy {
    let pace =
        PacingPolicy { burst: 1, interval: Duration::from_secs(1), ..PacingPolicy::default() };
    HttpPolicy::default().with_host("https://slow.test", pace)
}

/// The clients of two tabs, and the servers they ask.
fn tabs() -> ([PolicyHttpClient; 2], Arc<MemoryHttpClient>) {
    let (network, channel) = (Arc::new(MemoryHttpClient::new()), MemoryHostNews::new());
    let tab = |end| with_policy(&network, pace()).sharing_pace(Arc::new(end));
    let both = [tab(channel.end()), tab(channel)];
    (both, network)
}

#[core_async::test(start_paused = true)]
async fn what_starts_in_one_tab_counts_in_the_other() {
    let ([one, two], network) = tabs();
    serve_statuses(&network, "https://", &[200]);
    let start = Instant::now();
    for _ in 0..5 {
        get(&one, URL).await;
        // The news travel.
        yield_now().await;
        get(&two, URL).await;
        yield_now().await;
    }
    assert_eq!(start.elapsed().as_secs(), 9);
    // Other hosts have a pace of their own.
    get(&two, "https://fast.test/").await;
    assert_eq!(start.elapsed().as_secs(), 9);
}

#[core_async::test(start_paused = true)]
async fn patience_asked_of_one_tab_is_had_by_both() {
    let ([one, two], network) = tabs();
    network.route(URL, |_| {
        std::future::ready(Ok(MemoryResponse::new(429).with_header("retry-after", "86400")))
    });
    assert_eq!(get(&one, URL).await.0, 429);
    yield_now().await;
    let error = two.send(Request::get(URL)).await.unwrap_err();
    assert!(matches!(refusal(&error), HttpRefusal::Paused { .. }), "{error:?}");
    assert_eq!(network.requests().len(), 1);
}

#[core_async::test]
async fn everybody_is_told_but_the_teller() {
    let one = MemoryHostNews::new();
    let (two, three) = (one.end(), one.end());
    let mut heard = [one.listen(), two.listen(), three.listen()];
    let news = |at: u32| HostNews::Started { origin: format!("https://{at}.test") };
    (0..3).for_each(|at| one.tell(&news(at)));
    assert!(heard[0].next().now_or_never().is_none());
    for listener in &mut heard[1..] {
        for at in 0..3 {
            assert_eq!(listener.next().await, Some(news(at)));
        }
    }
}

#[core_async::test(start_paused = true)]
async fn news_that_make_no_sense_change_nothing() {
    let (network, channel) = (Arc::new(MemoryHttpClient::new()), MemoryHostNews::new());
    serve_statuses(&network, "https://", &[200]);
    let client = with_policy(&network, pace()).sharing_pace(Arc::new(channel.end()));
    for origin in ["", "slow.test", "file:///x", "https://", "https://a b"] {
        channel.tell(&HostNews::Started { origin: origin.to_owned() });
    }
    yield_now().await;
    assert!(client.hosts().is_empty());
    let wait = Duration::from_secs(u64::MAX);
    channel.tell(&HostNews::Paused { origin: "https://slow.test".to_owned(), wait });
    yield_now().await;
    // No longer than a server itself may ask.
    assert_eq!(client.hosts()[0].paused_for, Duration::from_secs(600));
}
