//! The one WebAssembly bundle: the whole core behind a small class, for a dedicated worker.

mod calls;
mod config;
mod core;
mod panic;

pub use core::MpcCore;
