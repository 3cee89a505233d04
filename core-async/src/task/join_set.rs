//! Tasks that live and end together.

use std::fmt;
use std::future::Future;
use std::task::{Context, Poll};

use super::{AbortHandle, Id, JoinError, LocalSet};
use crate::marker::{BlockingSend, PlatformSend};
use crate::runtime::Handle;
use crate::{fs, sys};

/// Owns tasks of one kind and yields their outcomes as they end.
///
/// Dropping the set aborts what is still running.
///
/// # Examples
///
/// ```
/// use core_async::task::JoinSet;
///
/// # #[core_async::main]
/// # async fn main() {
/// let mut squares: JoinSet<u32> = (1..=3).map(|side| async move { side * side }).collect();
/// let mut sum = 0;
/// while let Some(square) = squares.join_next().await {
///     sum += square.expect("a square does not panic");
/// }
/// assert_eq!(sum, 14);
/// # }
/// ```
pub struct JoinSet<T> {
    tasks: tokio::task::JoinSet<T>,
}

impl<T> JoinSet<T> {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self { tasks: tokio::task::JoinSet::new() }
    }

    /// Returns the number of tasks whose outcome was not taken yet.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Returns true if there is no outcome to wait for.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl<T: 'static> JoinSet<T> {
    /// Starts a task that belongs to the set, like [`spawn`](super::spawn).
    ///
    /// # Panics
    ///
    /// Panics natively when there is no runtime.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + PlatformSend + 'static,
        T: PlatformSend,
    {
        match fs::carry(future) {
            Ok(scoped) => sys::task::spawn_in(&mut self.tasks, scoped),
            Err(plain) => sys::task::spawn_in(&mut self.tasks, plain),
        }
    }

    /// Starts a task that belongs to the set on the runtime that `runtime` names.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, future: F, runtime: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + PlatformSend + 'static,
        T: PlatformSend,
    {
        match fs::carry(future) {
            Ok(scoped) => sys::task::spawn_on(&mut self.tasks, scoped, runtime),
            Err(plain) => sys::task::spawn_on(&mut self.tasks, plain, runtime),
        }
    }

    /// Starts a task that belongs to the set and stays on this thread, like
    /// [`spawn_local`](super::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics natively when no [`LocalSet`] is being run.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        match fs::carry_local(future) {
            Ok(scoped) => sys::task::spawn_local_in(&mut self.tasks, scoped),
            Err(plain) => sys::task::spawn_local_in(&mut self.tasks, plain),
        }
    }

    /// Starts a task that belongs to this set and runs on `local`.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, future: F, local: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        match fs::carry_local(future) {
            Ok(scoped) => sys::task::spawn_local_on(&mut self.tasks, scoped, local),
            Err(plain) => sys::task::spawn_local_on(&mut self.tasks, plain, local),
        }
    }

    /// Runs a closure that takes long, like [`spawn_blocking`](super::spawn_blocking).
    ///
    /// # Panics
    ///
    /// Panics natively when there is no runtime.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, function: F) -> AbortHandle
    where
        F: FnOnce() -> T + BlockingSend + 'static,
        T: BlockingSend,
    {
        sys::task::spawn_blocking_in(&mut self.tasks, function)
    }

    /// Runs a closure that takes long on the runtime that `runtime` names.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, function: F, runtime: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + BlockingSend + 'static,
        T: BlockingSend,
    {
        sys::task::spawn_blocking_on(&mut self.tasks, function, runtime)
    }

    /// Waits until one of the tasks ends; `None` if there are none.
    ///
    /// # Errors
    ///
    /// Yields the [`JoinError`] of a task that was aborted or panicked.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no outcome.
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.tasks.join_next().await
    }

    /// Waits until one of the tasks ends and says which; `None` if there are none.
    ///
    /// # Errors
    ///
    /// Yields the [`JoinError`] of a task that was aborted or panicked; it knows the task's id, too.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses no outcome.
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.tasks.join_next_with_id().await
    }

    /// Returns the outcome of a task that has ended, if there is one.
    ///
    /// # Errors
    ///
    /// Yields the [`JoinError`] of a task that was aborted or panicked.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.tasks.try_join_next()
    }

    /// Returns the id and the outcome of a task that has ended, if there is one.
    ///
    /// # Errors
    ///
    /// Yields the [`JoinError`] of a task that was aborted or panicked.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.tasks.try_join_next_with_id()
    }

    /// Polls for the next outcome; `Ready(None)` if there are no tasks.
    ///
    /// # Errors
    ///
    /// Yields the [`JoinError`] of a task that was aborted or panicked.
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.tasks.poll_join_next(cx)
    }

    /// Polls for the next outcome and its task's id; `Ready(None)` if there are no tasks.
    ///
    /// # Errors
    ///
    /// Yields the [`JoinError`] of a task that was aborted or panicked.
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        self.tasks.poll_join_next_with_id(cx)
    }

    /// Waits for every task and returns their outputs in the order in which they ended.
    ///
    /// # Panics
    ///
    /// Panics if a task panicked or was aborted.
    pub async fn join_all(self) -> Vec<T> {
        self.tasks.join_all().await
    }

    /// Asks every task to stop at its next `await`; they stay in the set until they have.
    pub fn abort_all(&mut self) {
        self.tasks.abort_all();
    }

    /// Aborts every task and waits until all are gone.
    pub async fn shutdown(&mut self) {
        self.tasks.shutdown().await;
    }

    /// Gives all tasks up: they go on without an owner.
    pub fn detach_all(&mut self) {
        self.tasks.detach_all();
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tasks.fmt(f)
    }
}

/// Spawns every future of the iterator.
impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + PlatformSend + 'static,
    T: PlatformSend + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> Self {
        let mut set = Self::new();
        set.extend(futures);
        set
    }
}

/// Spawns every future of the iterator.
impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + PlatformSend + 'static,
    T: PlatformSend + 'static,
{
    fn extend<I: IntoIterator<Item = F>>(&mut self, futures: I) {
        for future in futures {
            self.spawn(future);
        }
    }
}
