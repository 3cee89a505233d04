//! Trying again: when it is safe, after a wait, and not for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bridge_memory::{MemoryHttpClient, MemoryResponse};
use bridge_traits::policy::{CircuitPolicy, HttpPolicy, RetryPolicy};
use bridge_traits::{ErrorKind, HttpClient, Method, Request};
use core_async::time::{Duration, Instant, sleep};
use futures::future::join_all;

use crate::http::support::{get, serve_statuses, text, with_policy, with_seed};

const URL: &str = "https://music.test/list";

fn network(statuses: &'static [u16]) -> Arc<MemoryHttpClient> {
    let network = Arc::new(MemoryHttpClient::new());
    serve_statuses(&network, URL, statuses);
    network
}

/// Circuits that never open, so that they do not hide the retries.
fn without_circuit() -> HttpPolicy {
    let mut policy = HttpPolicy::default();
    policy.circuit = CircuitPolicy { failures: u32::MAX, ..CircuitPolicy::default() };
    policy
}

#[core_async::test(start_paused = true)]
async fn what_may_be_repeated_is_repeated_until_it_works() {
    for statuses in [&[500, 502, 200], &[503, 504, 200], &[429, 408, 200]] {
        let network = network(statuses);
        let client = with_policy(&network, HttpPolicy::default());
        assert_eq!(get(&client, URL).await, (200, "answer 2".into()), "{statuses:?}");
    }
}

#[core_async::test(start_paused = true)]
async fn the_last_answer_is_returned_with_its_body() {
    for statuses in [&[500_u16], &[503], &[429], &[408]] {
        let network = network(statuses);
        let client = with_policy(&network, HttpPolicy::default());
        assert_eq!(get(&client, URL).await, (statuses[0], "answer 2".into()));
        assert_eq!(network.requests().len(), 3);
    }
}

#[core_async::test(start_paused = true)]
async fn what_cannot_change_is_asked_once() {
    for statuses in [&[404_u16], &[410], &[401], &[501]] {
        let network = network(statuses);
        let client = with_policy(&network, HttpPolicy::default());
        assert_eq!(get(&client, URL).await.0, statuses[0]);
        assert_eq!(network.requests().len(), 1);
    }
}

