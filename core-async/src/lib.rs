//! Tasks, time and synchronisation, written once for the desktop and for browsers.
//!
//! The names and the meaning are tokio's. Natively this *is* tokio; in a browser tasks run on the
//! event loop of the page or worker they were spawned in, and time comes from its timers. The
//! [`sync`] types are the same code on both.
//!
//! # Examples
//!
//! ```
//! use core_async::{task, time};
//!
//! #[core_async::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let answer = task::spawn(async {
//!         time::sleep(time::Duration::from_millis(5)).await;
//!         42
//!     });
//!     let answer = time::timeout(time::Duration::from_secs(1), answer).await??;
//!     assert_eq!(answer, 42);
//!     Ok(())
//! }
//! ```
//!
//! # Threads in browsers
//!
//! A crate that is compiled with `-C target-feature=+atomics`, together with the standard library,
//! shares its memory with a pool of workers on which [`spawn_blocking`](task::spawn_blocking) runs its
//! closures. It needs a page that is cross-origin isolated, whose content security policy lets
//! workers come from `blob:` addresses, and lives in a worker itself: a window may not wait for a
//! lock. Everything else is the same, and tasks stay on the worker that spawned them.
//!
//! # Tests
//!
//! [`#[core_async::test]`](test) runs one `async fn` natively and in a browser. A crate that uses it
//! asks for the `test` feature under its `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! core-async = { workspace = true, features = ["test"] }
//! ```

// What the attribute macros expand to names `::core_async`, here as anywhere else.
extern crate self as core_async;

// The only place where the platform is chosen.
#[cfg_attr(not(target_family = "wasm"), path = "native/mod.rs")]
#[cfg_attr(target_family = "wasm", path = "wasm/mod.rs")]
mod sys;

pub mod fs;
pub mod io;
pub mod marker;
pub mod runtime;
pub mod sync;
pub mod task;
pub mod time;

mod main_options;
mod testing;

pub use core_async_macros::{async_trait, main, test};
pub use tokio::{join, pin, select, task_local, try_join};

#[doc(no_inline)]
pub use crate::task::spawn;

#[doc(hidden)]
pub use crate::sys::private as __private;
