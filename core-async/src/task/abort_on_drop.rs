//! A task handle that owns its task: dropping it stops the task.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{AbortHandle, JoinError, JoinHandle};

/// Owns a task: dropping the handle aborts it.
///
/// # Examples
///
/// ```
/// use core_async::task::{self, AbortOnDropHandle};
///
/// # #[core_async::main]
/// # async fn main() {
/// let scan = AbortOnDropHandle::new(task::spawn(std::future::pending::<()>()));
/// drop(scan); // the task is gone, too
/// # }
/// ```
#[must_use = "dropping the handle aborts the task"]
#[derive(Debug)]
pub struct AbortOnDropHandle<T> {
    task: JoinHandle<T>,
    guard: Guard,
}

impl<T> AbortOnDropHandle<T> {
    /// Takes ownership of the task behind `task`.
    pub fn new(task: JoinHandle<T>) -> Self {
        let guard = Guard { task: task.abort_handle(), armed: true };
        Self { task, guard }
    }

    /// Asks the task to stop at its next `await`.
    pub fn abort(&self) {
        self.task.abort();
    }

    /// Returns a handle that can abort the task and outlives this one.
    pub fn abort_handle(&self) -> AbortHandle {
        self.task.abort_handle()
    }

    /// Returns true exactly when the task has ended and its outcome can be awaited without waiting.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// Gives the task up: it is no longer aborted on drop.
    pub fn detach(mut self) -> JoinHandle<T> {
        self.guard.armed = false;
        self.task
    }
}

impl<T> Future for AbortOnDropHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.task).poll(cx)
    }
}

/// The dropping part, apart so that the handle itself can be taken to pieces.
#[derive(Debug)]
struct Guard {
    task: AbortHandle,
    armed: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.armed {
            self.task.abort();
        }
    }
}
