//! The suites on the adapters in memory, and proof that the suites can fail.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod broken;
mod durable;
mod memory;
mod server;
