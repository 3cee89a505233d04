//! The contract of [`InstanceLock`].

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bridge_traits::{BoxFuture, ErrorKind, InstanceGuard, InstanceLock, PlatformSend};
use core_async::sync::mpsc;
use core_async::task::{AbortOnDropHandle, spawn};
use core_async::time::{Duration, sleep, timeout};
use futures::FutureExt;

use crate::Place;
use crate::expect::{fails, soon};

/// Proves that an [`InstanceLock`] keeps its contract.
///
/// Takes a future that yields a [`Place`] of fresh locks; each connection is another program that
/// competes for them. With `stealable:` in front, one that yields a [`StealableLock`].
#[macro_export]
macro_rules! instance_lock_conformance {
    (stealable: $make:expr $(,)?) => {
        $crate::conformance_tests! {
            instance_lock_loss: $crate::instance_lock::StealableLock = $make, instance_lock:
            a_stolen_lock_is_lost
            a_lost_guard_releases_nothing
        }
    };
    ($make:expr $(,)?) => {
        $crate::conformance_tests! {
            instance_lock: $crate::Place<dyn $crate::InstanceLock> = $make, instance_lock:
            one_program_at_a_time_has_a_lock
            names_do_not_interfere
            a_dropped_guard_releases_the_lock
            who_waits_gets_it
            waiters_come_in_the_order_in_which_they_asked
            who_gives_up_holds_up_nobody
            who_gives_up_at_any_moment_leaves_the_lock_free
            the_holder_is_known_by_its_label
            asking_for_the_holder_gets_in_nobodys_way
            a_lock_that_is_held_is_not_lost
            lock_names_have_1_to_255_bytes
            tasks_exclude_each_other
        }
    };
}

type Subject = Place<dyn InstanceLock>;

/// Locks that the host, or somebody through it, can take away.
pub struct StealableLock {
    place: Subject,
    steal: Box<dyn Fn(String) -> BoxFuture<'static, ()>>,
}

impl StealableLock {
    /// Locks in `place`, of which `steal` takes away the one of this name.
    pub fn new<F, A>(place: Subject, steal: F) -> Self
    where
        F: Fn(String) -> A + 'static,
        A: Future<Output = ()> + PlatformSend + 'static,
    {
        Self { place, steal: Box::new(move |name| Box::pin(steal(name))) }
    }
}

impl fmt::Debug for StealableLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StealableLock").finish_non_exhaustive()
    }
}

async fn take(lock: &Arc<dyn InstanceLock>, name: &str) -> InstanceGuard {
    lock.try_acquire(name).await.unwrap().expect("the lock is free")
}

/// Releasing may take the host a moment; nothing else may.
async fn take_soon(lock: &Arc<dyn InstanceLock>, name: &str) -> InstanceGuard {
    soon("a lock that was released", lock.acquire(name)).await.unwrap()
}

async fn is_taken(lock: &Arc<dyn InstanceLock>, name: &str) -> bool {
    lock.try_acquire(name).await.unwrap().is_none()
}

/// Nobody else gets a lock that is held, also not its holder a second time.
pub async fn one_program_at_a_time_has_a_lock(subject: &Subject) {
    let (one, two) = (subject.connect().await, subject.connect().await);
    let guard = take(&one, "profile").await;
    assert_eq!(guard.name(), "profile");
    assert!(is_taken(&two, "profile").await, "another program has it");
    assert!(is_taken(&one, "profile").await, "so has this one");
    let wait = Duration::from_millis(50);
    assert!(timeout(wait, two.acquire("profile")).await.is_err(), "waiting does not get it either");
    drop(guard);
}

