//! A thousand cancellations of everything that can be waited for leave nothing behind.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;

use core_async::fs::{FileSystem, OpenOptions};
use core_async::io::{AsyncReadExt, AsyncWriteExt, duplex};
use core_async::sync::{
    Barrier, CancellationToken, Mutex, Notify, OnceCell, RwLock, Semaphore, broadcast, mpsc,
    oneshot, watch,
};
use core_async::task::{
    AbortOnDropHandle, JoinSet, LocalSet, spawn, spawn_blocking, spawn_local, yield_now,
};
use core_async::time::{Duration, Jumps, SystemTime, interval, sleep, timeout};

use crate::support::{WakeCounter, settle};

const CANCELLATIONS: usize = 1_000;
const HOUR: Duration = Duration::from_secs(3_600);

/// Lets others run until `done`, which must be soon.
async fn settle_until(done: impl Fn() -> bool) {
    for _ in 0..CANCELLATIONS {
        if done() {
            return;
        }
        settle().await;
    }
    panic!("it is not done after {CANCELLATIONS} turns");
}

/// Something that is counted while it exists.
#[derive(Clone)]
struct Token(Arc<()>);

impl Token {
    fn new() -> Self {
        Self(Arc::new(()))
    }

    /// Returns how many others exist.
    fn others(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}

/// Polls the futures of `make` and drops them. Returns the waker they were polled with, which nobody
/// else should have any more.
#[track_caller]
fn cancel<T>(mut make: impl AsyncFnMut() -> T) -> Arc<WakeCounter> {
    let (counter, waker) = WakeCounter::new();
    for _ in 0..CANCELLATIONS {
        let mut future = pin!(make());
        let mut cx = Context::from_waker(&waker);
        assert!(future.as_mut().poll(&mut cx).is_pending(), "there was nothing to wait for");
        // A second poll must not queue for a second time.
        drop(future.as_mut().poll(&mut cx));
    }
    counter
}

#[track_caller]
fn check<T>(make: impl AsyncFnMut() -> T) {
    let kept = Arc::strong_count(&cancel(make)) - 1;
    // A receiver keeps the waker of its last wait until the next one, and a timer wheel that of a turn.
    assert!(kept <= 1, "{kept} wakers are kept after {CANCELLATIONS} cancellations");
}

#[core_async::test]
async fn cancelled_locks_leak_nothing() {
    let mutex = Arc::new(Mutex::new(()));
    let held = mutex.lock().await;
    check(|| mutex.lock());
    check(|| Arc::clone(&mutex).lock_owned());
    drop(held);
    assert!(mutex.try_lock().is_ok());

    let lock = Arc::new(RwLock::new(()));
    let held = lock.write().await;
    check(|| lock.read());
    check(|| lock.write());
    check(|| Arc::clone(&lock).read_owned());
    check(|| Arc::clone(&lock).write_owned());
    drop(held);
    assert!(lock.try_write().is_ok(), "no reader or writer is still queued");

    let semaphore = Arc::new(Semaphore::new(1));
    let held = semaphore.acquire().await.unwrap();
    check(|| semaphore.acquire());
    check(|| semaphore.acquire_many(5));
    check(|| Arc::clone(&semaphore).acquire_owned());
    drop(held);
    assert_eq!(semaphore.available_permits(), 1);
}

#[core_async::test]
async fn cancelled_signals_leak_nothing() {
    let notify = Notify::new();
    check(|| notify.notified());
    let token = CancellationToken::new();
    check(|| token.cancelled());
    check(|| token.clone().cancelled_owned());
    check(|| token.child_token().cancelled_owned());
    let cell = OnceCell::<u8>::new();
    check(|| cell.get_or_init(pending));
    let barrier = Barrier::new(CANCELLATIONS + 2);
    // A barrier counts who came, even if they left.
    let (_, waker) = WakeCounter::new();
    let mut cx = Context::from_waker(&waker);
    assert!(pin!(barrier.wait()).poll(&mut cx).is_pending());
}

#[core_async::test]
async fn cancelled_channels_leak_nothing() {
    let (sender, mut receiver) = mpsc::channel(1);
    check(async || receiver.recv().await);
    sender.send(Token::new()).await.unwrap();
    let token = Token::new();
    check(|| sender.send(token.clone()));
    check(|| sender.reserve());
    check(|| sender.closed());
    assert_eq!(token.others(), 0, "what could not be sent is gone");
    receiver.recv().await.unwrap();
    assert_eq!(sender.capacity(), 1);

    let (sender, mut receiver) = broadcast::channel::<u8>(1);
    check(async || receiver.recv().await);
    drop(sender);

    let (sender, mut receiver) = watch::channel(0);
    check(async || receiver.changed().await);
    check(async || receiver.wait_for(|value| *value == 1).await.is_ok());
    check(|| sender.closed());

    let (mut sender, mut receiver) = oneshot::channel::<u8>();
    check(async || (&mut receiver).await);
    check(async || sender.closed().await);

    let (mut near, mut far) = duplex(1);
    check(async || far.read(&mut [0; 8]).await);
    near.write_all(b"x").await.unwrap();
    check(async || near.write(b"y").await);
}

#[core_async::test]
async fn cancelled_timers_leak_nothing() {
    check(|| sleep(HOUR));
    check(|| timeout(HOUR, pending::<()>()));
    let mut ticks = interval(HOUR);
    ticks.tick().await;
    check(async || ticks.tick().await);
    let mut jumps = Jumps::with_wall_clock(HOUR, SystemTime::now);
    check(async || jumps.next().await);
}

#[core_async::test]
async fn dropped_timeouts_drop_what_they_limit() {
    let token = Token::new();
    for _ in 0..CANCELLATIONS {
        let token = token.clone();
        let limited = timeout(HOUR, async move {
            let _token = token;
            pending::<()>().await;
        });
        drop(limited);
    }
    assert_eq!(token.others(), 0);
}

#[core_async::test]
async fn cancelled_yields_leak_nothing() {
    let counter = cancel(yield_now);
    // Everybody is woken in the next turn, those who are gone, too.
    settle().await;
    assert_eq!(Arc::strong_count(&counter), 1);
}

#[core_async::test]
async fn aborted_tasks_leak_nothing() {
    let token = Token::new();
    let wait = |token: Token| async move {
        let _token = token;
        pending::<()>().await;
    };
    let mut tasks = Vec::new();
    for _ in 0..CANCELLATIONS {
        tasks.push(spawn(wait(token.clone())));
    }
    settle_until(|| token.others() == CANCELLATIONS).await;
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        assert!(task.await.unwrap_err().is_cancelled());
    }
    assert_eq!(token.others(), 0);

