//! Ids, task-local values and budgets.

use std::future::pending;

use core_async::sync::mpsc;
use core_async::task::{
    self, JoinSet, block_in_place, consume_budget, coop, spawn, spawn_blocking, unconstrained,
    yield_now,
};
use core_async::time::{Duration, sleep, timeout};
use futures::FutureExt;

use crate::support::settle;

core_async::task_local! {
    static NAME: &'static str;
}

#[core_async::test]
async fn every_task_has_an_id_of_its_own() {
    let first = spawn(async { (task::id(), task::try_id()) });
    let second = spawn(async { task::id() });
    let (first_id, second_id) = (first.id(), second.id());
    assert_ne!(first_id, second_id);
    assert_eq!(first.abort_handle().id(), first_id);
    assert_eq!(first.await.unwrap(), (first_id, Some(first_id)));
    assert_eq!(second.await.unwrap(), second_id);
    let aborted = spawn(pending::<()>());
    let id = aborted.id();
    aborted.abort();
    assert_eq!(aborted.await.unwrap_err().id(), id);
    assert_eq!(format!("{id}"), id.to_string());
}

#[core_async::test]
async fn join_set_says_which_task_ended() {
    let mut set = JoinSet::new();
    let quick = set.spawn(async { 1 }).id();
    let stuck = set.spawn(pending::<u8>());
    settle().await;
    assert_eq!(set.join_next_with_id().await.unwrap().unwrap(), (quick, 1));
    assert!(set.try_join_next_with_id().is_none());
    stuck.abort();
    assert_eq!(set.join_next_with_id().await.unwrap().unwrap_err().id(), stuck.id());
    assert!(set.join_next_with_id().await.is_none());
}

#[core_async::test]
async fn join_set_can_be_collected_and_extended() {
    let mut set: JoinSet<u32> = (0..3).map(|value| async move { value }).collect();
    set.extend((3..5).map(|value| async move { value }));
    assert_eq!(set.len(), 5);
    let mut outputs = set.join_all().await;
    outputs.sort_unstable();
    assert_eq!(outputs, [0, 1, 2, 3, 4]);
}

#[core_async::test]
async fn abort_all_keeps_the_outcomes_in_the_set() {
    let mut set: JoinSet<()> = (0..5).map(|_| pending()).collect();
    settle().await;
    set.abort_all();
    assert_eq!(set.len(), 5);
    let mut cancelled = 0;
    while let Some(outcome) = set.join_next().await {
        cancelled += u32::from(outcome.unwrap_err().is_cancelled());
    }
    assert_eq!(cancelled, 5);
}

#[core_async::test]
async fn task_local_values_belong_to_their_scope() {
    assert!(NAME.try_with(|_| ()).is_err());
    NAME.scope("outer", async {
        yield_now().await;
        assert_eq!(NAME.get(), "outer");
        NAME.scope("inner", async { assert_eq!(NAME.get(), "inner") }).await;
        assert_eq!(NAME.with(|name| name.len()), 5);
        let inherited = spawn(async { NAME.try_get().is_ok() }).await.unwrap();
        assert!(!inherited, "tasks do not inherit them");
        NAME.sync_scope("sync", || assert_eq!(NAME.get(), "sync"));
    })
    .await;
}

#[core_async::test(timeout_ms = 10_000)]
async fn task_that_always_finds_something_lets_the_others_run() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let greedy = spawn(async move {
        // Each message is there already.
        sender.send(()).unwrap();
        while receiver.recv().await.is_some() {
            sender.send(()).unwrap();
        }
    });
    spawn(sleep(Duration::from_millis(2))).await.unwrap();
    assert!(!greedy.is_finished());
    greedy.abort();
    assert!(greedy.await.unwrap_err().is_cancelled());
}

#[core_async::test(timeout_ms = 10_000)]
async fn consuming_the_budget_yields_in_the_end() {
    let greedy = spawn(async {
        loop {
            consume_budget().await;
        }
    });
    sleep(Duration::from_millis(2)).await;
    greedy.abort();
    assert!(greedy.await.unwrap_err().is_cancelled());
    assert!(spawn(unconstrained(async { coop::has_budget_remaining() })).await.unwrap());
}

#[core_async::test(timeout_ms = 10_000)]
async fn timeout_ends_a_future_that_never_rests() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    sender.send(()).unwrap();
    let busy = spawn(timeout(Duration::from_millis(5), async move {
        while receiver.recv().await.is_some() {
            sender.send(()).unwrap();
        }
    }));
    assert!(busy.await.unwrap().is_err());
}

#[core_async::test(flavor = "multi_thread", worker_threads = 1)]
async fn blocking_in_place_runs_right_here() {
    let mut count = 1;
    block_in_place(|| count += 1);
    assert_eq!(spawn(async { block_in_place(|| 3) }).await.unwrap(), 3);
    assert_eq!(count, 2);
}

#[core_async::test]
async fn blocking_closures_can_be_aborted_until_they_begin() {
    let running = spawn_blocking(|| 1);
    assert_eq!(running.await.unwrap(), 1);
    let done = spawn_blocking(|| 2);
    while !done.is_finished() {
        sleep(Duration::from_millis(1)).await;
    }
    done.abort();
    assert_eq!(done.now_or_never().unwrap().unwrap(), 2, "a late abort keeps the output");
}

#[core_async::test(timeout_ms = 10_000)]
async fn timers_run_between_blocking_closures() {
    let mut set = JoinSet::new();
    for _ in 0..20 {
        set.spawn_blocking(|| ());
    }
    let alive = spawn(yield_now());
    set.join_all().await;
    alive.await.unwrap();
}