/// Each name is a lock of its own, however alike they are.
pub async fn names_do_not_interfere(subject: &Subject) {
    let lock = subject.connect().await;
    let long = "n".repeat(254);
    let names = [
        "a",
        "A",
        "a ",
        " a",
        "a/b",
        "a\\b",
        "..",
        "-a",
        "a.lock",
        "a\0b",
        "%61",
        "é",
        "e\u{301}",
        "🎵",
        &format!("{long}1"),
        &format!("{long}2"),
    ];
    let mut guards = Vec::new();
    for name in names {
        guards.push(take(&lock, name).await);
    }
    for name in names {
        assert!(is_taken(&lock, name).await, "{name:?}");
    }
}

/// Dropping is all it takes, again and again.
pub async fn a_dropped_guard_releases_the_lock(subject: &Subject) {
    let (one, two) = (subject.connect().await, subject.connect().await);
    for _ in 0..5 {
        drop(take_soon(&one, "profile").await);
        drop(take_soon(&two, "profile").await);
    }
}

/// A wait ends when the lock is released, and not before.
pub async fn who_waits_gets_it(subject: &Subject) {
    let (one, two) = (subject.connect().await, subject.connect().await);
    let guard = take(&one, "profile").await;
    let waiting = spawn(async move { two.acquire("profile").await });
    sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    drop(guard);
    let guard = soon("the lock", waiting).await.unwrap().unwrap();
    assert!(is_taken(&one, "profile").await);
    drop(guard);
}

/// First come, first served.
pub async fn waiters_come_in_the_order_in_which_they_asked(subject: &Subject) {
    let lock = subject.connect().await;
    let guard = take(&lock, "profile").await;
    let (sender, mut order) = mpsc::unbounded_channel();
    let mut waiting = Vec::new();
    for number in 0..10 {
        let (lock, sender) = (Arc::clone(&lock), sender.clone());
        waiting.push(AbortOnDropHandle::new(spawn(async move {
            let guard = lock.acquire("profile").await.unwrap();
            sender.send(number).unwrap();
            drop(guard);
        })));
        // Long enough for the question to reach the host.
        sleep(Duration::from_millis(10)).await;
    }
    drop(guard);
    for expected in 0..10 {
        assert_eq!(soon("the next in the queue", order.recv()).await, Some(expected));
    }
}

/// A wait that was given up takes no lock and no place in the queue.
pub async fn who_gives_up_holds_up_nobody(subject: &Subject) {
    let (one, two) = (subject.connect().await, subject.connect().await);
    let guard = take(&one, "profile").await;
    for _ in 0..20 {
        let wait = Duration::from_millis(3);
        assert!(timeout(wait, two.acquire("profile")).await.is_err());
    }
    let waiting = spawn({
        let two = Arc::clone(&two);
        async move { two.acquire("profile").await }
    });
    sleep(Duration::from_millis(20)).await;
    drop(guard);
    drop(soon("the one that still waits", waiting).await.unwrap().unwrap());
    drop(take_soon(&one, "profile").await);
}

/// Wherever `acquire` is dropped, the lock is free in the end.
pub async fn who_gives_up_at_any_moment_leaves_the_lock_free(subject: &Subject) {
    let lock = subject.connect().await;
    for polls in 0..6 {
        let mut asking = lock.acquire("profile");
        for _ in 0..polls {
            if (&mut asking).now_or_never().is_some() {
                break;
            }
            core_async::task::yield_now().await;
        }
        drop(asking);
        drop(take_soon(&lock, "profile").await);
    }
}

