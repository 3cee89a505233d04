//! Small tools of the tests.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use core_async::task::yield_now;

/// Sets its flag when it is dropped.
pub(crate) struct SetOnDrop(Arc<AtomicBool>);

impl SetOnDrop {
    /// Returns the guard and the question whether it was dropped.
    pub(crate) fn new() -> (Self, impl Fn() -> bool) {
        let flag = Arc::new(AtomicBool::new(false));
        let guard = Self(Arc::clone(&flag));
        (guard, move || flag.load(Ordering::SeqCst))
    }
}

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Notes in the order in which tasks made them.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u32>>>);

impl Log {
    pub(crate) fn push(&self, entry: u32) {
        self.0.lock().unwrap().push(entry);
    }

    pub(crate) fn entries(&self) -> Vec<u32> {
        self.0.lock().unwrap().clone()
    }
}

/// Counts how often it was woken.
#[derive(Default)]
pub(crate) struct WakeCounter(AtomicUsize);

impl WakeCounter {
    pub(crate) fn new() -> (Arc<Self>, Waker) {
        let counter = Arc::new(Self::default());
        (Arc::clone(&counter), Waker::from(counter))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for WakeCounter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Lets every other task run until it waits for something.
pub(crate) async fn settle() {
    for _ in 0..8 {
        yield_now().await;
    }
}
