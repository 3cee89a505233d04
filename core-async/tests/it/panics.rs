//! Panics inside tasks, where panics unwind: natively, and in browser modules built that way.

use core_async::task::{spawn, spawn_blocking};
use core_async::time::{Duration, interval};

#[core_async::test]
async fn panicking_task_is_told_apart_from_a_cancelled_one() {
    let error = spawn(async { panic!("out of tune") }).await.unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert!(error.to_string().contains("out of tune"), "{error}");
    assert_eq!(*error.into_panic().downcast_ref::<&str>().unwrap(), "out of tune");
}

#[core_async::test]
async fn panicking_closure_does_not_harm_the_others() {
    let bad = spawn_blocking(|| panic!("{}", 1));
    let good = spawn_blocking(|| 2);
    let payload = bad.await.unwrap_err().try_into_panic().unwrap();
    assert_eq!(payload.downcast_ref::<String>().unwrap(), "1");
    assert_eq!(good.await.unwrap(), 2);
}

#[core_async::test]
async fn interval_without_a_period_panics() {
    let refused = spawn(async { interval(Duration::ZERO).tick().await }).await.unwrap_err();
    assert!(refused.is_panic());
}
