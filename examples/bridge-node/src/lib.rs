//! The host in Node.js: what `docs/writing-a-bridge.md` leads to, on Node's built-in modules alone.
//!
//! | trait | type | through |
//! | --- | --- | --- |
//! | `Clock` | [`NodeClock`] | `Date.now`, `performance.now` |
//! | `Randomness` | [`NodeRandomness`] | `node:crypto` |
//! | `LoggerSink` | [`StderrLogger`] | `process.stderr` |
//! | `HttpClient` | [`NodeHttpClient`] | `node:http`, `node:https` |
//! | `FileSystemAccess` | [`NodeFileSystem`] | `node:fs` |
//! | `DatabaseAdapter` | [`NodeDatabase`] | the engine of `bridge-memory`, and one append-only file |
//! | `SettingsStore` | [`FileSettings`] | a JSON file that is replaced in one step |
//! | `SecureStore` | [`KeyFileSecureStore`] | AES-256-GCM of `node:crypto`, under a key in a file |
//!
//! There is no sound: Node has no way to play it. The crate is built for `wasm32-unknown-unknown` and
//! runs in Node 20 or newer, through the `nodejs` target of wasm-bindgen.

mod capabilities;
mod clock;
mod database;
mod files;
mod host;
mod http;
mod logger;
mod randomness;
mod secrets;
mod settings;

pub use capabilities::capabilities;
pub use clock::NodeClock;
pub use database::NodeDatabase;
pub use files::NodeFileSystem;
pub use host::NodeError;
pub use http::NodeHttpClient;
pub use logger::StderrLogger;
pub use randomness::NodeRandomness;
pub use secrets::KeyFileSecureStore;
pub use settings::FileSettings;
