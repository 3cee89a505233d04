//! Permits.

use std::sync::Arc;

use core_async::sync::{Semaphore, TryAcquireError};
use core_async::task::{JoinHandle, spawn, yield_now};
use core_async::time::{Duration, timeout};

use crate::support::{Log, settle};

async fn queue_up(semaphore: &Arc<Semaphore>, log: &Log, id: u32, permits: u32) -> JoinHandle<()> {
    let (semaphore, log) = (Arc::clone(semaphore), log.clone());
    let task = spawn(async move {
        let _permits = semaphore.acquire_many(permits).await.unwrap();
        log.push(id);
        yield_now().await;
    });
    settle().await;
    task
}

#[core_async::test]
async fn waiters_are_served_in_order() {
    let semaphore = Arc::new(Semaphore::new(1));
    let log = Log::default();
    let permit = semaphore.acquire().await.unwrap();
    let mut tasks = Vec::new();
    for id in 0..5 {
        tasks.push(queue_up(&semaphore, &log, id, 1).await);
    }
    drop(permit);
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(log.entries(), [0, 1, 2, 3, 4]);
}

#[core_async::test(timeout_ms = 5_000)]
async fn cancelled_waiter_hands_its_turn_on() {
    let semaphore = Arc::new(Semaphore::new(0));
    let log = Log::default();
    let first = queue_up(&semaphore, &log, 1, 1).await;
    let second = queue_up(&semaphore, &log, 2, 1).await;
    // Woken and cancelled in the same breath: the permit is on its way to the first one.
    semaphore.add_permits(1);
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    second.await.unwrap();
    assert_eq!(log.entries(), [2]);
    assert_eq!(semaphore.available_permits(), 1);
}

#[core_async::test]
async fn large_request_is_not_overtaken() {
    let semaphore = Arc::new(Semaphore::new(1));
    let log = Log::default();
    let large = queue_up(&semaphore, &log, 3, 3).await;
    let small = queue_up(&semaphore, &log, 1, 1).await;
    assert!(log.entries().is_empty());
    semaphore.add_permits(2);
    large.await.unwrap();
    small.await.unwrap();
    assert_eq!(log.entries(), [3, 1]);
}

#[core_async::test]
async fn owned_permit_moves_into_a_task() {
    let semaphore = Arc::new(Semaphore::new(2));
    let mut tasks = Vec::new();
    for _ in 0..6 {
        let permit = Arc::clone(&semaphore).acquire_owned().await.unwrap();
        let semaphore = Arc::clone(&semaphore);
        tasks.push(spawn(async move {
            yield_now().await;
            let free = semaphore.available_permits();
            drop(permit);
            free
        }));
    }
    for task in tasks {
        assert!(task.await.unwrap() < 2);
    }
    assert_eq!(semaphore.available_permits(), 2);
}

#[core_async::test]
async fn trying_tells_empty_from_closed() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.try_acquire().unwrap();
    assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
    permit.forget();
    semaphore.close();
    assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::Closed);
    assert!(semaphore.is_closed());
}

#[core_async::test]
async fn closing_wakes_every_waiter() {
    let semaphore = Arc::new(Semaphore::new(0));
    let tasks = [1, 2].map(|_| {
        let semaphore = Arc::clone(&semaphore);
        spawn(async move { semaphore.acquire_owned().await.is_err() })
    });
    settle().await;
    semaphore.close();
    for task in tasks {
        let refused = timeout(Duration::from_secs(5), task).await.unwrap();
        assert!(refused.unwrap());
    }
}
