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
//! | [`Clock`](bridge_traits::Clock) | [`SystemClock`] |
//! | [`Randomness`](bridge_traits::Randomness) | [`OsRandomness`] |
//! | [`LoggerSink`](bridge_traits::LoggerSink) | [`StderrLogger`] |
//!
//! Settings are kept in the database: see
//! [`DatabaseSettings`](bridge_traits::DatabaseSettings). Everything here needs a running
//! `core_async` runtime.

#![cfg(not(target_family = "wasm"))]

mod audio;
mod clock;
mod database;
mod files;
mod http;
mod logger;
mod randomness;
mod secrets;

pub use audio::{CpalOutput, NullOutput};
pub use clock::SystemClock;
pub use database::SqliteDatabase;
pub use files::DesktopFileSystem;
pub use http::ReqwestHttpClient;
pub use logger::StderrLogger;
pub use randomness::OsRandomness;
pub use secrets::EncryptedFileSecureStore;
#[cfg(feature = "keyring")]
pub use secrets::KeyringSecureStore;
