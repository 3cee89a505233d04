//! What all tasks share about a host: its pace and its circuit breaker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bridge_memory::{MemoryHttpClient, MemoryResponse};
use bridge_traits::policy::{CircuitState, HttpPolicy, HttpRefusal, PacingPolicy, RetryPolicy};
use bridge_traits::{ErrorKind, HttpClient, Request};
use core_async::time::{Duration, Instant, sleep, timeout};
use futures::future::join_all;

use crate::http::support::{get, refusal, serve_statuses, with_policy};

const URL: &str = "https://music.test/list";

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn without_retries() -> HttpPolicy {
    let mut policy = HttpPolicy::default();
    policy.retry = RetryPolicy { tries: 1, ..RetryPolicy::default() };
    policy
}

/// A server that works or fails as it is told, and takes a second for either.
fn moody(is_well: &Arc<AtomicBool>) -> Arc<MemoryHttpClient> {
    let (network, is_well) = (Arc::new(MemoryHttpClient::new()), Arc::clone(is_well));
    network.route(URL, move |_| {
        let status = if is_well.load(Ordering::Relaxed) { 200 } else { 500 };
        async move {
            sleep(seconds(1)).await;
            Ok(MemoryResponse::new(status))
        }
    });
    network
}

#[core_async::test(start_paused = true)]
async fn a_failing_host_is_left_alone_and_found_again() {
    let is_well = Arc::new(AtomicBool::new(false));
    let network = moody(&is_well);
    let client = with_policy(&network, without_retries());
    let mut changes = client.watch_circuits();
    for _ in 0..5 {
        assert_eq!(get(&client, URL).await.0, 500);
    }
    let error = client.send(Request::get(URL)).await.unwrap_err();
    assert_eq!(refusal(&error), HttpRefusal::CircuitOpen { retry_in: seconds(30) });
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    // Others are not affected.
    serve_statuses(&network, "https://other.test/", &[200]);
    assert_eq!(get(&client, "https://other.test/").await.0, 200);
    sleep(seconds(30)).await;
    let asked = network.requests().len();
    // Many come at once, one is let through, and it fails.
    let answers = join_all((0..20).map(|_| client.send(Request::get(URL)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(network.requests().len(), asked + 1);
    sleep(seconds(30)).await;
    is_well.store(true, Ordering::Relaxed);
    assert_eq!(get(&client, URL).await.0, 200);
    join_all((0..20).map(|_| get(&client, URL))).await;
    let mut states = Vec::new();
    while let Ok(Some(change)) = timeout(seconds(1), changes.next()).await {
        assert_eq!(change.origin, "https://music.test");
        states.push(change.state);
    }
    let open = CircuitState::Open { retry_in: seconds(30) };
    let half_open = CircuitState::HalfOpen;
    assert_eq!(states, [open, half_open, open, half_open, CircuitState::Closed]);
}

#[core_async::test(start_paused = true)]
async fn permanent_failure_costs_next_to_nothing() {
    let network = Arc::new(MemoryHttpClient::new());
    serve_statuses(&network, URL, &[500]);
    let client = with_policy(&network, HttpPolicy::default());
    let end = Instant::now() + seconds(600);
    while Instant::now() < end {
        join_all((0..10).map(|_| client.send(Request::get(URL)))).await;
        sleep(Duration::from_millis(100)).await;
    }
    // What was under way when it opened, and then one probe per half minute.
    let asked = network.requests().len();
    assert!(asked <= 6 + 10 + 20, "{asked} requests");
}

#[core_async::test(start_paused = true)]
async fn a_cancelled_probe_makes_room_for_another() {
    let network = moody(&Arc::new(AtomicBool::new(false)));
    let client = with_policy(&network, without_retries());
    for _ in 0..5 {
        get(&client, URL).await;
    }
    sleep(seconds(30)).await;
    for _ in 0..3 {
        let asked = network.requests().len();
        let half_a_second = Duration::from_millis(500);
        timeout(half_a_second, client.send(Request::get(URL))).await.unwrap_err();
        assert_eq!(network.requests().len(), asked + 1);
    }
}

#[core_async::test(start_paused = true)]
async fn being_offline_says_nothing_about_a_host() {
    let network = Arc::new(MemoryHttpClient::new());
    network.route(URL, |_| {
        let offline = bridge_traits::BridgeError::new(ErrorKind::Offline, "http.connect");
        std::future::ready(Err(offline))
    });
    let client = with_policy(&network, without_retries());
    for _ in 0..20 {
        let error = client.send(Request::get(URL)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Offline);
    }
}

/// A server that counts how many requests are under way.
fn counting(most: &Arc<AtomicUsize>) -> Arc<MemoryHttpClient> {
    let (network, most) = (Arc::new(MemoryHttpClient::new()), Arc::clone(most));
    let current = Arc::new(AtomicUsize::new(0));
    network.route(URL, move |_| {
        let (current, most) = (Arc::clone(&current), Arc::clone(&most));
        async move {
            most.fetch_max(current.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            sleep(seconds(1)).await;
            current.fetch_sub(1, Ordering::Relaxed);
            Ok(MemoryResponse::ok("music"))
        }
    });
    network
}

#[core_async::test(start_paused = true)]
async fn only_so_many_requests_are_under_way_at_once() {
    let most = Arc::new(AtomicUsize::new(0));
    let network = counting(&most);
    let client = with_policy(&network, HttpPolicy::default());
    let start = Instant::now();
    join_all((0..30).map(|_| get(&client, URL))).await;
    assert_eq!(most.load(Ordering::Relaxed), 6);
    assert_eq!(start.elapsed().as_secs(), 5);
    assert_eq!(client.hosts()[0].under_way, 0);
}

#[core_async::test(start_paused = true)]
async fn a_body_that_is_not_over_counts_as_under_way() {
    let network = counting(&Arc::default());
    let client = with_policy(&network, HttpPolicy::default());
    let mut held = join_all((0..6).map(|_| client.send(Request::get(URL)))).await;
    assert_eq!(client.hosts()[0].under_way, 6);
    let error = client.send(Request::get(URL)).await.unwrap_err();
    assert_eq!((error.kind(), refusal(&error)), (ErrorKind::TimedOut, HttpRefusal::NoTurn));
    held.pop().unwrap().unwrap().bytes(100).await.unwrap();
    assert_eq!(get(&client, URL).await.0, 200);
    drop(held);
    assert_eq!(client.hosts()[0].under_way, 0);
}

#[core_async::test(start_paused = true)]
async fn a_host_is_asked_at_its_own_pace() {
    let network = Arc::new(MemoryHttpClient::new());
    serve_statuses(&network, "https://", &[200]);
    let pace = PacingPolicy { burst: 1, interval: seconds(1), ..PacingPolicy::default() };
    let client = with_policy(&network, HttpPolicy::default().with_host("https://slow.test", pace));
    let start = Instant::now();
    join_all((0..30).map(|_| get(&client, "https://fast.test/"))).await;
    assert!(start.elapsed() < seconds(1));
    join_all((0..30).map(|_| get(&client, "https://slow.test/"))).await;
    assert_eq!(start.elapsed().as_secs(), 29);
}

#[core_async::test(start_paused = true)]
async fn a_thousand_cancelled_requests_leave_nothing_behind() {
    let network = counting(&Arc::default());
    let client = with_policy(&network, HttpPolicy::default());
    for at in 0..1_000 {
        // Some are dropped while they wait for a turn, some while they wait for an answer.
        let patience = Duration::from_millis(at % 40 * 20 + 1);
        let sent = join_all((0..8).map(|_| timeout(patience, client.send(Request::get(URL)))));
        assert!(sent.await.into_iter().all(|sent| sent.is_err()));
    }
    assert_eq!(client.hosts()[0].under_way, 0);
    assert_eq!(client.hosts()[0].circuit, CircuitState::Closed);
    sleep(seconds(1_000)).await;
    assert_eq!(get(&client, URL).await.0, 200);
}

#[core_async::test(start_paused = true)]
async fn hosts_at_rest_are_forgotten() {
    let network = Arc::new(MemoryHttpClient::new());
    serve_statuses(&network, "https://", &[200]);
    let client = with_policy(&network, HttpPolicy::default());
    for at in 0..2_000 {
        get(&client, &format!("https://host{at}.test/")).await;
        sleep(seconds(1)).await;
    }
    assert!(client.hosts().len() <= 256);
}