    let owners: Vec<_> =
        (0..CANCELLATIONS).map(|_| AbortOnDropHandle::new(spawn(wait(token.clone())))).collect();
    drop(owners);
    settle_until(|| token.others() == 0).await;

    let set: JoinSet<()> = (0..CANCELLATIONS).map(|_| wait(token.clone())).collect();
    settle_until(|| token.others() == CANCELLATIONS).await;
    drop(set);
    settle_until(|| token.others() == 0).await;
}

#[core_async::test]
async fn dropped_local_set_leaks_nothing() {
    let token = Token::new();
    let local = LocalSet::new();
    for _ in 0..CANCELLATIONS {
        let token = token.clone();
        local.spawn_local(async move {
            let _token = token;
            pending::<()>().await;
        });
    }
    local.run_until(async { spawn_local(yield_now()).await.unwrap() }).await;
    assert_eq!(token.others(), CANCELLATIONS);
    drop(local);
    assert_eq!(token.others(), 0);
}

#[core_async::test]
async fn forgotten_handles_leak_nothing() {
    let token = Token::new();
    for _ in 0..CANCELLATIONS {
        let token = token.clone();
        drop(spawn(async move { drop(token) }));
    }
    for _ in 0..100 {
        let token = token.clone();
        spawn_blocking(move || drop(token)).await.unwrap();
    }
    settle().await;
    for _ in 0..1_000 {
        if token.others() == 0 {
            return;
        }
        sleep(Duration::from_millis(1)).await;
    }
    panic!("{} tasks are still there", token.others());
}

#[core_async::test]
async fn cancelled_file_operations_leak_nothing() {
    let files: FileSystem = crate::fs::empty();
    files.write("a", "content").await.unwrap();
    let counters =
        [cancel(|| files.read("a")), cancel(|| files.metadata("a")), cancel(|| files.open("a"))];
    settle().await;
    assert!(counters.iter().all(|counter| Arc::strong_count(counter) == 1));
    let mut file = files.open_with("a", OpenOptions::new().read(true).write(true)).await.unwrap();
    let mut buffer = [0; 4];
    // What is under way belongs to the file and goes on with the next read.
    for _ in 0..CANCELLATIONS {
        drop(file.read(&mut buffer));
    }
    assert_eq!(file.read(&mut buffer).await.unwrap(), 4);
    assert_eq!(files.read("a").await.unwrap(), b"content");
}
