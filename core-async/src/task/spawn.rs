//! Starting tasks.

use std::future::Future;

use super::JoinHandle;
use crate::marker::{BlockingSend, PlatformSend};
use crate::{fs, sys};

/// Starts a task.
///
/// It runs whether its handle is awaited or not. Natively it runs on the threads of the runtime, in a
/// browser on the event loop of this page or worker, after the caller has yielded. It inherits the
/// [file system](crate::fs::scope) of the task that spawns it.
///
/// # Examples
///
/// ```
/// # #[core_async::main]
/// # async fn main() -> Result<(), core_async::task::JoinError> {
/// let answer = core_async::task::spawn(async { 42 });
/// assert_eq!(answer.await?, 42);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// Panics natively when there is no runtime: outside of [`main`](crate::main), a
/// [`test`](crate::test) and [`block_on`](crate::runtime::block_on).
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + PlatformSend + 'static,
    F::Output: PlatformSend + 'static,
{
    match fs::carry(future) {
        Ok(scoped) => sys::task::spawn(scoped),
        Err(plain) => sys::task::spawn(plain),
    }
}

/// Starts a task that stays on this thread, so that its future need not be `Send`.
///
/// It belongs to the [`LocalSet`](super::LocalSet) that is being run.
///
/// # Panics
///
/// Panics natively when no [`LocalSet`](super::LocalSet) is being run. A browser then uses the event
/// loop.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    match fs::carry_local(future) {
        Ok(scoped) => sys::task::spawn_local(scoped),
        Err(plain) => sys::task::spawn_local(plain),
    }
}

/// Runs a closure that takes long.
///
/// Natively it runs on a pool of threads. In a browser it runs on this worker, between two turns of
/// the event loop: nothing else happens here until it returns, so keep the pieces short. Several
/// closures take turns with everything else. The threaded build for browsers (compiled with
/// `-C target-feature=+atomics`, for pages that are cross-origin isolated) runs it on a pool of
/// workers, one per processor. Aborting works until the closure has begun.
///
/// # Examples
///
/// ```
/// # #[core_async::main]
/// # async fn main() -> Result<(), core_async::task::JoinError> {
/// let sum = core_async::task::spawn_blocking(|| (1..=1_000_u64).sum::<u64>());
/// assert_eq!(sum.await?, 500_500);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// Panics natively when there is no runtime, as [`spawn`] does.
#[track_caller]
pub fn spawn_blocking<F, R>(function: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + BlockingSend + 'static,
    R: BlockingSend + 'static,
{
    sys::task::spawn_blocking(function)
}
