//! Tasks on tokio's thread pool.

use std::future::Future;

use tokio::runtime::Handle;
use tokio::task::JoinSet;

pub use tokio::task::{
    AbortHandle, Id, JoinError, JoinHandle, LocalEnterGuard, LocalKey, LocalSet, block_in_place,
    coop, id, try_id, yield_now,
};
pub(crate) use tokio::task::{spawn, spawn_blocking, spawn_local};

/// Starts a task that belongs to `set`.
#[track_caller]
pub(crate) fn spawn_in<F>(set: &mut JoinSet<F::Output>, future: F) -> AbortHandle
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    set.spawn(future)
}

/// Starts a task that belongs to `set` and stays on this thread.
#[track_caller]
pub(crate) fn spawn_local_in<F>(set: &mut JoinSet<F::Output>, future: F) -> AbortHandle
where
    F: Future + 'static,
    F::Output: 'static,
{
    set.spawn_local(future)
}

/// Starts a task that belongs to `set` and runs on `local`.
#[track_caller]
pub(crate) fn spawn_local_on<F>(
    set: &mut JoinSet<F::Output>,
    future: F,
    local: &LocalSet,
) -> AbortHandle
where
    F: Future + 'static,
    F::Output: 'static,
{
    set.spawn_local_on(future, local)
}

/// Runs `function` on the pool, as a task of `set`.
#[track_caller]
pub(crate) fn spawn_blocking_in<F, R>(set: &mut JoinSet<R>, function: F) -> AbortHandle
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    set.spawn_blocking(function)
}

/// Starts a task that belongs to `set` on another runtime.
#[track_caller]
pub(crate) fn spawn_on<F>(set: &mut JoinSet<F::Output>, future: F, runtime: &Handle) -> AbortHandle
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    set.spawn_on(future, runtime)
}

/// Runs `function` as a task of `set` on the pool of another runtime.
#[track_caller]
pub(crate) fn spawn_blocking_on<F, R>(
    set: &mut JoinSet<R>,
    function: F,
    runtime: &Handle,
) -> AbortHandle
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    set.spawn_blocking_on(function, runtime)
}

/// Lets `future` go on by itself, if there is still a runtime.
pub(crate) fn finish<F>(future: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(future);
    }
}
