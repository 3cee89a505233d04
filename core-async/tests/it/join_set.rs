//! Tasks that live and end together.

use std::future::pending;

use core_async::sync::oneshot;
use core_async::task::JoinSet;
use core_async::time::{Duration, sleep};
use futures::FutureExt;

use crate::support::{SetOnDrop, settle};

#[core_async::test(start_paused = true)]
async fn outcomes_come_in_the_order_in_which_tasks_end() {
    let mut set = JoinSet::new();
    for ms in [60, 10, 35] {
        set.spawn(async move {
            sleep(Duration::from_millis(ms)).await;
            ms
        });
    }
    assert_eq!(set.len(), 3);
    assert!(set.join_next().now_or_never().is_none());
    for ms in [10, 35, 60] {
        assert_eq!(set.join_next().await.unwrap().unwrap(), ms);
    }
    assert!(set.is_empty());
    assert!(set.join_next().await.is_none());
}

#[core_async::test]
async fn ended_tasks_can_be_taken_without_waiting() {
    let mut set = JoinSet::new();
    assert!(set.try_join_next().is_none());
    let (sender, receiver) = oneshot::channel();
    set.spawn(async move { receiver.await.unwrap() });
    set.spawn(pending());
    settle().await;
    assert!(set.try_join_next().is_none());
    sender.send(1).unwrap();
    settle().await;
    assert_eq!(set.try_join_next().unwrap().unwrap(), 1);
    assert!(set.try_join_next().is_none());
    assert_eq!(set.len(), 1);
}

#[core_async::test]
async fn dropping_the_set_aborts_its_tasks() {
    let (guard, dropped) = SetOnDrop::new();
    let mut set = JoinSet::new();
    set.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    settle().await;
    assert!(!dropped());
    drop(set);
    settle().await;
    assert!(dropped());
}

#[core_async::test]
async fn single_tasks_can_be_aborted() {
    let mut set = JoinSet::new();
    let abort = set.spawn(pending::<u8>());
    set.spawn(async { 2 });
    abort.abort();
    let (mut outputs, mut cancelled) = (Vec::new(), 0);
    while let Some(outcome) = set.join_next().await {
        match outcome {
            Ok(output) => outputs.push(output),
            Err(error) => cancelled += u32::from(error.is_cancelled()),
        }
    }
    assert_eq!((outputs, cancelled), (vec![2], 1));
}

#[core_async::test]
async fn shutdown_waits_until_all_are_gone() {
    let (guard, dropped) = SetOnDrop::new();
    let mut set = JoinSet::new();
    set.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    set.spawn(async {});
    settle().await;
    set.shutdown().await;
    assert!(set.is_empty() && dropped());
}

#[core_async::test]
async fn detached_tasks_go_on() {
    let (sender, receiver) = oneshot::channel();
    let mut set = JoinSet::new();
    set.spawn(async move {
        settle().await;
        sender.send(3)
    });
    set.detach_all();
    assert!(set.is_empty());
    drop(set);
    assert_eq!(receiver.await, Ok(3));
}

#[core_async::test]
async fn join_all_collects_the_outputs() {
    let mut set = JoinSet::new();
    for value in 0..10 {
        set.spawn(async move { value });
    }
    set.spawn_blocking(|| 10);
    let mut outputs = set.join_all().await;
    outputs.sort_unstable();
    assert_eq!(outputs, (0..=10).collect::<Vec<_>>());
}
