//! Entering asynchronous code from a thread that may wait, and naming the runtime that runs it.
//!
//! Programs normally enter through [`#[core_async::main]`](crate::main) and start tasks with
//! [`task::spawn`](crate::task::spawn); a [`Handle`] is for code that is called from outside of any
//! task. Only tasks that were started by [`task`](crate::task) inherit a
//! [file system](crate::fs::scope).
//!
//! In a browser a [`Runtime`] is a group of tasks on the event loop of its page or worker: threads do
//! not exist and settings about them change nothing, dropping it ends its tasks as anywhere else, and
//! its `block_on` does not compile, as [`block_on`] does not.

pub use crate::sys::runtime::{Builder, EnterGuard, Handle, Runtime, TryCurrentError, block_on};
