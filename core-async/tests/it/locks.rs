//! Mutual exclusion, shared reading and values that are made once.

use std::sync::Arc;

use core_async::sync::{Mutex, OnceCell, RwLock};
use core_async::task::{spawn, yield_now};
use core_async::time::{Duration, timeout};
use futures::FutureExt;

use crate::support::{Log, settle};

#[core_async::test]
async fn mutex_lets_one_in_at_a_time() {
    let mutex = Arc::new(Mutex::new(0));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let mutex = Arc::clone(&mutex);
            spawn(async move {
                let mut value = mutex.lock().await;
                let read = *value;
                yield_now().await;
                *value = read + 1;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*mutex.lock().await, 20);
}

#[core_async::test]
async fn mutex_serves_waiters_in_order() {
    let mutex = Arc::new(Mutex::new(()));
    let log = Log::default();
    let held = mutex.lock().await;
    assert!(mutex.try_lock().is_err());
    let mut tasks = Vec::new();
    for id in 0..4 {
        let (mutex, log) = (Arc::clone(&mutex), log.clone());
        tasks.push(spawn(async move {
            let _held = mutex.lock_owned().await;
            log.push(id);
            yield_now().await;
        }));
        settle().await;
    }
    // The second in line gives up.
    tasks[1].abort();
    settle().await;
    drop(held);
    for task in tasks {
        task.await.ok();
    }
    assert_eq!(log.entries(), [0, 2, 3]);
    assert!(mutex.try_lock().is_ok());
}

#[core_async::test(timeout_ms = 5_000)]
async fn readers_hold_a_lock_together() {
    let lock = Arc::new(RwLock::new(1));
    let first = lock.read().await;
    let second = lock.read().await;
    let third = Arc::clone(&lock).read_owned().await;
    assert_eq!((*first, *second, *third), (1, 1, 1));
    assert!(lock.try_write().is_err());
    drop((first, second));
    assert!(lock.try_write().is_err());
    drop(third);
    *lock.try_write().unwrap() += 1;
    assert_eq!(*lock.read().await, 2);
}

#[core_async::test]
async fn waiting_writer_goes_before_later_readers() {
    let lock = Arc::new(RwLock::new(0));
    let reading = lock.read().await;
    let writer = spawn({
        let lock = Arc::clone(&lock);
        async move { *lock.write().await = 1 }
    });
    settle().await;
    let later = timeout(Duration::from_millis(3), lock.read()).await;
    assert!(later.is_err(), "a reader overtook the writer");
    drop(reading);
    writer.await.unwrap();
    assert_eq!(*lock.read().await, 1);
}

#[core_async::test]
async fn writer_becomes_reader_without_letting_go() {
    let lock = RwLock::new(1);
    let mut writing = lock.write().await;
    *writing = 2;
    let reading = writing.downgrade();
    assert!(lock.write().now_or_never().is_none());
    assert_eq!((*reading, *lock.read().await), (2, 2));
}

#[core_async::test]
async fn once_cell_is_filled_once() {
    let cell = Arc::new(OnceCell::new());
    let log = Log::default();
    let tasks = [1, 2, 3].map(|value| {
        let (cell, log) = (Arc::clone(&cell), log.clone());
        spawn(async move {
            let make = || async {
                log.push(value);
                yield_now().await;
                value
            };
            *cell.get_or_init(make).await
        })
    });
    for task in tasks {
        assert_eq!(task.await.unwrap(), 1);
    }
    assert_eq!(log.entries(), [1]);
    assert!(cell.set(9).is_err());
}

#[core_async::test]
async fn failed_initialisation_can_be_tried_again() {
    let cell = OnceCell::new();
    assert_eq!(cell.get_or_try_init(|| async { Err("no") }).await, Err("no"));
    assert!(!cell.initialized());
    assert_eq!(cell.get_or_try_init(|| async { Ok::<_, &str>(1) }).await, Ok(&1));
}
