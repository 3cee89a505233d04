//! Measurements in a browser, not tests: `cargo xtask bench async` runs them and reads what they print.
//!
//! Each comparison alternates between both sides, so that a busy machine disturbs them alike, and prints the
//! middle round as `bench: NAME OURS BASELINE` in microseconds. Everything runs in a task without a test
//! harness around it, because the harness has work to do whenever a test is woken.

#![expect(clippy::unwrap_used, reason = "a measurement that fails ends")]

mod bare;

use core_async::sync::oneshot;
use core_async::task;
use core_async::time::{self, Duration, Instant};

const ROUNDS: usize = 9;

/// The middle of several rounds of both sides, in microseconds.
async fn compare<A, B>(name: &'static str, ours: impl Fn() -> A, baseline: impl Fn() -> B)
where
    A: Future<Output = f64>,
    B: Future<Output = f64>,
{
    let (mut us, mut them) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        us.push(ours().await);
        them.push(baseline().await);
    }
    us.sort_by(f64::total_cmp);
    them.sort_by(f64::total_cmp);
    core_async::__private::say(&format!("bench: {name} {} {}", us[ROUNDS / 2], them[ROUNDS / 2]));
}

/// Microseconds for one piece of work, of so many in a row.
async fn measure<F: Future<Output = ()>>(times: u32, work: impl Fn() -> F) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        work().await;
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}

/// Runs a comparison away from the harness.
async fn apart(comparison: impl Future<Output = ()> + 'static) {
    let (done, finished) = oneshot::channel();
    bare::spawn(async {
        comparison.await;
        done.send(()).unwrap();
    });
    finished.await.unwrap();
}

async fn spawn_and_join_ours() {
    task::spawn(std::future::ready(1)).await.map(drop).unwrap();
}

async fn spawn_and_join_bare() {
    let (done, result) = oneshot::channel();
    bare::spawn(async { done.send(1).map(drop).unwrap() });
    result.await.map(drop).unwrap();
}

#[core_async::test(timeout_ms = 60_000)]
async fn yield_now() {
    apart(compare("yield_now", || measure(2000, task::yield_now), || bare::messages(2000))).await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn spawn_and_join() {
    apart(compare(
        "spawn_and_join",
        || async { task::spawn(measure(2000, spawn_and_join_ours)).await.unwrap() },
        || measure(2000, spawn_and_join_bare),
    ))
    .await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn spawn_and_join_from_outside() {
    apart(compare(
        "spawn_and_join_from_outside_of_tasks",
        || measure(2000, spawn_and_join_ours),
        || measure(2000, spawn_and_join_bare),
    ))
    .await;
}

#[core_async::test(timeout_ms = 60_000)]
async fn sleep() {
    apart(compare(
        "sleep_5_ms",
        || measure(20, || time::sleep(Duration::from_millis(5))),
        || measure(20, || bare::sleep(5)),
    ))
    .await;
}
