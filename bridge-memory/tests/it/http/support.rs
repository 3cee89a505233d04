//! A client with a policy, on the tests' own time.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_memory::{MemoryHttpClient, MemoryResponse, SeededRandomness};
use bridge_traits::policy::{HttpPolicy, HttpRefusal, PolicyHttpClient};
use bridge_traits::{BridgeError, Clock, HttpClient, Request, Response};
use core_async::time::{Duration, Instant};

/// 1994-11-06 08:49:37 UTC, the example of RFC 9110.
pub(crate) const START: u64 = 784_111_777_000;

/// A clock that goes with the tests' paused time.
#[derive(Debug)]
pub(crate) struct TaskClock(Instant);

impl TaskClock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for TaskClock {
    fn unix_millis(&self) -> u64 {
        START + u64::try_from(self.monotonic().as_millis()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// `inner` with this policy.
pub(crate) fn with_policy(inner: &Arc<MemoryHttpClient>, policy: HttpPolicy) -> PolicyHttpClient {
    with_seed(inner, policy, 1)
}

/// As [`with_policy`], with other random numbers.
pub(crate) fn with_seed(
    inner: &Arc<MemoryHttpClient>,
    policy: HttpPolicy,
    seed: u64,
) -> PolicyHttpClient {
    let inner = Arc::<MemoryHttpClient>::clone(inner);
    let randomness = Arc::new(SeededRandomness::new(seed));
    PolicyHttpClient::new(inner, Arc::new(TaskClock::start()), randomness, policy)
}

/// A server that answers with each status in turn, and with the last one from then on.
pub(crate) fn serve_statuses(client: &MemoryHttpClient, url: &str, statuses: &'static [u16]) {
    let next = AtomicUsize::new(0);
    client.route(url, move |_| {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let status = statuses[at.min(statuses.len() - 1)];
        let response = MemoryResponse::new(status).with_body(format!("answer {at}"));
        std::future::ready(Ok(response))
    });
}

/// A server that sends everybody elsewhere.
pub(crate) fn serve_redirect(client: &MemoryHttpClient, url: &str, status: u16, location: &str) {
    let location = location.to_owned();
    client.route(url, move |_| {
        let response = MemoryResponse::new(status).with_header("location", location.clone());
        std::future::ready(Ok(response))
    });
}

/// The status and the body of an answer to a `GET`.
pub(crate) async fn get(client: &dyn HttpClient, url: &str) -> (u16, String) {
    text(client.send(Request::get(url)).await.unwrap()).await
}

pub(crate) async fn text(response: Response) -> (u16, String) {
    let status = response.status;
    let body = response.bytes(1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Why the policy refused.
#[track_caller]
pub(crate) fn refusal(error: &BridgeError) -> HttpRefusal {
    let source = error.source().unwrap_or_else(|| panic!("{error:?} is no refusal"));
    *source.downcast_ref().unwrap_or_else(|| panic!("{error:?} is no refusal"))
}
