//! The host traits in a browser.
//!
//! | trait | type | runs in |
//! | --- | --- | --- |
//! | `DatabaseAdapter` | [`IndexedDbDatabase`] | any context with Web Locks, which is any secure one |
//! | `FileSystemAccess` | [`OpfsFileSystem`] | a dedicated worker of a secure context |
//! | `ReadAt` | [`BlobFile`] | anywhere; without waiting in workers only |
//! | `HttpClient` | [`FetchHttpClient`] | anywhere |
//! | `SecureStore` | [`WebCryptoSecureStore`] | any secure context |
//! | `AudioOutput` | [`WorkletOutput`] | anywhere a `MessagePort` can be sent to |
//! | `Clock` | [`WebClock`] | anywhere |
//! | `Randomness` | [`WebRandomness`] | anywhere |
//! | `LoggerSink` | [`ConsoleLogger`] | anywhere |
//!
//! Nothing here touches `window` or `localStorage`: the home of this crate is one dedicated worker.
//! Where something is missing, calls fail with `Unsupported` and say what it is.

#![cfg(target_family = "wasm")]

mod audio;
mod clock;
mod database;
mod files;
mod host;
mod http;
mod logger;
mod randomness;
mod secrets;
mod storage;

pub use audio::WorkletOutput;
pub use clock::WebClock;
pub use database::IndexedDbDatabase;
pub use files::{BlobFile, OpfsFileSystem};
pub use host::{JsError, is_cross_origin_isolated, is_storage_persisted};
pub use http::FetchHttpClient;
pub use logger::ConsoleLogger;
pub use randomness::WebRandomness;
pub use secrets::WebCryptoSecureStore;
