//! The desktop's side of Music Platform Core: what the core asks of its host, on Linux, macOS and
//! Windows.
//!
//! | trait | adapter |
//! | --- | --- |
//! | [`DatabaseAdapter`](bridge_traits::DatabaseAdapter) | [`SqliteDatabase`] |
//! | [`FileSystemAccess`](bridge_traits::FileSystemAccess) | [`DesktopFileSystem`] |
//! | [`HttpClient`](bridge_traits::HttpClient) | [`ReqwestHttpClient`] |
//! | [`SecureStore`](bridge_traits::SecureStore) | `KeyringSecureStore` (feature `keyring`), [`EncryptedFileSecureStore`] |
//! | [`AudioOutput`](bridge_traits::AudioOutput) | [`CpalOutput`], [`NullOutput`] |
//! | [`AuthTransport`](bridge_traits::AuthTransport) | [`LoopbackAuthTransport`] |
//! | [`ImageResizer`](bridge_traits::ImageResizer) | [`DesktopImageResizer`] |
//! | [`InstanceLock`](bridge_traits::InstanceLock) | [`FileInstanceLock`] |
//! | [`LifecycleObserver`](bridge_traits::LifecycleObserver) | [`DesktopLifecycle`] |
//! | [`NetworkMonitor`](bridge_traits::NetworkMonitor) | [`DesktopNetwork`] |
//! | [`Clock`](bridge_traits::Clock) | [`SystemClock`] |
//! | [`Randomness`](bridge_traits::Randomness) | [`OsRandomness`] |
//! | [`LoggerSink`](bridge_traits::LoggerSink) | [`StreamLogger`] |
//!
//! Settings and background jobs are kept in the database: see
//! [`DatabaseSettings`](bridge_traits::DatabaseSettings) and
//! [`DatabaseBackground`](bridge_traits::DatabaseBackground). Everything here needs a running
//! `core_async` runtime.

#![cfg(not(target_family = "wasm"))]

mod audio;
mod auth;
mod clock;
mod database;
mod files;
mod http;
mod image_resizer;
mod instance_lock;
mod lifecycle;
mod logger;
mod network;
mod randomness;
mod secrets;

pub use audio::{CpalOutput, NullOutput};
pub use auth::LoopbackAuthTransport;
pub use clock::SystemClock;
pub use database::{Salvaged, SqliteDatabase};
pub use files::DesktopFileSystem;
pub use http::ReqwestHttpClient;
pub use image_resizer::DesktopImageResizer;
pub use instance_lock::FileInstanceLock;
pub use lifecycle::DesktopLifecycle;
pub use logger::StreamLogger;
pub use network::DesktopNetwork;
pub use randomness::OsRandomness;
pub use secrets::EncryptedFileSecureStore;
#[cfg(feature = "keyring")]
pub use secrets::KeyringSecureStore;