/// The server has done what it was asked for; only its answer is late.
#[core_async::test(start_paused = true)]
async fn an_effect_is_not_repeated_unasked() {
    for method in [Method::Post, Method::Patch] {
        let network = Arc::new(MemoryHttpClient::new());
        network.route(URL, |_| std::future::pending());
        let client = with_policy(&network, HttpPolicy::default());
        let request = Request::new(method, URL).with_body("add").with_timeout(second());
        let error = client.send(request.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(network.requests().len(), 1, "{method:?}");
        client.send(request.with_header("Idempotency-Key", "7")).await.unwrap_err();
        assert_eq!(network.requests().len(), 4, "{method:?}");
    }
}

fn second() -> Duration {
    Duration::from_secs(1)
}

#[core_async::test(start_paused = true)]
async fn a_connection_that_was_not_made_is_tried_again_for_every_method() {
    let network = Arc::new(MemoryHttpClient::new());
    let client = with_policy(&network, HttpPolicy::default());
    let request = Request::new(Method::Post, "https://nobody.test/").with_body("add");
    assert_eq!(client.send(request).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(network.requests().len(), 3);
}

/// Serves 429 with this `Retry-After` once, and then what was asked for.
fn throttling(retry_after: &'static str) -> Arc<MemoryHttpClient> {
    let network = Arc::new(MemoryHttpClient::new());
    let is_first = AtomicBool::new(true);
    network.route(URL, move |_| {
        let response = if is_first.swap(false, Ordering::Relaxed) {
            MemoryResponse::new(429).with_header("retry-after", retry_after).with_body("slow down")
        } else {
            MemoryResponse::ok("music")
        };
        std::future::ready(Ok(response))
    });
    network
}

#[core_async::test(start_paused = true)]
async fn a_server_gets_the_pause_it_asks_for() {
    for (retry_after, seconds) in [
        ("0", 0),
        ("7", 7),
        ("600", 600),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
        ("Sunday, 06-Nov-94 08:49:47 GMT", 10),
        ("Sun Nov  6 08:49:47 1994", 10),
        // In the past, and in no known language.
        ("Sat, 05 Nov 1994 08:49:37 GMT", 0),
        ("in a minute", 0),
        ("-5", 0),
    ] {
        let network = throttling(retry_after);
        let client = with_policy(&network, HttpPolicy::default());
        let start = Instant::now();
        assert_eq!(get(&client, URL).await, (200, "music".into()), "{retry_after}");
        let (least, waited) = (Duration::from_secs(seconds), start.elapsed());
        // Half of the base at least, however little the server asks for.
        assert!(waited >= least + Duration::from_millis(50), "{retry_after}: {waited:?}");
        assert!(waited < least + Duration::from_millis(200), "{retry_after}: {waited:?}");
    }
}

#[core_async::test(start_paused = true)]
async fn a_pause_that_is_too_long_is_the_callers_to_decide() {
    for retry_after in ["601", "1000000000000", "Sun, 06 Nov 1994 09:49:37 GMT"] {
        let network = throttling(retry_after);
        let client = with_policy(&network, HttpPolicy::default());
        let start = Instant::now();
        assert_eq!(get(&client, URL).await, (429, "slow down".into()), "{retry_after}");
        assert!(start.elapsed().is_zero());
        // Everybody else is told, without asking the server again.
        let error = client.send(Request::get(URL)).await.unwrap_err();
        let kind = ErrorKind::RateLimited { retry_after: Some(Duration::from_secs(600)) };
        assert_eq!(error.kind(), kind, "{retry_after}");
        assert_eq!(network.requests().len(), 1);
        sleep(Duration::from_secs(600)).await;
        assert_eq!(get(&client, URL).await.0, 200);
    }
}

#[core_async::test(start_paused = true)]
async fn a_pause_holds_for_all_tasks() {
    let network = throttling("30");
    let client = with_policy(&network, HttpPolicy::default());
    let start = Instant::now();
    let asked = join_all((0..5_u64).map(|at| {
        let client = &client;
        async move {
            sleep(Duration::from_secs(at)).await;
            get(client, URL).await;
            start.elapsed()
        }
    }));
    assert!(asked.await.into_iter().all(|at| at >= Duration::from_secs(30)));
    assert_eq!(network.requests().len(), 6);
}

/// A thousand clients that fail at the same moment do not come back at the same moment.
#[core_async::test(start_paused = true)]
async fn clients_that_fail_together_come_back_apart() {
    const BUCKETS: usize = 10;
    for status in [500, 503] {
        let returned = Arc::new(Mutex::new(vec![0_usize; BUCKETS * 2]));
        let base = Duration::from_secs(10);
        let start = Instant::now();
        let clients = (0..1_000).map(|seed| {
            let network = Arc::new(MemoryHttpClient::new());
            let returned = Arc::clone(&returned);
            network.route(URL, move |_| {
                let passed = start.elapsed();
                let response = if passed < Duration::from_millis(1) {
                    MemoryResponse::new(status)
                } else {
                    let bucket = passed.as_nanos() * BUCKETS as u128 / base.as_nanos();
                    returned.lock().unwrap()[usize::try_from(bucket).unwrap()] += 1;
                    MemoryResponse::ok("music")
                };
                std::future::ready(Ok(response))
            });
            let mut policy = HttpPolicy::default();
            policy.retry = RetryPolicy { base, ..RetryPolicy::default() };
            async move { get(&with_seed(&network, policy, seed * 7 + 1), URL).await }
        });
        join_all(clients).await;
        let returned = returned.lock().unwrap().clone();
        // A throttled client waits for half of the base first.
        let first = if status == 503 { BUCKETS / 2 } else { 0 };
        let spread = &returned[first..first + BUCKETS];
        assert!(spread.iter().sum::<usize>() >= 990, "{returned:?}");
        assert!(spread.iter().all(|count| (50..=200).contains(count)), "{returned:?}");
    }
}

#[core_async::test(start_paused = true)]
async fn retries_stay_within_their_budget() {
    let network = network(&[500]);
    let client = with_policy(&network, without_circuit());
    // Ten minutes of a server that fails, asked once per second.
    for _ in 0..600 {
        get(&client, URL).await;
        sleep(second()).await;
    }
    // What the host had at first, what requests and time gave back.
    let most = 600 + 10 + 60 + 60 + 10;
    let asked = network.requests().len();
    assert!((610..=most).contains(&asked), "{asked} requests");
}

#[core_async::test(start_paused = true)]
async fn a_wait_beyond_the_time_allowed_is_not_begun() {
    let network = throttling("30");
    let client = with_policy(&network, HttpPolicy::default());
    let mut request = Request::get(URL);
    request.deadlines.total = Some(Duration::from_secs(20));
    let start = Instant::now();
    let answer = text(client.send(request).await.unwrap()).await;
    assert_eq!(answer, (429, "slow down".into()));
    assert!(start.elapsed().is_zero());
}
