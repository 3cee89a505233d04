//! Spawning tasks and waiting for them.
//!
//! Dropping a [`JoinHandle`] detaches its task; [`JoinHandle::abort`] stops it at its next `await`.
//! Every task should have an owner: an [`AbortOnDropHandle`] ties one task to the value that holds it,
//! a [`JoinSet`] many.
//!
//! # Panics in tasks
//!
//! | build | a task that panics |
//! | --- | --- |
//! | native | ends; awaiting it gives a [`JoinError`] with [`is_panic`](JoinError::is_panic), the others go on |
//! | browser, `panic = "unwind"` | the same |
//! | browser, `panic = "abort"` (the usual build, and the released bundle) | traps: the worker's module is lost, nothing in it runs again, and whoever supervises the worker sees its `error` event or misses its heartbeat |
//!
//! Code that has to know asks `cfg!(panic = "unwind")`.

mod abort_on_drop;
mod join_set;
mod spawn;

pub use abort_on_drop::AbortOnDropHandle;
pub use join_set::JoinSet;
pub use spawn::{spawn, spawn_blocking, spawn_local};

pub use crate::sys::task::coop::{Unconstrained, consume_budget, unconstrained};
pub use crate::sys::task::{
    AbortHandle, Id, JoinError, JoinHandle, LocalEnterGuard, LocalKey, LocalSet, block_in_place,
    coop, id, try_id, yield_now,
};

/// Futures of this module that have names.
pub mod futures {
    pub use tokio::task::futures::TaskLocalFuture;
}
