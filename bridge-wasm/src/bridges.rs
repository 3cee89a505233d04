//! Every adapter of this crate for one profile, the best there is where the program runs.

use std::sync::Arc;

use bridge_traits::policy::HostNewsChannel;
use bridge_traits::{
    Capabilities, Clock, DatabaseAdapter, DatabaseSettings, FileSystemAccess, HttpClient,
    ImageResizer, InstanceLock, LifecycleObserver, LoggerSink, NetworkMonitor, Randomness, Result,
    SecureStore, SettingsStore,
};
use js_sys::Function;

use crate::host::is_cross_origin_isolated;
use crate::{
    CanvasImageResizer, ChannelHostNews, ConsoleLogger, FetchHttpClient, IndexedDbDatabase,
    IndexedDbFileSystem, OpfsFileSystem, WebClock, WebCryptoSecureStore, WebInstanceLock,
    WebLifecycle, WebNetwork, WebRandomness,
};

/// What the bridges of a profile are called, and what they use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WasmBridgeConfig {
    /// The name under which files, secrets and everything else are kept; several can live on one
    /// origin.
    pub namespace: String,
    /// The name under which records are kept; usually the namespace as well.
    pub database: String,
    /// Sends requests in the place of the browser's `fetch`.
    pub fetch: Option<Function>,
    /// What others are told of who holds a lock.
    pub label: String,
}

impl WasmBridgeConfig {
    /// Everything under one name, with the browser's `fetch`.
    pub fn new(namespace: impl Into<String>) -> Self {
        let namespace = namespace.into();
        Self { database: namespace.clone(), namespace, fetch: None, label: "music".to_owned() }
    }

    /// Keeps records under another name.
    #[must_use]
    pub fn with_database(mut self, name: impl Into<String>) -> Self {
        self.database = name.into();
        self
    }

    /// Sends requests with `fetch`: called with a `Request`, it gives a promise of a `Response`.
    #[must_use]
    pub fn with_fetch(mut self, fetch: Function) -> Self {
        self.fetch = Some(fetch);
        self
    }

    /// Sets what others are told of who holds a lock, for example the name of the program.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
}

/// What the core asks of its host, in a browser. Sound and sign-in take what only the page has: see
/// [`WorkletOutput`](crate::WorkletOutput) and
/// [`ChannelAuthTransport`](crate::ChannelAuthTransport).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WasmBridges {
    /// Records. It is not open yet.
    pub database: Arc<dyn DatabaseAdapter>,
    /// Files: the private file system where it is available, IndexedDB elsewhere.
    pub files: Arc<dyn FileSystemAccess>,
    /// Requests.
    pub http: Arc<dyn HttpClient>,
    /// What other tabs do with the same hosts.
    pub host_news: Arc<dyn HostNewsChannel>,
    /// Secrets.
    pub secrets: Arc<dyn SecureStore>,
    /// Settings, kept in the database: open it with [`DatabaseSettings::schema`] among the others.
    pub settings: Arc<dyn SettingsStore>,
    /// Whether there is a network.
    pub network: Arc<dyn NetworkMonitor>,
    /// What becomes of the page.
    pub lifecycle: Arc<dyn LifecycleObserver>,
    /// Pictures.
    pub image_resizer: Arc<dyn ImageResizer>,
    /// One owner per profile.
    pub instance_lock: Arc<dyn InstanceLock>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
    /// Log lines.
    pub logger: Arc<dyn LoggerSink>,
    /// What was found, for hosts to read and show.
    pub capabilities: Capabilities,
}

/// The bridges of one profile, in a window, a dedicated, shared or service worker. Nothing is opened
/// or created before its first use.
///
/// # Errors
///
/// Fails with `Unsupported` where there is no `BroadcastChannel`, which every browser of today has.
///
/// # Examples
///
/// ```no_run
/// # async fn start() -> bridge_traits::Result<()> {
/// use bridge_wasm::{WasmBridgeConfig, build_wasm_bridges};
///
/// let bridges = build_wasm_bridges(WasmBridgeConfig::new("music")).await?;
/// bridges.secrets.names().await?;
/// # Ok(())
/// # }
/// ```
pub async fn build_wasm_bridges(config: WasmBridgeConfig) -> Result<WasmBridges> {
    let WasmBridgeConfig { namespace, database, fetch, label } = config;
    let database: Arc<dyn DatabaseAdapter> = Arc::new(IndexedDbDatabase::new(&database));
    let secrets: Arc<dyn SecureStore> = Arc::new(WebCryptoSecureStore::new(&namespace));
    let has_private_files = OpfsFileSystem::is_available().await;
    let files: Arc<dyn FileSystemAccess> = match has_private_files {
        true => Arc::new(OpfsFileSystem::new(&namespace)),
        false => Arc::new(IndexedDbFileSystem::new(&namespace)),
    };
    let capabilities = Capabilities {
        bridge: "wasm".to_owned(),
        database: "indexeddb".to_owned(),
        files: if has_private_files { "opfs" } else { "indexeddb" }.to_owned(),
        security: Some(secrets.security_level()),
        audio_output: None,
        durable: true,
        cross_origin_isolated: Some(is_cross_origin_isolated()),
    };
    Ok(WasmBridges {
        settings: Arc::new(DatabaseSettings::new(Arc::clone(&database))),
        database,
        files,
        http: Arc::new(fetch.map_or_else(FetchHttpClient::new, FetchHttpClient::with_fetch)),
        host_news: Arc::new(ChannelHostNews::new()?),
        secrets,
        network: Arc::new(WebNetwork::new()),
        lifecycle: Arc::new(WebLifecycle::new(&namespace)?),
        image_resizer: Arc::new(CanvasImageResizer),
        instance_lock: Arc::new(WebInstanceLock::new(label)),
        clock: Arc::new(WebClock::new()),
        randomness: Arc::new(WebRandomness::new()),
        logger: Arc::new(ConsoleLogger::new()),
        capabilities,
    })
}
