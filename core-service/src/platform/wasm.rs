//! The browser: IndexedDB, OPFS, fetch, `WebCrypto`, an audio worklet that the page connects later.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use bridge_traits::{
    AuthTransport, Capabilities, Clock, DatabaseAdapter, FileSystemAccess, LoggerSink, Result,
    SecureStore, SettingsStore,
};
use bridge_wasm::{
    CanvasImageResizer, ChannelAuthTransport, DatabaseDamage, DatabaseStanding, FetchHttpClient,
    IndexedDbDatabase, IndexedDbFileSystem, OpfsFileSystem, WebClock, WebCryptoSecureStore,
    WebInstanceLock, WebLifecycle, WebNetwork, WebRandomness, is_cross_origin_isolated,
    is_storage_persisted, storage_use,
};

// What a worker's script hands over and needs, for `mpc-wasm`.
pub use bridge_wasm::{BlobFile, ConsoleLogger, WorkletOutput};

use core_metadata::Artwork;
use core_runtime::SystemEvent;

use crate::error::BootstrapError;
use crate::service::CoreService;
use crate::storage::{self, HostStorage, SetAside, StorageDamage};
use crate::wiring::{Bridges, DatabaseReport};

/// How a core in a browser is set up.
#[derive(Clone, Debug)]
pub struct WasmConfig {
    /// The name of the stored library; several can live on one origin.
    pub profile: String,
    /// The page this worker belongs to, where several can have a profile open: it posts what
    /// happens to it to the channel `mpc-lifecycle:PROFILE:PAGE`, and without a name to
    /// `mpc-lifecycle:PROFILE`.
    pub page: Option<String>,
    /// How users sign in; without it there are no accounts.
    pub sign_in: Option<SignIn>,
    /// Whether the page remembers that this profile has been stored here before. One that is empty
    /// all the same has been thrown away by the browser.
    pub was_stored: bool,
}

/// How users sign in.
#[derive(Clone)]
pub struct SignIn {
    /// The page of this origin that providers send users back to.
    pub redirect_uri: String,
    /// Has the page show an address.
    pub show: ShowPage,
}

/// Has the page show an address.
pub type ShowPage = Rc<dyn Fn(&str) -> Result<()>>;

