//! Tasks that end together.

use std::future::Future;
use std::io;
use std::time::Duration;

use send_wrapper::SendWrapper;
use tokio::task::JoinHandle;

use super::blocking::MayBlock;
use super::builder::Builder;
use super::handle::{EnterGuard, Handle};
use crate::marker::BlockingSend;
use crate::sys::task::event_loop::Group;

/// Owns the tasks that were spawned on it; dropping it ends them.
///
/// In a browser they run on the event loop of this page or worker.
#[derive(Debug)]
pub struct Runtime {
    handle: Handle,
    _tasks: SendWrapper<Group>,
}

impl Runtime {
    pub(super) fn start() -> Self {
        let tasks = Group::start();
        Self { handle: Handle::new(tasks.name()), _tasks: SendWrapper::new(tasks) }
    }

    /// Creates a runtime with the usual settings.
    ///
    /// # Errors
    ///
    /// Fails natively if the operating system refuses the threads or descriptors that it needs.
    pub fn new() -> io::Result<Self> {
        Builder::new_multi_thread().enable_all().build()
    }

    /// Returns a name for the runtime.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Starts a task.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.handle.spawn(future)
    }

    /// Runs a closure that takes long, like [`task::spawn_blocking`](crate::task::spawn_blocking).
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, function: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + BlockingSend + 'static,
        R: BlockingSend + 'static,
    {
        self.handle.spawn_blocking(function)
    }

    /// Does not compile in a browser, as [`block_on`](super::block_on) does not.
    pub fn block_on<F: MayBlock>(&self, future: F) -> F::Output {
        self.handle.block_on(future)
    }

    /// Makes [`task::spawn`](crate::task::spawn) start tasks here until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Ends every task, natively waiting up to `limit` for closures that block.
    pub fn shutdown_timeout(self, _limit: Duration) {}

    /// Ends every task and waits for nothing.
    pub fn shutdown_background(self) {}
}
