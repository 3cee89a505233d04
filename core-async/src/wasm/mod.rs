//! The browser side: the event loop of the page or worker that runs us.

pub(crate) mod marker;
pub mod private;
pub(crate) mod runtime;
pub(crate) mod task;
pub(crate) mod time;

mod turn;
