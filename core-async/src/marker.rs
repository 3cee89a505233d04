//! Bounds and boxed types that are `Send` where there are threads.
//!
//! Code that is written once says [`PlatformSend`] where tokio code says `Send`: natively it is the
//! same promise, in a browser, where everything lives on one thread, it asks for nothing.

pub use crate::sys::marker::{
    BlockingSend, BoxFuture, BoxStream, PlatformSend, PlatformSync, ThreadBound,
};
