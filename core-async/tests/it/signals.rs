//! Barriers and notifications.

use std::sync::Arc;
use std::task::Context;

use core_async::sync::{Barrier, Notify};
use core_async::task::spawn;
use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::support::{WakeCounter, settle};

#[core_async::test(timeout_ms = 5_000)]
async fn barrier_has_one_leader_per_generation() {
    let barrier = Arc::new(Barrier::new(3));
    for _generation in 0..4 {
        let tasks = [(); 3].map(|()| {
            let barrier = Arc::clone(&barrier);
            spawn(async move { barrier.wait().await.is_leader() })
        });
        let mut leaders = 0;
        for task in tasks {
            leaders += u32::from(task.await.unwrap());
        }
        assert_eq!(leaders, 1);
    }
}

#[core_async::test]
async fn barrier_holds_until_all_are_there() {
    let barrier = Arc::new(Barrier::new(2));
    let early = spawn({
        let barrier = Arc::clone(&barrier);
        async move { barrier.wait().await.is_leader() }
    });
    settle().await;
    assert!(!early.is_finished());
    let last = barrier.wait().await.is_leader();
    assert_ne!(early.await.unwrap(), last);
}

#[core_async::test]
async fn notification_before_the_wait_is_kept_once() {
    let notify = Notify::new();
    notify.notify_one();
    notify.notify_one();
    assert!(notify.notified().now_or_never().is_some());
    assert!(notify.notified().now_or_never().is_none());
}

#[core_async::test]
async fn notify_one_wakes_the_oldest_waiter() {
    let notify = Arc::new(Notify::new());
    let wait = || {
        let notify = Arc::clone(&notify);
        spawn(async move { notify.notified().await })
    };
    let first = wait();
    settle().await;
    let second = wait();
    settle().await;
    notify.notify_one();
    settle().await;
    assert!(first.is_finished() && !second.is_finished());
    notify.notify_one();
    second.await.unwrap();
}

#[core_async::test]
async fn notify_waiters_wakes_all_and_keeps_nothing() {
    let notify = Arc::new(Notify::new());
    let tasks = [(); 3].map(|()| {
        let notify = Arc::clone(&notify);
        spawn(async move { notify.notified().await })
    });
    settle().await;
    notify.notify_waiters();
    for task in tasks {
        timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
    }
    assert!(notify.notified().now_or_never().is_none());
}

#[core_async::test]
async fn cancelled_waiter_passes_its_notification_on() {
    let notify = Notify::new();
    let mut first = Box::pin(notify.notified());
    let mut second = Box::pin(notify.notified());
    let (counter, waker) = WakeCounter::new();
    let mut cx = Context::from_waker(&waker);
    assert!(first.as_mut().poll(&mut cx).is_pending());
    assert!(second.as_mut().poll(&mut cx).is_pending());
    notify.notify_one();
    drop(first);
    assert!(second.as_mut().poll(&mut cx).is_ready());
    // One wake each, and none in between.
    assert_eq!(counter.count(), 2);
}
