//! Tasks on the event loop.
//!
//! The tasks themselves are tokio's, so that their handles, errors and ids are the same types with the
//! same behaviour as on the desktop. Only what drives them is different; see [`event_loop`].

mod blocking;
pub(crate) mod event_loop;
mod inside;
mod local_set;

pub use tokio::task::{AbortHandle, Id, JoinError, JoinHandle, LocalKey, coop, id, try_id};

pub use blocking::block_in_place;
pub(crate) use blocking::{between_turns, spawn_blocking, spawn_blocking_in};
pub use local_set::{LocalEnterGuard, LocalSet};
pub(crate) use local_set::{spawn_local, spawn_local_in, spawn_local_on};

use super::runtime::Handle;
use super::turn;

/// Starts a task on the event loop of this page or worker.
#[track_caller]
pub(crate) fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    event_loop::with(|tasks| tasks.spawn_local(future))
}

/// Starts a task that belongs to `set`.
#[track_caller]
pub(crate) fn spawn_in<F>(set: &mut tokio::task::JoinSet<F::Output>, future: F) -> AbortHandle
where
    F: Future + 'static,
    F::Output: 'static,
{
    event_loop::with(|tasks| set.spawn_local_on(future, tasks))
}

/// Starts a task that belongs to `set` on another runtime.
#[track_caller]
pub(crate) fn spawn_on<F>(
    set: &mut tokio::task::JoinSet<F::Output>,
    future: F,
    runtime: &Handle,
) -> AbortHandle
where
    F: Future + 'static,
    F::Output: 'static,
{
    runtime.with(|tasks| set.spawn_local_on(future, tasks))
}

/// Runs `function` as a task of `set` on another runtime.
#[track_caller]
pub(crate) fn spawn_blocking_on<F, R>(
    set: &mut tokio::task::JoinSet<R>,
    function: F,
    runtime: &Handle,
) -> AbortHandle
where
    F: FnOnce() -> R + 'static,
    R: 'static,
{
    spawn_on(set, between_turns(function), runtime)
}

/// Lets `future` go on by itself.
pub(crate) fn finish<F>(future: F)
where
    F: Future<Output = ()> + 'static,
{
    drop(spawn(future));
}

/// Lets everything else that is ready run once.
///
/// Goes through a message channel, which takes microseconds where a nested `setTimeout` takes four
/// milliseconds.
pub async fn yield_now() {
    turn::next_turn().await;
}
