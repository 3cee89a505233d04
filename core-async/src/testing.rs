//! Support for `#[core_async::test]`.

use std::future::Future;
use std::time::Duration;

/// Runs the body of a test.
#[cfg(not(target_feature = "atomics"))]
pub async fn run_test<F: Future>(body: F) -> F::Output {
    body.await
}

/// Runs the body of a test and fails it when it takes longer than `millis`.
///
/// # Panics
///
/// Panics when the time is over: that is how a test fails.
pub async fn within<F: Future>(millis: u64, body: F) -> F::Output {
    let limit = Duration::from_millis(millis);
    match crate::time::timeout(limit, body).await {
        Ok(output) => output,
        Err(_) => panic!("the test took longer than {millis} ms"),
    }
}
