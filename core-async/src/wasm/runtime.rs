//! What runs the tasks: the event loop.

mod blocking;
mod builder;
mod group;
mod handle;
mod main;

pub use tokio::runtime::TryCurrentError;

pub(crate) use blocking::MayBlock;
pub use blocking::block_on;
pub use builder::Builder;
pub use group::Runtime;
pub use handle::{EnterGuard, Handle};
pub use main::run_main;
