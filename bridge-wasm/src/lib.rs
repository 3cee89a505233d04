//! The host traits in a browser.
//!
//! | trait | type | runs in |
//! | --- | --- | --- |
//! | `DatabaseAdapter` | [`IndexedDbDatabase`] | any context with Web Locks, which is any secure one |
//! | `FileSystemAccess` | [`OpfsFileSystem`] | a dedicated worker of a secure context |
//! | `FileSystemAccess` | [`IndexedDbFileSystem`] | anywhere, where the other is not available |
//! | `ReadAt` | [`BlobFile`] | anywhere; without waiting in workers only |
//! | `HttpClient` | [`FetchHttpClient`] | anywhere |
//! | `HostNewsChannel` | [`ChannelHostNews`] | anywhere |
//! | `SecureStore` | [`WebCryptoSecureStore`] | any secure context |
//! | `AudioOutput` | [`WorkletOutput`] | anywhere a `MessagePort` can be sent to |
//! | `AuthTransport` | [`ChannelAuthTransport`] | anywhere; the page shows what it hands out |
//! | `ImageResizer` | [`CanvasImageResizer`] | anywhere with an `OffscreenCanvas` |
//! | `InstanceLock` | [`WebInstanceLock`] | any secure context |
//! | `LifecycleObserver` | [`WebLifecycle`] | anywhere; the page posts what happens to it |
//! | `NetworkMonitor` | [`WebNetwork`] | windows and workers |
//! | `Clock` | [`WebClock`] | anywhere |
//! | `Randomness` | [`WebRandomness`] | anywhere |
//! | `LoggerSink` | [`ConsoleLogger`] | anywhere |
//!
//! Nothing here touches `window` or `localStorage`: the home of this crate is one dedicated worker.
//! Where something is missing, calls fail with `Unsupported` and say what it is.
//!
//! [`build_wasm_bridges`] makes all of them for one profile, the best there are where it is called.
//!
//! In Firefox `fetch` takes in more of a body than was read from it; `HttpCapabilities::back_pressure`
//! says so.

#![cfg(target_family = "wasm")]

mod audio;
mod auth_transport;
mod bridges;
mod clock;
mod database;
mod files;
mod host;
mod http;
mod image_resizer;
mod instance_lock;
mod lifecycle;
mod logger;
mod network;
mod randomness;
mod secrets;
mod storage;

pub use audio::WorkletOutput;
pub use auth_transport::ChannelAuthTransport;
pub use bridges::{WasmBridgeConfig, WasmBridges, build_wasm_bridges};
pub use clock::WebClock;
pub use database::{DatabaseDamage, DatabaseHealth, DatabaseStanding, IndexedDbDatabase};
pub use files::{BlobFile, IndexedDbFileSystem, OpfsFileSystem};
pub use host::{
    JsError, StorageUse, is_cross_origin_isolated, is_storage_persisted, persist_storage,
    storage_use,
};
pub use http::{ChannelHostNews, FetchHttpClient};
pub use image_resizer::CanvasImageResizer;
pub use instance_lock::WebInstanceLock;
pub use lifecycle::WebLifecycle;
pub use logger::ConsoleLogger;
pub use network::WebNetwork;
pub use randomness::WebRandomness;
pub use secrets::WebCryptoSecureStore;
