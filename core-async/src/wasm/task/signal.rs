//! Whether a future has been woken and has not run since.
//!
//! `tests/model` compiles this file too, with atomics that try every order of what threads do.

use std::sync::Arc;
use std::task::{Wake, Waker};

use super::atomics::{AtomicBool, AtomicUsize, AtomicWaker, Ordering};

/// What wakers of a future change, on whatever thread.
#[derive(Debug)]
pub(super) struct Signal {
    /// How many futures of the future's own thread have been woken and not polled since.
    count: Arc<AtomicUsize>,
    is_woken: AtomicBool,
    waker: AtomicWaker,
}

impl Signal {
    /// Of a future that nobody has woken.
    pub(super) fn new(count: Arc<AtomicUsize>) -> Arc<Self> {
        Arc::new(Self { count, is_woken: AtomicBool::new(false), waker: AtomicWaker::new() })
    }

    /// Notes that the future is about to run, and gives the waker to run it with. Whoever wakes it
    /// from now on wakes `outer`.
    pub(super) fn begin(self: &Arc<Self>, outer: &Waker) -> Waker {
        self.waker.register(outer);
        if self.is_woken.swap(false, Ordering::SeqCst) {
            self.count.fetch_sub(1, Ordering::SeqCst);
        }
        Waker::from(Arc::clone(self))
    }

    /// Notes that the future will never run again. It stays woken, so that whoever wakes it from now
    /// on is not counted.
    pub(super) fn end(&self) {
        if self.is_woken.swap(true, Ordering::SeqCst) {
            self.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Counted first: one too many for a moment is looked at again, one too few lets a paused
        // clock go on while somebody else is about to run.
        self.count.fetch_add(1, Ordering::SeqCst);
        if self.is_woken.swap(true, Ordering::SeqCst) {
            self.count.fetch_sub(1, Ordering::SeqCst);
        }
        self.waker.wake();
    }
}
