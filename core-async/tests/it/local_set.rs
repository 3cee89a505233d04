//! Tasks that stay where they are.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use core_async::sync::oneshot;
use core_async::task::{JoinSet, LocalSet, spawn, spawn_local, yield_now};
use core_async::time::{Duration, sleep};

use crate::support::{SetOnDrop, settle};

#[core_async::test]
async fn local_tasks_need_not_be_send() {
    let shared = Rc::new(Cell::new(0));
    let local = LocalSet::new();
    let task = local.spawn_local({
        let shared = Rc::clone(&shared);
        async move {
            yield_now().await;
            shared.set(shared.get() + 1);
        }
    });
    let outcome = local.run_until(async {
        let again = Rc::clone(&shared);
        spawn_local(async move { again.set(again.get() + 10) }).await.unwrap();
        task.await
    });
    outcome.await.unwrap();
    assert_eq!(shared.get(), 11);
}

#[core_async::test]
async fn awaiting_the_set_runs_all_its_tasks() {
    let count = Rc::new(Cell::new(0));
    let local = LocalSet::new();
    for _ in 0..200 {
        let count = Rc::clone(&count);
        local.spawn_local(async move {
            let inner = Rc::clone(&count);
            spawn_local(async move {
                sleep(Duration::from_millis(1)).await;
                inner.set(inner.get() + 1);
            });
            yield_now().await;
            count.set(count.get() + 1);
        });
    }
    local.await;
    assert_eq!(count.get(), 400);
}

#[core_async::test]
async fn tasks_of_a_set_stand_still_while_nobody_awaits_it() {
    let (guard, dropped) = SetOnDrop::new();
    let local = LocalSet::new();
    let task = local.spawn_local(async move { drop(guard) });
    settle().await;
    assert!(!dropped() && !task.is_finished());
    local.await;
    assert!(dropped() && task.is_finished());
}

#[core_async::test]
async fn dropping_the_set_drops_its_tasks() {
    let (guard, dropped) = SetOnDrop::new();
    let local = LocalSet::new();
    let task = local.spawn_local(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    local.run_until(yield_now()).await;
    assert!(!dropped());
    drop(local);
    assert!(dropped());
    assert!(task.await.unwrap_err().is_cancelled());
}

#[core_async::test]
async fn local_task_can_be_aborted_from_outside() {
    let local = LocalSet::new();
    let task = local.spawn_local(pending::<()>());
    let abort = task.abort_handle();
    local
        .run_until(async move {
            yield_now().await;
            abort.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        })
        .await;
}

#[core_async::test]
async fn entering_a_set_lets_tasks_be_spawned_on_it() {
    let local = LocalSet::new();
    let task = {
        let _entered = local.enter();
        spawn_local(async { 5 })
    };
    assert_eq!(local.run_until(task).await.unwrap(), 5);
}

#[core_async::test]
async fn join_set_owns_local_tasks() {
    let local = LocalSet::new();
    let mut set = JoinSet::new();
    let shared = Rc::new(2);
    set.spawn_local_on(
        {
            let shared = Rc::clone(&shared);
            async move { *shared * 10 }
        },
        &local,
    );
    let mut outputs = local
        .run_until(async move {
            set.spawn_local(async move { *shared });
            set.join_all().await
        })
        .await;
    outputs.sort_unstable();
    assert_eq!(outputs, [2, 20]);
}

#[core_async::test]
async fn ordinary_tasks_run_beside_a_set() {
    let (sender, receiver) = oneshot::channel();
    let local = LocalSet::new();
    let outer = local.run_until(async move {
        spawn(async move { sender.send(1).unwrap() });
        spawn_local(receiver).await.unwrap()
    });
    assert_eq!(outer.await, Ok(1));
}
