//! Spawning, awaiting and aborting tasks.

use std::future::{pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use core_async::sync::{Notify, oneshot};
use core_async::task::{
    AbortHandle, AbortOnDropHandle, JoinHandle, spawn, spawn_blocking, yield_now,
};
use core_async::time::{Duration, sleep, timeout};
use futures::FutureExt;

use crate::support::{Log, SetOnDrop, settle};

#[core_async::test]
async fn awaiting_a_task_yields_its_output() {
    let task = spawn(async {
        yield_now().await;
        String::from("done")
    });
    assert_eq!(task.await.unwrap(), "done");
}

#[core_async::test]
async fn task_runs_although_nobody_awaits_it() {
    let (sender, receiver) = oneshot::channel();
    drop(spawn(async move { sender.send(7) }));
    assert_eq!(receiver.await, Ok(7));
}

#[core_async::test]
async fn task_begins_after_its_parent_yields() {
    let begun = Arc::new(AtomicBool::new(false));
    let task = spawn({
        let begun = Arc::clone(&begun);
        async move { begun.store(true, Ordering::SeqCst) }
    });
    assert!(!begun.load(Ordering::SeqCst));
    task.await.unwrap();
    assert!(begun.load(Ordering::SeqCst));
}

#[core_async::test]
async fn aborting_a_pending_task_cancels_it_and_drops_its_future() {
    let (guard, dropped) = SetOnDrop::new();
    let task = spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    settle().await;
    assert!(!dropped());
    task.abort();
    let error = task.await.unwrap_err();
    assert!(dropped());
    assert!(error.is_cancelled());
    assert!(!error.is_panic());
    assert!(error.to_string().contains("was cancelled"), "{error}");
    assert!(error.try_into_panic().is_err());
}

#[core_async::test]
async fn aborting_wakes_whoever_awaits_the_task() {
    let task = spawn(pending::<()>());
    let abort = task.abort_handle();
    let waiting = spawn(task);
    settle().await;
    assert!(!waiting.is_finished());
    abort.abort();
    assert!(waiting.await.unwrap().unwrap_err().is_cancelled());
}

#[core_async::test]
async fn aborting_before_the_first_poll_never_runs_the_task() {
    let (guard, dropped) = SetOnDrop::new();
    let log = Log::default();
    let task = spawn({
        let log = log.clone();
        async move {
            let _guard = guard;
            log.push(1);
        }
    });
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert!(dropped());
    assert!(log.entries().is_empty());
}

#[core_async::test]
async fn late_abort_keeps_the_output() {
    let task = spawn(ready(5));
    settle().await;
    assert!(task.is_finished());
    task.abort();
    settle().await;
    assert_eq!(task.await.unwrap(), 5);
}

#[core_async::test]
async fn is_finished_is_true_exactly_when_the_output_is_ready() {
    let (sender, receiver) = oneshot::channel::<u8>();
    let mut task = spawn(receiver);
    let abort = task.abort_handle();
    assert!(!task.is_finished());
    settle().await;
    assert!(!task.is_finished() && !abort.is_finished());
    assert!((&mut task).now_or_never().is_none());
    sender.send(9).unwrap();
    // The value is there, but the task has not run.
    assert!(!task.is_finished() && !abort.is_finished());
    settle().await;
    assert!(task.is_finished() && abort.is_finished());
    assert_eq!((&mut task).now_or_never().unwrap().unwrap(), Ok(9));
    assert!(task.is_finished());
}

#[core_async::test]
async fn aborted_task_is_finished_once_it_is_gone() {
    let task = spawn(pending::<()>());
    settle().await;
    task.abort();
    settle().await;
    assert!(task.is_finished());
    assert!(task.now_or_never().unwrap().unwrap_err().is_cancelled());
}

fn spawn_with_own_handle<F, Fut>(body: F) -> JoinHandle<u8>
where
    F: FnOnce(AbortHandle) -> Fut + Send + 'static,
    Fut: Future<Output = u8> + Send,
{
    let (sender, receiver) = oneshot::channel();
    let task = spawn(async move { body(receiver.await.unwrap()).await });
    sender.send(task.abort_handle()).unwrap();
    task
}

#[core_async::test]
async fn task_that_aborts_itself_stops_at_its_next_await() {
    let log = Log::default();
    let task = spawn_with_own_handle({
        let log = log.clone();
        |own| async move {
            own.abort();
            log.push(1);
            pending::<()>().await;
            log.push(2);
            0
        }
    });
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(log.entries(), [1]);
}

#[core_async::test]
async fn task_that_aborts_itself_and_ends_keeps_its_output() {
    let task = spawn_with_own_handle(|own| async move {
        own.abort();
        3
    });
    assert_eq!(task.await.unwrap(), 3);
}

#[core_async::test]
async fn abort_handle_outlives_the_join_handle() {
    let (guard, dropped) = SetOnDrop::new();
    let task = spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    let abort = task.abort_handle();
    drop(task);
    settle().await;
    assert!(!dropped() && !abort.is_finished());
    abort.clone().abort();
    settle().await;
    assert!(dropped() && abort.is_finished());
    // Once more does no harm.
    abort.abort();
}

#[core_async::test]
async fn abort_on_drop_handle_stops_its_task() {
    let (guard, dropped) = SetOnDrop::new();
    let owner = AbortOnDropHandle::new(spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    }));
    settle().await;
    assert!(!dropped() && !owner.is_finished());
    drop(owner);
    settle().await;
    assert!(dropped());
}

