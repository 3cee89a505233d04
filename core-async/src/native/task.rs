//! Tasks on tokio's thread pool.

pub use tokio::task::{
    AbortHandle, JoinError, JoinHandle, JoinSet, spawn, spawn_blocking, yield_now,
};
