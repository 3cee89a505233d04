//! The bridges of one host.

use std::fmt;
use std::sync::Arc;

use bridge_traits::{
    AudioOutput, AuthTransport, BackgroundExecutor, Capabilities, Clock, DatabaseAdapter,
    FileSystemAccess, HttpClient, InstanceLock, LifecycleObserver, NetworkMonitor, PlatformSend,
    PlatformSync, Randomness, SecureStore, SettingsStore,
};

use core_metadata::Artwork;
use core_runtime::SystemEvent;

use crate::error::BootstrapError;
use crate::storage::StorageDamage;

/// The bridges of one host. Fill in what the host has; the core says what it misses.
#[derive(Clone, Debug, Default)]
pub struct Bridges {
    /// Where records are kept. Required.
    pub database: Option<Arc<dyn DatabaseAdapter>>,
    /// Where files are. Required.
    pub files: Option<Arc<dyn FileSystemAccess>>,
    /// What time it is. Required.
    pub clock: Option<Arc<dyn Clock>>,
    /// Where random bytes come from. Required.
    pub randomness: Option<Arc<dyn Randomness>>,
    /// What the bridges offer, for hosts to show. Required.
    pub capabilities: Option<Capabilities>,
    /// How servers are reached. Needed for remote music. The core adds redirects, retries and
    /// pacing to it.
    pub http: Option<Arc<dyn HttpClient>>,
    /// Where secrets are kept. Needed for accounts.
    pub secrets: Option<Arc<dyn SecureStore>>,
    /// How sign-in pages are shown. Needed for accounts.
    pub auth: Option<Arc<dyn AuthTransport>>,
    /// Where sound goes. Needed for playback.
    pub audio_output: Option<Arc<dyn AudioOutput>>,
    /// Where covers are made small and kept. Needed for covers.
    pub artwork: Option<Arc<Artwork>>,
    /// Whether there is a network. Without it, jobs that ask for one do not know.
    pub network: Option<Arc<dyn NetworkMonitor>>,
    /// Whether the program is seen, asleep or about to end. Without it jobs notice late that the
    /// computer has slept.
    pub lifecycle: Option<Arc<dyn LifecycleObserver>>,
    /// Who owns the profile. Without it this core does: the host sees to it that it is the only
    /// one.
    pub instance_lock: Option<Arc<dyn InstanceLock>>,
    /// Where settings are kept, if not in the database.
    pub settings: Option<Arc<dyn SettingsStore>>,
    /// Who does jobs later, if not the core with a queue in the database.
    pub background: Option<Arc<dyn BackgroundExecutor>>,
    /// The folder, among [`files`](Self::files), for copies of the database before a new release
    /// migrates it. Without it there are none.
    pub snapshots: Option<String>,
    /// Who knows how the stored database is, if there is such a thing.
    pub report: Option<Arc<dyn DatabaseReport>>,
}

/// Says of a stored database what is neither an answer nor the failure of a call.
#[core_async::async_trait]
pub trait DatabaseReport: fmt::Debug + PlatformSend + PlatformSync {
    /// The damaged parts, found when it was opened or since; everything else can be used.
    fn damage(&self) -> Vec<StorageDamage>;

    /// Waits until damage is found while it is in use, the first since it was opened.
    async fn damaged(&self) -> StorageDamage;

    /// Waits until nothing can be stored any more, and says why: [`SystemEvent::Superseded`] or
    /// [`SystemEvent::StorageDeleted`].
    async fn end(&self) -> SystemEvent;
}

/// The bridges the core cannot do without.
pub(crate) struct Required {
    pub(crate) database: Arc<dyn DatabaseAdapter>,
    pub(crate) files: Arc<dyn FileSystemAccess>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) capabilities: Capabilities,
}

impl Bridges {
    /// Checks that everything required is there.
    pub(crate) fn required(&self) -> Result<Required, BootstrapError> {
        Ok(Required {
            database: present(
                &self.database,
                "database",
                "set `Bridges::database`, for example to bridge-memory's `MemoryDatabase`",
            )?,
            files: present(
                &self.files,
                "file system",
                "set `Bridges::files`, for example to bridge-memory's `MemoryFileSystem`",
            )?,
            clock: present(&self.clock, "clock", "set `Bridges::clock`")?,
            randomness: present(&self.randomness, "randomness", "set `Bridges::randomness`")?,
            capabilities: present(
                &self.capabilities,
                "capabilities",
                "set `Bridges::capabilities` to what the bridges offer",
            )?,
        })
    }
}

/// An optional bridge at the moment it is needed.
pub(crate) fn present<T: Clone>(
    bridge: &Option<T>,
    name: &'static str,
    remedy: &'static str,
) -> Result<T, BootstrapError> {
    bridge.clone().ok_or(BootstrapError::MissingBridge { bridge: name, remedy })
}
