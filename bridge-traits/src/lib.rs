//! What Music Platform Core asks of its host.
//!
//! A host implements these traits once per platform (a *bridge*) and hands them to the core as
//! `Arc<dyn …>`. The domain crates are written against this crate and [`core_async`] only, so
//! nothing in them knows which platform it runs on.
//!
//! Every trait carries a `# Contract` list; `bridge-conformance` has a runnable case for each
//! bullet. There is no I/O here and no foreign type in the public API.

mod audio_output;
mod auth_transport;
mod background;
mod capabilities;
mod causes;
mod clock;
mod connectivity_probe;
mod database;
mod error;
mod files;
mod http;
mod image_resizer;
mod instance_lock;
mod lifecycle;
mod logger;
mod network;
mod randomness;
mod secrets;
mod settings;
mod state;

pub use audio_output::{AudioOutput, AudioStream, OutputFormat};
pub use auth_transport::{AuthPage, AuthRedirect, AuthSession, AuthTransport};
pub use background::{
    BackgroundExecutor, BackgroundHandler, BackgroundHost, Blocker, Constraint, Constraints,
    DatabaseBackground, DeviceState, Job, JobRun, JobState, JobStatus, NetworkNeed, Schedule,
    WhenUnknown,
};
pub use capabilities::{Capabilities, SecurityLevel};
pub use causes::with_causes;
pub use clock::Clock;
pub use connectivity_probe::ConnectivityProbe;
pub use core_async::marker::{BoxFuture, BoxStream, PlatformSend, PlatformSync};
pub use database::{
    Change, ChangeNotice, ChangePublisher, ChangeWatcher, Collection, Commit, CompiledSchema,
    Cursor, DatabaseAdapter, DatabaseExt, Direction, Durability, Field, FieldKind, Filter, Index,
    Migration, Operation, Page, Precondition, Query, Record, RecordReader, Row, Schema,
    SchemaChange, SchemaComponent, SortKey, TokenMatch, Value, WatchError, WriteBatch,
};
pub use error::{BridgeError, ErrorKind, Result};
pub use files::{
    DirectoryEntry, EntryKind, FileMetadata, FileSystemAccess, FileSystemExt, ReadAt, SparseReader,
    async_files, path,
};
pub use http::{
    ByteRange, Deadlines, HTTP_CONNECT, Headers, HttpCapabilities, HttpClient, Method, Origin,
    Reach, RedirectSupport, Redirects, Request, Response, Retry, download, policy,
};
pub use image_resizer::{ImageResizer, Pixels, fit};
pub use instance_lock::{InstanceGuard, InstanceLock, LockHolder, check_lock_name};
pub use lifecycle::{LifecycleObserver, LifecyclePhase, LifecycleState};
pub use logger::{LogLevel, LoggerSink};
pub use network::{Connectivity, Metered, NetworkKind, NetworkMonitor, NetworkState};
pub use randomness::Randomness;
pub use secrets::{Secret, SecureStore};
pub use settings::{DatabaseSettings, SettingChange, SettingValue, SettingsStore, SettingsWatcher};
pub use state::{StatePublisher, StateWatcher};

/// A stream of byte chunks that can fail half-way.
pub type ByteStream = BoxStream<'static, Result<bytes::Bytes>>;
