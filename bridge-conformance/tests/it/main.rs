//! The suites on the adapters in memory, and proof that the suites can fail.

mod durable;
mod memory;
mod server;
