//! The desktop side: tokio.

pub(crate) mod marker;
pub mod private;
pub(crate) mod runtime;
pub(crate) mod task;
pub(crate) mod time;
