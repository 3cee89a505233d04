//! Tasks on the event loop.
//!
//! The tasks themselves are tokio's, so that their handles, errors and ids are the same types with the
//! same behaviour as on the desktop. Only what drives them is different; see [`event_loop`].

mod blocking;
// What is bound to JavaScript may be there once: the unit tests link this crate twice.
#[cfg(all(target_feature = "atomics", not(test)))]
mod crash;
pub(crate) mod event_loop;
mod inside;
mod local_set;
#[cfg(target_feature = "atomics")]
mod signal;
#[cfg(target_feature = "atomics")]
mod watched;
#[cfg(target_feature = "atomics")]
mod workers;

pub use tokio::task::{AbortHandle, Id, JoinError, JoinHandle, LocalKey, coop, id, try_id};

pub use blocking::block_in_place;
pub(crate) use blocking::{is_awaited, off_the_loop, spawn_blocking, spawn_blocking_in};
pub use local_set::{LocalEnterGuard, LocalSet};
pub(crate) use local_set::{spawn_local, spawn_local_in, spawn_local_on};
#[cfg(target_feature = "atomics")]
pub(crate) use watched::Watched;

use super::runtime::Handle;
use super::turn;
use crate::marker::BlockingSend;

/// What [`signal`] is made of; a model checker puts its own in their place.
#[cfg(target_feature = "atomics")]
mod atomics {
    pub(super) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    pub(super) use futures::task::AtomicWaker;
}

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
    F: FnOnce() -> R + BlockingSend + 'static,
    R: BlockingSend + 'static,
{
    spawn_on(set, off_the_loop(function), runtime)
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
