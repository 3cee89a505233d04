//! Entering asynchronous code from a thread that may wait.
//!
//! Programs normally enter through [`#[core_async::main]`](crate::main).

pub use crate::sys::runtime::block_on;
