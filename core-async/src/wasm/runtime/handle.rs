//! A name for a group of tasks.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::rc::Weak;
use std::sync::MutexGuard;

use send_wrapper::SendWrapper;
use tokio::runtime::TryCurrentError;
use tokio::task::{JoinHandle, LocalSet};

use super::blocking::{self, MayBlock};
use crate::marker::BlockingSend;
use crate::sys::task::{event_loop, off_the_loop};

/// Names a [`Runtime`](super::Runtime), or what runs tasks on the event loop without one.
#[derive(Clone)]
pub struct Handle {
    // Shareable as it is natively; of use only on the thread that made it.
    group: SendWrapper<Weak<LocalSet>>,
}

impl Handle {
    pub(super) fn new(group: Weak<LocalSet>) -> Self {
        Self { group: SendWrapper::new(group) }
    }

    /// Names what runs this code.
    ///
    /// # Panics
    ///
    /// Panics natively when there is no runtime.
    #[track_caller]
    pub fn current() -> Self {
        Self::new(event_loop::current())
    }

    /// Names what runs this code.
    ///
    /// # Errors
    ///
    /// Fails natively when there is no runtime.
    pub fn try_current() -> Result<Self, TryCurrentError> {
        Ok(Self::current())
    }

    /// Starts a task there; it is cancelled at once if the runtime is gone.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        event_loop::with_group(&self.group, |tasks| tasks.spawn_local(future))
    }

    /// Runs a closure that takes long, like [`task::spawn_blocking`](crate::task::spawn_blocking).
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, function: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + BlockingSend + 'static,
        R: BlockingSend + 'static,
    {
        self.spawn(off_the_loop(function))
    }

    /// Does not compile in a browser, as [`block_on`](super::block_on) does not.
    pub fn block_on<F: MayBlock>(&self, future: F) -> F::Output {
        blocking::block_on(future)
    }

    /// Makes [`task::spawn`](crate::task::spawn) start tasks there until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        let entered = event_loop::Entered::enter(Weak::clone(&self.group));
        EnterGuard { _entered: entered, _handle: PhantomData }
    }

    /// Hands the tasks to `function`.
    #[track_caller]
    pub(crate) fn with<R>(&self, function: impl FnOnce(&LocalSet) -> R) -> R {
        event_loop::with_group(&self.group, function)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// Guard of [`Handle::enter`] and [`Runtime::enter`](super::Runtime::enter).
#[derive(Debug)]
#[must_use = "dropping the guard leaves the runtime"]
pub struct EnterGuard<'a> {
    _entered: event_loop::Entered,
    // Shareable and not to be sent, as natively.
    _handle: PhantomData<MutexGuard<'a, Handle>>,
}
