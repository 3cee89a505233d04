//! Tasks that run only while somebody waits for them.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use super::event_loop;
use super::inside::Inside;
use crate::sys::runtime::{MayBlock, Runtime, block_on};

/// A set of tasks that run on this thread while the set is awaited, and end with it.
///
/// In a browser every task stays on its thread, so a set is only needed where tasks have to end
/// together or where the same code runs natively.
#[derive(Debug, Default)]
pub struct LocalSet {
    tasks: tokio::task::LocalSet,
}

impl LocalSet {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes [`spawn_local`] use this set until the guard is dropped.
    pub fn enter(&self) -> LocalEnterGuard {
        LocalEnterGuard { _set: self.tasks.enter(), _inside: Inside::enter() }
    }

    /// Starts a task in this set; it runs once the set is awaited.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.tasks.spawn_local(future)
    }

    /// Does not compile in a browser, as [`block_on`](crate::runtime::block_on) does not: await
    /// [`run_until`](Self::run_until) instead.
    pub fn block_on<F: MayBlock>(&self, _runtime: &Runtime, future: F) -> F::Output {
        block_on(future)
    }

    /// Runs the tasks of the set until `future` is ready.
    ///
    /// # Cancellation
    ///
    /// Dropping the future stops the tasks where they are; awaiting the set again goes on.
    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        let mut running = pin!(self.tasks.run_until(future));
        poll_fn(|cx| {
            let _inside = Inside::enter();
            running.as_mut().poll(cx)
        })
        .await
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let _inside = Inside::enter();
        Pin::new(&mut self.get_mut().tasks).poll(cx)
    }
}

/// Guard of [`LocalSet::enter`].
#[derive(Debug)]
pub struct LocalEnterGuard {
    _set: tokio::task::LocalEnterGuard,
    _inside: Inside,
}

/// Starts a task on the current [`LocalSet`], or on the event loop where there is none.
#[track_caller]
pub(crate) fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    if Inside::is_entered() {
        tokio::task::spawn_local(future)
    } else {
        event_loop::with(|tasks| tasks.spawn_local(future))
    }
}

/// Starts a task that belongs to `set`, like [`spawn_local`].
#[track_caller]
pub(crate) fn spawn_local_in<F>(set: &mut JoinSet<F::Output>, future: F) -> AbortHandle
where
    F: Future + 'static,
    F::Output: 'static,
{
    if Inside::is_entered() {
        set.spawn_local(future)
    } else {
        event_loop::with(|tasks| set.spawn_local_on(future, tasks))
    }
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
    set.spawn_local_on(future, &local.tasks)
}
