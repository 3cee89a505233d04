//! Tasks that live and end together.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::task::{Context, Poll};
use std::{fmt, mem};

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};

use super::{AbortHandle, JoinError, JoinHandle, spawn, spawn_blocking};
use crate::task::AbortOnDropHandle;

/// Owns tasks of one kind and yields their outcomes as they end.
///
/// Dropping the set aborts what is still running.
pub struct JoinSet<T> {
    tasks: FuturesUnordered<AbortOnDropHandle<T>>,
}

impl<T: 'static> JoinSet<T> {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self { tasks: FuturesUnordered::new() }
    }

    /// Returns the number of tasks whose outcome was not taken yet.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Returns true if there is no outcome to wait for.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Starts a task that belongs to the set.
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.insert(spawn(future))
    }

    /// Runs a closure that takes long, like [`spawn_blocking`](crate::task::spawn_blocking).
    pub fn spawn_blocking<F>(&mut self, function: F) -> AbortHandle
    where
        F: FnOnce() -> T + 'static,
    {
        self.insert(spawn_blocking(function))
    }

    fn insert(&mut self, task: JoinHandle<T>) -> AbortHandle {
        let abort = task.abort_handle();
        self.tasks.push(AbortOnDropHandle::new(task));
        abort
    }

    /// Waits until one of the tasks ends; `None` if there are none.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no outcome.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// Returns the outcome of a task that has ended, if there is one.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.tasks.next().now_or_never().flatten()
    }

    /// Polls for the next outcome; `Ready(None)` if there are no tasks.
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.tasks.poll_next_unpin(cx)
    }

    /// Waits for every task and returns their outputs in the order in which they ended.
    ///
    /// # Panics
    ///
    /// Panics if a task panicked or was aborted.
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len());
        while let Some(outcome) = self.join_next().await {
            match outcome.map_err(JoinError::try_into_panic) {
                Ok(output) => outputs.push(output),
                Err(Ok(payload)) => resume_unwind(payload),
                Err(Err(cancelled)) => panic!("{cancelled}"),
            }
        }
        outputs
    }

    /// Asks every task to stop at its next `await`; they stay in the set until they have.
    pub fn abort_all(&mut self) {
        self.tasks.iter().for_each(AbortOnDropHandle::abort);
    }

    /// Aborts every task and waits until all are gone.
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Gives all tasks up: they go on without an owner.
    pub fn detach_all(&mut self) {
        for task in mem::take(&mut self.tasks) {
            drop(task.detach());
        }
    }
}

impl<T: 'static> Default for JoinSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.tasks.len()).finish()
    }
}
