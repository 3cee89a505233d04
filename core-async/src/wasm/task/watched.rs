//! Knowing whether somebody has been woken who has not run yet.
//!
//! With threads, who wakes a future tells the event loop through shared memory, and it takes a while
//! until the loop turns to it. A paused clock must not go on in between.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::atomics::{AtomicUsize, Ordering};
use super::signal::Signal;

thread_local! {
    // How many futures of this thread have been woken and not polled since.
    static WOKEN: Arc<AtomicUsize> = Arc::default();
}

/// Whether a future of this thread is about to run.
pub(crate) fn is_somebody_woken() -> bool {
    WOKEN.with(|woken| woken.load(Ordering::SeqCst) > 0)
}

/// A future of the event loop, and whether it has been woken.
#[derive(Debug)]
pub(crate) struct Watched<F> {
    future: Pin<Box<F>>,
    signal: Arc<Signal>,
}

impl<F: Future> Watched<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Box::pin(future), signal: Signal::new(WOKEN.with(Arc::clone)) }
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let waker = self.signal.begin(cx.waker());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        self.signal.end();
    }
}
