//! Tasks on the event loop.
//!
//! A task and its handle share a channel for the outcome and two flags, no cell that could be
//! borrowed while foreign code runs.

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::{self, AbortRegistration, Abortable};
use tokio::sync::oneshot;

use super::turn;

mod error;
mod join_set;

pub use error::JoinError;
pub use join_set::JoinSet;

/// Starts a task on the event loop of this page or worker.
///
/// It runs whether its handle is awaited or not, and begins after the caller has yielded.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let (sender, outcome) = oneshot::channel();
    let (abort, registration) = future::AbortHandle::new_pair();
    let finished = Arc::new(AtomicBool::new(false));
    let handle = AbortHandle { abort, finished: Arc::clone(&finished) };
    wasm_bindgen_futures::spawn_local(async move {
        let outcome = run(future, registration).await;
        // Before `send`, which may run a waker that asks.
        finished.store(true, Ordering::Release);
        // The handle may have been dropped, which detaches the task.
        sender.send(outcome).ok();
    });
    JoinHandle { outcome, handle }
}

async fn run<F: Future>(
    future: F,
    registration: AbortRegistration,
) -> Result<F::Output, JoinError> {
    // Nobody sees the future again after it has panicked. Without unwinding this catches nothing.
    let future = AssertUnwindSafe(future).catch_unwind();
    match Abortable::new(future, registration).await {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(panic)) => Err(JoinError::panicked(panic)),
        Err(_) => Err(JoinError::cancelled()),
    }
}

/// Runs a closure that takes long.
///
/// Natively it runs on a pool of threads. In a browser it runs on this worker, between two turns of
/// the event loop: nothing else happens here until it returns, so keep the pieces short. Aborting
/// works until the closure has begun.
pub fn spawn_blocking<F, R>(function: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + 'static,
    R: 'static,
{
    spawn(async move {
        turn::next_turn().await;
        function()
    })
}

/// Lets everything else that is ready run once: other tasks, timers and messages.
///
/// Goes through a message channel, which takes microseconds where a nested `setTimeout` takes four
/// milliseconds.
pub async fn yield_now() {
    turn::next_turn().await;
}

/// Awaits the outcome of a task.
///
/// Dropping the handle detaches the task.
pub struct JoinHandle<T> {
    outcome: oneshot::Receiver<Result<T, JoinError>>,
    handle: AbortHandle,
}

impl<T> JoinHandle<T> {
    /// Asks the task to stop at its next `await`.
    ///
    /// A task that has already ended keeps its outcome.
    pub fn abort(&self) {
        self.handle.abort();
    }

    /// Returns true exactly when the task has ended and its outcome can be awaited without waiting.
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }

    /// Returns a handle that can abort the task but does not await it.
    pub fn abort_handle(&self) -> AbortHandle {
        self.handle.clone()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.outcome.poll_unpin(cx).map(|received| {
            // The task always sends; only an event loop that is shut down drops it silently.
            received.unwrap_or(Err(JoinError::cancelled()))
        })
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("finished", &self.is_finished()).finish_non_exhaustive()
    }
}

/// Aborts a task, without being able to await it.
#[derive(Clone)]
pub struct AbortHandle {
    abort: future::AbortHandle,
    finished: Arc<AtomicBool>,
}

impl AbortHandle {
    /// Asks the task to stop at its next `await`.
    pub fn abort(&self) {
        self.abort.abort();
    }

    /// Returns true exactly when the task has ended.
    pub fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Acquire)
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("finished", &self.is_finished()).finish_non_exhaustive()
    }
}
