//! Work that takes long, on the only thread there is.

use std::rc::Rc;

use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use super::{spawn, spawn_in};
use crate::sys::turn;

thread_local! {
    // One closure per turn, so that timers, messages and other tasks run between two of them.
    static ONE_PER_TURN: Rc<Semaphore> = Rc::new(Semaphore::new(1));
}

/// Runs `function` between two turns of the event loop.
#[track_caller]
pub(crate) fn spawn_blocking<F, R>(function: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + 'static,
    R: 'static,
{
    spawn(between_turns(function))
}

/// Runs `function` between two turns of the event loop, as a task of `set`.
#[track_caller]
pub(crate) fn spawn_blocking_in<F, R>(set: &mut JoinSet<R>, function: F) -> AbortHandle
where
    F: FnOnce() -> R + 'static,
    R: 'static,
{
    spawn_in(set, between_turns(function))
}

/// Runs a closure that takes long right here.
pub fn block_in_place<F, R>(function: F) -> R
where
    F: FnOnce() -> R,
{
    function()
}

/// Waits for its turn and runs `function`.
pub(crate) async fn between_turns<F, R>(function: F) -> R
where
    F: FnOnce() -> R,
{
    let queue = ONE_PER_TURN.with(Rc::clone);
    // Nobody closes the semaphore; without a permit the closures would only be less spread out.
    let _permit = queue.acquire().await.ok();
    turn::next_turn().await;
    function()
}
