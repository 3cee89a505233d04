//! Measurements in a browser, not tests: `cargo xtask bench async` runs them and reads what they print.
//!
//! Each comparison alternates between both sides, so that a busy machine disturbs them alike, and prints the
//! middle round as `bench: NAME OURS BASELINE` in microseconds.

#![expect(clippy::unwrap_used, reason = "a measurement that fails ends")]

mod bare;

use core_async::sync::oneshot;
use core_async::task;
use core_async::time::{self, Duration, Instant};

const ROUNDS: usize = 9;

/// The middle of several rounds of both sides, in microseconds for each of `times`.
async fn compare<A, B>(name: &str, times: u32, ours: impl Fn() -> A, baseline: impl Fn() -> B)
where
    A: Future<Output = ()>,
    B: Future<Output = ()>,
{
    let (mut us, mut them) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        us.push(measure(times, &ours).await);
        them.push(measure(times, &baseline).await);
    }
    us.sort_by(f64::total_cmp);
    them.sort_by(f64::total_cmp);
    core_async::__private::say(&format!("bench: {name} {} {}", us[ROUNDS / 2], them[ROUNDS / 2]));
}

async fn measure<F: Future<Output = ()>>(times: u32, work: &impl Fn() -> F) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        work().await;
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}

#[core_async::test(timeout_ms = 60_000)]
async fn yield_now() {
    compare("yield_now", 2000, task::yield_now, || std::future::ready(())).await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn spawn_and_join() {
    compare(
        "spawn_and_join",
        2000,
        || async { task::spawn(std::future::ready(1)).await.map(drop).unwrap() },
        || async {
            let (done, result) = oneshot::channel();
            bare::spawn(async { done.send(1).map(drop).unwrap() });
            result.await.map(drop).unwrap();
        },
    )
    .await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn sleep() {
    compare("sleep_5_ms", 20, || time::sleep(Duration::from_millis(5)), || bare::sleep(5)).await;
}
