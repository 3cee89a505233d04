//! Work that takes long: on the only thread there is, or on workers in the threaded build.

use std::future::Future;

use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use super::{spawn, spawn_in};
use crate::marker::BlockingSend;

/// Runs `function` where it does not stop the event loop, or between two of its turns.
#[track_caller]
pub(crate) fn spawn_blocking<F, R>(function: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + BlockingSend + 'static,
    R: BlockingSend + 'static,
{
    spawn(off_the_loop(function))
}

/// The same, as a task of `set`.
#[track_caller]
pub(crate) fn spawn_blocking_in<F, R>(set: &mut JoinSet<R>, function: F) -> AbortHandle
where
    F: FnOnce() -> R + BlockingSend + 'static,
    R: BlockingSend + 'static,
{
    spawn_in(set, off_the_loop(function))
}

/// Runs a closure that takes long right here.
pub fn block_in_place<F, R>(function: F) -> R
where
    F: FnOnce() -> R,
{
    function()
}

/// Runs `function` on a worker.
#[cfg(target_feature = "atomics")]
pub(crate) fn off_the_loop<F, R>(function: F) -> impl Future<Output = R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    super::workers::run(function)
}

/// Whether something is under way of which the event loop does not know yet.
#[cfg(target_feature = "atomics")]
pub(crate) fn is_awaited() -> bool {
    super::workers::is_awaited() || super::watched::is_somebody_woken()
}

/// Whether something is under way of which the event loop does not know yet: never on one thread.
#[cfg(not(target_feature = "atomics"))]
pub(crate) fn is_awaited() -> bool {
    false
}

/// Waits for its turn and runs `function`.
#[cfg(not(target_feature = "atomics"))]
pub(crate) fn off_the_loop<F, R>(function: F) -> impl Future<Output = R>
where
    F: FnOnce() -> R,
{
    turns::run(function)
}

#[cfg(not(target_feature = "atomics"))]
mod turns {
    use std::rc::Rc;

    use tokio::sync::Semaphore;

    use crate::sys::turn;

    thread_local! {
        // One closure per turn, so that timers, messages and other tasks run between two of them.
        static ONE_PER_TURN: Rc<Semaphore> = Rc::new(Semaphore::new(1));
    }

    pub(super) async fn run<F, R>(function: F) -> R
    where
        F: FnOnce() -> R,
    {
        let queue = ONE_PER_TURN.with(Rc::clone);
        // Nobody closes the semaphore; without a permit the closures would only be less spread out.
        let _permit = queue.acquire().await.ok();
        turn::next_turn().await;
        function()
    }
}
