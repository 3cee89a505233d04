//! Knowing whether somebody has been woken who has not run yet.
//!
//! With threads, who wakes a future tells the event loop through shared memory, and it takes a while
//! until the loop turns to it. A paused clock must not go on in between.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures::task::AtomicWaker;

thread_local! {
    // How many futures of this thread have been woken and not polled since.
    static WOKEN: RefCell<Arc<AtomicUsize>> = RefCell::default();
}

/// Whether a future of this thread is about to run.
pub(crate) fn is_somebody_woken() -> bool {
    WOKEN.with_borrow(|woken| woken.load(Ordering::SeqCst) > 0)
}

/// A future of the event loop, and whether it has been woken.
#[derive(Debug)]
pub(crate) struct Watched<F> {
    future: Pin<Box<F>>,
    signal: Arc<Signal>,
}

impl<F: Future> Watched<F> {
    pub(crate) fn new(future: F) -> Self {
        let count = WOKEN.with_borrow(Arc::clone);
        let signal = Signal { count, is_woken: AtomicBool::new(false), waker: AtomicWaker::new() };
        Self { future: Box::pin(future), signal: Arc::new(signal) }
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.signal.waker.register(cx.waker());
        self.signal.clear();
        let waker = Waker::from(Arc::clone(&self.signal));
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        // It stays woken, so that whoever wakes it from now on is not counted.
        if self.signal.is_woken.swap(true, Ordering::SeqCst) {
            self.signal.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[derive(Debug)]
struct Signal {
    count: Arc<AtomicUsize>,
    is_woken: AtomicBool,
    waker: AtomicWaker,
}

impl Signal {
    fn clear(&self) {
        if self.is_woken.swap(false, Ordering::SeqCst) {
            self.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_woken.swap(true, Ordering::SeqCst) {
            self.count.fetch_add(1, Ordering::SeqCst);
        }
        self.waker.wake();
    }
}
