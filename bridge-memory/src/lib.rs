//! In-memory implementations of the host traits.
//!
//! They are real implementations, not mocks: each passes the same conformance suite as the desktop
//! and browser bridges. Domain crates are tested on them, and hosts without storage run on them.

mod audio_output;
mod auth_transport;
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

pub use audio_output::MemoryOutput;
pub use auth_transport::MemoryAuthTransport;
pub use clock::ManualClock;
pub use database::{
    ChangeSet, Engine, MemoryDatabase, PackedRecord, PackedRow, Progress, RowChange, Staged, Step,
    StoredSchema, Wanted,
};
pub use files::MemoryFileSystem;
pub use http::{MemoryHostNews, MemoryHttpClient, MemoryResponse};
pub use image_resizer::MemoryImageResizer;
pub use instance_lock::MemoryInstanceLock;
pub use lifecycle::MemoryLifecycle;
pub use logger::MemoryLogger;
pub use network::MemoryNetwork;
pub use randomness::SeededRandomness;
pub use secrets::MemorySecureStore;