/// What one adapter calls itself, the others see, for as long as it has the lock.
pub async fn the_holder_is_known_by_its_label(subject: &Subject) {
    let (one, two) = (subject.connect().await, subject.connect().await);
    assert_eq!(two.holder("profile").await.unwrap(), None);
    let guard = take(&one, "profile").await;
    for lock in [&one, &two] {
        let holder = lock.holder("profile").await.unwrap().expect("somebody has it");
        assert_eq!(holder.label.as_deref(), Some(one.label()));
        assert_eq!(lock.holder("another").await.unwrap(), None);
    }
    drop(guard);
    let guard = take_soon(&two, "profile").await;
    let holder = one.holder("profile").await.unwrap().expect("somebody has it");
    assert_eq!(holder.label.as_deref(), Some(two.label()));
    drop(guard);
    let gone = async {
        while one.holder("profile").await.unwrap().is_some() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    soon("the holder to be gone", gone).await;
}

/// However often it is asked, the lock can be had.
pub async fn asking_for_the_holder_gets_in_nobodys_way(subject: &Subject) {
    let (one, two) = (subject.connect().await, subject.connect().await);
    let asking = AbortOnDropHandle::new(spawn(async move {
        loop {
            two.holder("profile").await.unwrap();
            core_async::task::yield_now().await;
        }
    }));
    for _ in 0..30 {
        drop(take(&one, "profile").await);
        // Releasing is the only thing that may take a moment.
        drop(take_soon(&one, "profile").await);
        sleep(Duration::from_millis(1)).await;
        while one.holder("profile").await.unwrap().is_some() {
            sleep(Duration::from_millis(1)).await;
        }
    }
    drop(asking);
}

/// Nobody is told to stop for no reason.
pub async fn a_lock_that_is_held_is_not_lost(subject: &Subject) {
    let (one, two) = (subject.connect().await, subject.connect().await);
    let guard = take(&one, "profile").await;
    assert!(is_taken(&two, "profile").await);
    assert!(timeout(Duration::from_millis(50), two.acquire("profile")).await.is_err());
    assert!(timeout(Duration::from_millis(50), guard.lost()).await.is_err());
    assert!(!guard.is_lost());
    assert!(is_taken(&two, "profile").await, "and it is still held");
}

/// Shorter and longer names are refused by every call.
pub async fn lock_names_have_1_to_255_bytes(subject: &Subject) {
    let lock = subject.connect().await;
    for good in ["n".to_owned(), "n".repeat(255), "日".repeat(85)] {
        drop(take(&lock, &good).await);
    }
    for bad in [String::new(), "n".repeat(256), "日".repeat(86)] {
        fails(lock.try_acquire(&bad).await, ErrorKind::InvalidRequest);
        fails(lock.acquire(&bad).await, ErrorKind::InvalidRequest);
        fails(lock.holder(&bad).await, ErrorKind::InvalidRequest);
    }
}

/// Of many tasks over two programs one at a time is inside.
pub async fn tasks_exclude_each_other(subject: &Subject) {
    let locks = [subject.connect().await, subject.connect().await];
    let inside = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let tasks = (0..20).map(|number: usize| {
        let (lock, inside) = (Arc::clone(&locks[number % 2]), Arc::clone(&inside));
        spawn(async move {
            let guard = lock.acquire("profile").await.unwrap();
            let before = inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            core_async::task::yield_now().await;
            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
            drop(guard);
            before
        })
    });
    let tasks = futures::future::join_all(tasks.collect::<Vec<_>>());
    for before in soon("all tasks", tasks).await {
        assert_eq!(before.unwrap(), 0, "two were inside");
    }
}

/// Whose lock is taken away is told.
pub async fn a_stolen_lock_is_lost(subject: &StealableLock) {
    let lock = subject.place.connect().await;
    let (guard, other) = (take(&lock, "profile").await, take(&lock, "other").await);
    assert!(guard.lost().now_or_never().is_none());
    (subject.steal)("profile".to_owned()).await;
    soon("the loss", guard.lost()).await;
    assert!(guard.is_lost() && !other.is_lost());
}

/// Dropping a guard that was lost takes nothing from whoever has the lock by then.
pub async fn a_lost_guard_releases_nothing(subject: &StealableLock) {
    let (one, two) = (subject.place.connect().await, subject.place.connect().await);
    let guard = take(&one, "profile").await;
    (subject.steal)("profile".to_owned()).await;
    soon("the loss", guard.lost()).await;
    let second = take_soon(&two, "profile").await;
    drop(guard);
    sleep(Duration::from_millis(20)).await;
    assert!(is_taken(&one, "profile").await);
    assert!(!second.is_lost());
}