impl WasmConfig {
    /// A core for the only page of `profile`, without accounts.
    pub fn new(profile: impl Into<String>) -> Self {
        Self { profile: profile.into(), page: None, sign_in: None, was_stored: false }
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

/// Starts a core on the browser bridges, in a dedicated worker. Sound is connected later with
/// [`CoreService::set_output`], because a page may only play after a click.
///
/// # Errors
///
/// Fails with `Conflict` if a newer release has the profile open in another tab, and as the browser's
/// storage does. Otherwise any number of tabs can have it open.
pub async fn bootstrap_wasm(
    config: WasmConfig,
) -> std::result::Result<CoreService, BootstrapError> {
    let WasmConfig { profile, page, sign_in, was_stored } = config;
    let secrets: Arc<dyn SecureStore> = Arc::new(WebCryptoSecureStore::new(&profile));
    // Some browsers have no private file system in private windows, and say so only when asked.
    let (kind, files): (_, Arc<dyn FileSystemAccess>) = if OpfsFileSystem::is_available().await {
        ("opfs", Arc::new(OpfsFileSystem::new(&profile)))
    } else {
        ("indexeddb", Arc::new(IndexedDbFileSystem::new(&profile)))
    };
    let capabilities = Capabilities {
        bridge: "wasm".to_owned(),
        database: "indexeddb".to_owned(),
        files: kind.to_owned(),
        security: Some(secrets.security_level()),
        audio_output: Some("worklet".to_owned()),
        durable: true,
        cross_origin_isolated: Some(is_cross_origin_isolated()),
    };
    let page = page.map_or_else(|| profile.clone(), |page| format!("{profile}:{page}"));
    let auth = sign_in.map(|SignIn { redirect_uri, show }| -> Arc<dyn AuthTransport> {
        Arc::new(ChannelAuthTransport::new(redirect_uri, move |url| show(url)))
    });
    let database = IndexedDbDatabase::new(&profile);
    let (resizer, clock) = (Arc::new(CanvasImageResizer), Arc::new(WebClock::new()));
    let artwork = Artwork::new(Arc::clone(&files), "covers", resizer, clock);
    let bridges = Bridges {
        report: Some(Arc::new(Report(database.clone()))),
        database: Some(Arc::new(database)),
        files: Some(files),
        artwork: Some(Arc::new(artwork)),
        clock: Some(Arc::new(WebClock::new())),
        randomness: Some(Arc::new(WebRandomness::new())),
        capabilities: Some(capabilities),
        http: Some(Arc::new(FetchHttpClient::new())),
        secrets: Some(secrets),
        auth,
        network: Some(Arc::new(WebNetwork::new())),
        lifecycle: Some(Arc::new(WebLifecycle::new(&page)?)),
        instance_lock: Some(Arc::new(WebInstanceLock::new("tab"))),
        snapshots: Some("snapshots".to_owned()),
        ..Bridges::default()
    };
    let core = CoreService::start(&profile, bridges).await?;
    storage::remember(&**core.settings(), WebClock::new().unix_millis(), was_stored).await?;
    Ok(core)
}

/// How the library in IndexedDB is.
#[derive(Debug)]
struct Report(IndexedDbDatabase);

#[core_async::async_trait]
impl DatabaseReport for Report {
    fn damage(&self) -> Vec<StorageDamage> {
        self.0.health().damage.into_iter().map(of_storage).collect()
    }

    async fn damaged(&self) -> StorageDamage {
        let mut news = self.0.watch_health();
        let before = news.current().damage.len();
        loop {
            if let Some(found) = news.next().await.damage.into_iter().nth(before) {
                return of_storage(found);
            }
        }
    }

    async fn end(&self) -> SystemEvent {
        let mut news = self.0.watch_health();
        let mut standing = news.current().standing;
        loop {
            match standing {
                DatabaseStanding::Superseded => return SystemEvent::Superseded {},
                DatabaseStanding::Deleted => return SystemEvent::StorageDeleted {},
                _ => standing = news.next().await.standing,
            }
        }
    }
}

fn of_storage(damage: DatabaseDamage) -> StorageDamage {
    let DatabaseDamage { part, reason, rows } = damage;
    StorageDamage { part, reason, records: rows }
}

/// What the browser says of the origin's storage.
pub(crate) async fn host_storage(
    _files: &dyn FileSystemAccess,
    _capabilities: &Capabilities,
    _profile: &str,
) -> HostStorage {
    let used = storage_use().await.ok().flatten();
    HostStorage {
        used: used.map(|storage| storage.used),
        quota: used.map(|storage| storage.quota),
        free: used.map(|storage| storage.quota.saturating_sub(storage.used)),
        persisted: is_storage_persisted().await.ok(),
    }
}

/// Browsers set damaged parts of a library aside, and no whole ones.
#[expect(clippy::unused_async, reason = "the same as on a desktop, where it is read")]
pub(crate) async fn set_aside(_settings: &dyn SettingsStore) -> Result<Option<SetAside>> {
    Ok(None)
}

/// What logging needs in a browser: the console, stamped by the browser's clock.
pub fn wasm_logging() -> (Arc<dyn LoggerSink>, Arc<dyn Clock>) {
    (Arc::new(ConsoleLogger::new()), Arc::new(WebClock::new()))
}

/// Whether such a database keeps every record in memory.
#[doc(hidden)]
pub const SCRATCH_KEEPS_RECORDS_IN_MEMORY: bool = true;

/// A database of this platform's kind under a name of its own, for tests that compare platforms.
#[doc(hidden)]
#[expect(clippy::unused_async, reason = "the same as on a desktop")]
pub async fn scratch_database(name: &str) -> Arc<dyn DatabaseAdapter> {
    let number = WebClock::new().unix_millis();
    Arc::new(IndexedDbDatabase::new(&format!("scratch-{name}-{number}")))
}

#[cfg(test)]
mod indexeddb_windows;
#[cfg(test)]
mod two_windows;
