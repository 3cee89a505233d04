//! What waits costs nothing: nobody is woken while nothing happens.
//!
//! The time is real, because a paused clock would not show timers that fire in between.

use std::future::pending;

use core_async::sync::{CancellationToken, Notify, Semaphore, broadcast, mpsc, oneshot, watch};
use core_async::task::{self, AbortOnDropHandle, JoinSet};
use core_async::time::{Duration, interval, jumps, sleep, timeout};

core_async::__platform! {
    { #[path = "native.rs"] mod wake_ups; }
    { #[path = "browser.rs"] mod wake_ups; }
}

const HOUR: Duration = Duration::from_secs(3_600);

#[core_async::test]
async fn waiting_tasks_are_never_woken() {
    assert_eq!(wake_ups::counted(|| task::spawn(wait_for_everything())).await, 0);
}

/// Proves that the test above could fail.
#[core_async::test]
async fn ticking_task_is_noticed() {
    let ticking = || task::spawn(async { tick(Duration::from_millis(50)).await });
    assert!(wake_ups::counted(ticking).await >= 5);
}

async fn tick(period: Duration) {
    let mut ticks = interval(period);
    loop {
        ticks.tick().await;
    }
}

/// Waits for one of everything that can be waited for.
async fn wait_for_everything() {
    let (_news, mut subscriber) = broadcast::channel::<u8>(8);
    let (_sender, mut receiver) = mpsc::channel::<u8>(8);
    let (_unbounded, mut queue) = mpsc::unbounded_channel::<u8>();
    let (_state, mut watcher) = watch::channel(0);
    let (_promise, answer) = oneshot::channel::<u8>();
    let token = CancellationToken::new();
    let child = token.child_token();
    let (notify, no_permits) = (Notify::new(), Semaphore::new(0));
    let mut jumps = jumps(HOUR);
    let mut set = JoinSet::new();
    set.spawn(pending::<()>());
    let owned = AbortOnDropHandle::new(task::spawn(sleep(2 * HOUR)));
    core_async::join!(
        sleep(HOUR),
        tick(HOUR),
        async { _ = timeout(HOUR, pending::<()>()).await },
        async { _ = jumps.next().await },
        async { _ = subscriber.recv().await },
        async { _ = receiver.recv().await },
        async { _ = queue.recv().await },
        async { _ = watcher.changed().await },
        async { _ = answer.await },
        child.cancelled(),
        notify.notified(),
        async { _ = no_permits.acquire().await },
        async { _ = set.join_next().await },
        async { _ = owned.await },
    );
}
