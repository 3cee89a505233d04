//! Spawning tasks and waiting for them.
//!
//! Dropping a [`JoinHandle`] detaches its task; [`JoinHandle::abort`] stops it at its next `await`.
//! Every task should have an owner: an [`AbortOnDropHandle`] ties one task to the value that holds it,
//! a [`JoinSet`] many.
//!
//! A task that panics becomes a [`JoinError`] natively. In a browser the usual module is built with
//! `panic = "abort"`, where a panic ends the module; in one that is built with unwinding panics it
//! becomes a [`JoinError`], too (`gloo-timers` 0.4.0 does not build that way yet).

mod abort_on_drop;

pub use abort_on_drop::AbortOnDropHandle;

pub use crate::sys::task::{
    AbortHandle, JoinError, JoinHandle, JoinSet, spawn, spawn_blocking, yield_now,
};