#[core_async::test]
async fn abort_on_drop_handle_yields_the_output_of_its_task() {
    assert_eq!(AbortOnDropHandle::new(spawn(ready(1))).await.unwrap(), 1);
}

#[core_async::test]
async fn detached_task_goes_on() {
    let notify = Arc::new(Notify::new());
    let owner = AbortOnDropHandle::new(spawn({
        let notify = Arc::clone(&notify);
        async move { notify.notified().await }
    }));
    let task = owner.detach();
    settle().await;
    assert!(!task.is_finished());
    notify.notify_one();
    task.await.unwrap();
}

#[core_async::test]
async fn task_may_await_a_task_it_spawned() {
    let outer = spawn(async { spawn(async { spawn(ready(4)).await.unwrap() }).await.unwrap() });
    assert_eq!(outer.await.unwrap(), 4);
}

#[core_async::test]
async fn dropping_a_future_may_abort_and_spawn() {
    struct Busy(AbortHandle, Option<oneshot::Sender<()>>);
    impl Drop for Busy {
        fn drop(&mut self) {
            self.0.abort();
            let sender = self.1.take().unwrap();
            spawn(async move { sender.send(()) });
        }
    }
    let other = spawn(pending::<()>());
    let (sender, receiver) = oneshot::channel();
    let busy = Busy(other.abort_handle(), Some(sender));
    let task = spawn(async move {
        let _busy = busy;
        pending::<()>().await;
    });
    settle().await;
    task.abort();
    assert!(other.await.unwrap_err().is_cancelled());
    receiver.await.unwrap();
}

#[core_async::test]
async fn yielding_tasks_take_turns() {
    let log = Log::default();
    let tasks: Vec<_> = (0..3)
        .map(|id| {
            let log = log.clone();
            spawn(async move {
                for _ in 0..4 {
                    log.push(id);
                    yield_now().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // In every round everybody has one turn; who begins is up to the platform.
    for round in log.entries().chunks(3) {
        let mut round = round.to_vec();
        round.sort_unstable();
        assert_eq!(round, [0, 1, 2]);
    }
    assert_eq!(log.entries().len(), 12);
}

#[core_async::test(timeout_ms = 5_000)]
async fn yielding_lets_timers_run() {
    let over = Arc::new(AtomicBool::new(false));
    let timer = spawn({
        let over = Arc::clone(&over);
        async move {
            sleep(Duration::from_millis(3)).await;
            over.store(true, Ordering::SeqCst);
        }
    });
    while !over.load(Ordering::SeqCst) {
        yield_now().await;
    }
    timer.await.unwrap();
}

#[core_async::test]
async fn yield_survives_being_dropped_and_polled_in_vain() {
    for _ in 0..3 {
        assert!(yield_now().now_or_never().is_none());
    }
    let both = timeout(Duration::from_secs(5), async {
        core_async::join!(yield_now(), yield_now(), async { yield_now().await });
    });
    both.await.unwrap();
}

#[core_async::test]
async fn many_tasks_all_finish() {
    let sum = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (1..=1_000)
        .map(|value| {
            let sum = Arc::clone(&sum);
            spawn(async move {
                yield_now().await;
                sum.fetch_add(value, Ordering::SeqCst);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(sum.load(Ordering::SeqCst), 500_500);
}

#[core_async::test]
async fn spawn_blocking_yields_the_closure_s_output() {
    let text = String::from("heavy");
    let task = spawn_blocking(move || text.len());
    assert_eq!(task.await.unwrap(), 5);
}

#[core_async::test]
async fn spawn_blocking_runs_although_nobody_awaits_it() {
    let (sender, receiver) = oneshot::channel();
    drop(spawn_blocking(move || sender.send(1)));
    assert_eq!(receiver.await, Ok(1));
}
