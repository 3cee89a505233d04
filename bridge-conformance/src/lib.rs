//! The contract of every host trait as runnable tests.
//!
//! An adapter proves itself with one line per trait in an integration test; every case becomes a
//! test of its own, natively and in browsers:
//!
//! ```
//! # #[cfg(test)] mod example {
//! use std::sync::Arc;
//!
//! use bridge_conformance::{database_conformance, file_system_conformance};
//! use bridge_memory::{MemoryDatabase, MemoryFileSystem};
//! use bridge_traits::{DatabaseAdapter, FileSystemAccess};
//!
//! database_conformance!(async { Arc::new(MemoryDatabase::new()) as Arc<dyn DatabaseAdapter> });
//! file_system_conformance!(async { Arc::new(MemoryFileSystem::new()) as Arc<dyn FileSystemAccess> });
//! # }
//! ```
//!
//! The expression is a future that yields a fresh, empty adapter for each test. Where an adapter
//! keeps its data, `database_conformance!(durable: …)` yields a [`database::DatabaseUnderTest`] that
//! can be opened again, and the durability cases run as well.
//!
//! A case is a `pub async fn` that panics when the contract is broken, so it can also be called by
//! hand. The crate that uses a macro needs `core-async` with its `test` feature among its
//! `[dev-dependencies]`.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a case fails by panicking, and says so here once"
)]
#![expect(clippy::unused_async, reason = "every case is async, so that one macro fits them all")]

#[macro_use]
mod macros;
mod expect;
mod place;

pub mod audio_output;
pub mod auth_transport;
pub mod background;
pub mod certificate;
pub mod clock;
pub mod database;
pub mod files;
pub mod http;
pub mod image_resizer;
pub mod instance_lock;
pub mod lifecycle;
pub mod logger;
pub mod network;
pub mod randomness;
pub mod secrets;
pub mod settings;
#[doc(hidden)]
pub mod skip;

pub use place::Place;

// For the macros, whose users need not depend on these names.
#[doc(hidden)]
pub use bridge_traits::{
    Clock, ImageResizer, InstanceLock, NetworkMonitor, Randomness, SecureStore, SettingsStore,
};
