//! The desktop: SQLite, files, the operating system's keyring, a sound device.

mod damaged_library;
mod sqlite_report;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bridge_desktop::{
    CpalOutput, DesktopFileSystem, DesktopImageResizer, DesktopNetwork, EncryptedFileSecureStore,
    FileInstanceLock, KeyringSecureStore, LoopbackAuthTransport, NullOutput, OsRandomness,
    ReqwestHttpClient, SqliteDatabase, SystemClock,
};
use bridge_traits::{
    AudioOutput, Capabilities, Clock, DatabaseAdapter, FileSystemAccess, LoggerSink,
    NetworkMonitor, Secret, SecureStore, path,
};

use core_metadata::Artwork;
pub use damaged_library::DamagedLibrary;
pub(crate) use damaged_library::set_aside;
// What a host tells of its window and of the signals that end it.
pub use bridge_desktop::DesktopLifecycle;

use crate::error::BootstrapError;
use crate::service::CoreService;
use crate::storage::{self, HostStorage};
use crate::wiring::{Bridges, DatabaseReport};
use damaged_library::LibraryFile;
use sqlite_report::SqliteReport;

/// The name under which the keyring files our secrets.
const KEYRING_SERVICE: &str = "music-platform-core";

/// The database in the folder of a profile.
const DATABASE: &str = "library.db";

/// The folder there for the locks of a profile.
const LOCKS: &str = "locks";

/// The folder there for copies of the database.
const SNAPSHOTS: &str = "snapshots";

/// How a desktop core is set up.
#[derive(Debug)]
pub struct DesktopConfig {
    /// The folder that holds the core's data; made if it is missing.
    pub data_dir: PathBuf,
    /// Where secrets are kept.
    pub secrets: SecretStorage,
    /// Where sound goes.
    pub audio: AudioDevice,
    /// What others are told about this program while it owns the profile.
    pub label: String,
    /// How sign-in pages are shown.
    pub sign_in: SignInPages,
    /// What the host does with the program; keep a clone to tell the core of it.
    pub lifecycle: DesktopLifecycle,
    /// What is done with a library file that is damaged.
    pub damaged_library: DamagedLibrary,
}

/// How a desktop core shows sign-in pages.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum SignInPages {
    /// In the browser that the user has chosen for the system.
    #[default]
    Browser,
    /// By the host, which is handed the address: to print it, or to show it as a code.
    Handed(Arc<dyn Fn(&str) + Send + Sync>),
}

impl fmt::Debug for SignInPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Browser => "Browser",
            Self::Handed(_) => "Handed",
        })
    }
}

/// Where a desktop core keeps secrets. There is no fallback from one to another: the host chooses.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum SecretStorage {
    /// Nowhere: the host uses no accounts.
    #[default]
    None,
    /// In the operating system's keyring.
    Keyring,
    /// In a file in the data folder, encrypted with a passphrase the host asks the user for.
    EncryptedFile {
        /// The passphrase.
        passphrase: Secret,
    },
}

/// Where a desktop core plays.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum AudioDevice {
    /// The system's default device.
    #[default]
    Default,
    /// The device of this name.
    Named(String),
    /// No device: time passes as if there were one.
    Null,
}

impl DesktopConfig {
    /// A core with its data in `data_dir`, without accounts, on the default sound device, in the
    /// foreground.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            secrets: SecretStorage::default(),
            audio: AudioDevice::default(),
            label: format!("process {}", std::process::id()),
            sign_in: SignInPages::default(),
            lifecycle: DesktopLifecycle::new(),
            damaged_library: DamagedLibrary::default(),
        }
    }
}

/// Starts a core on the desktop bridges. It must be called on a tokio runtime; any will do.
///
/// # Errors
///
/// Fails if the data folder cannot be used, or the chosen secret storage does not work here; with
/// `conflict` for the library of a newer release or another program, `permission_denied` for one that
/// cannot be written, and [`BootstrapError::DamagedLibrary`] for one that is damaged and was not set
/// aside, as [`DesktopConfig::damaged_library`] says. In all of these it stays as it is.
///
/// # Examples
///
/// ```no_run
/// # #[core_async::main]
/// # async fn main() -> Result<(), core_service::BootstrapError> {
/// let config = core_service::DesktopConfig::new("music-data");
/// let core = core_service::bootstrap_desktop(config).await?;
/// # Ok(())
/// # }
/// ```
pub async fn bootstrap_desktop(config: DesktopConfig) -> Result<CoreService, BootstrapError> {
    let secrets: Option<Arc<dyn SecureStore>> = match config.secrets {
        SecretStorage::None => None,
        SecretStorage::Keyring => {
            Some(Arc::new(KeyringSecureStore::secret_service(KEYRING_SERVICE).await?))
        }
        SecretStorage::EncryptedFile { passphrase } => {
            let file = config.data_dir.join("secrets.bin");
            Some(Arc::new(EncryptedFileSecureStore::with_passphrase(file, &passphrase).await?))
        }
    };
    let audio_output: Arc<dyn AudioOutput> = match config.audio {
        AudioDevice::Default => Arc::new(CpalOutput::default_device()),
        AudioDevice::Named(name) => Arc::new(CpalOutput::device(name)),
        AudioDevice::Null => Arc::new(NullOutput::new()),
    };
    let capabilities = Capabilities {
        bridge: "desktop".to_owned(),
        database: "sqlite".to_owned(),
        files: "native".to_owned(),
        security: secrets.as_ref().map(|secrets| secrets.security_level()),
        audio_output: Some(audio_output.name().to_owned()),
        durable: true,
        cross_origin_isolated: None,
    };
    // A system that does not tell is no reason not to play music.
    let network = DesktopNetwork::start()
        .map(|network| Arc::new(network) as Arc<dyn NetworkMonitor>)
        .inspect_err(|error| tracing::warn!(%error, "the network cannot be watched"));
    let transport = match config.sign_in {
        SignInPages::Browser => LoopbackAuthTransport::new(),
        SignInPages::Handed(show) => LoopbackAuthTransport::with_display(move |url| {
            show(url);
            Ok(())
        }),
    };
    let locks = FileInstanceLock::new(config.data_dir.join(LOCKS), config.label);
    let snapshots = config.data_dir.join(SNAPSHOTS);
    let covers = config.data_dir.join("covers");
    let files: Arc<dyn FileSystemAccess> = Arc::new(DesktopFileSystem::new());
    let artwork = covers.to_str().map(|folder| {
        let (folder, clock) = (with_slashes(folder), Arc::new(SystemClock::new()));
        Arc::new(Artwork::new(Arc::clone(&files), folder, Arc::new(DesktopImageResizer), clock))
    });
    let library = LibraryFile {
        profile: config.data_dir.display().to_string(),
        files: Arc::new(DesktopFileSystem::rooted(&config.data_dir)),
        data_dir: config.data_dir,
        lock: Arc::new(locks),
    };
    let bridges = Bridges {
        files: Some(files),
        artwork,
        clock: Some(Arc::new(SystemClock::new())),
        randomness: Some(Arc::new(OsRandomness)),
        http: Some(Arc::new(ReqwestHttpClient::new()?)),
        secrets,
        auth: Some(Arc::new(transport)),
        audio_output: Some(audio_output),
        network: network.ok(),
        lifecycle: Some(Arc::new(config.lifecycle)),
        instance_lock: Some(Arc::clone(&library.lock)),
        capabilities: Some(capabilities),
        snapshots: snapshots.to_str().map(with_slashes),
        ..Bridges::default()
    };
    let error = match start(&library, bridges.clone()).await {
        Err(error) if error.code() == "corrupt" => error,
        started => return started,
    };
    if config.damaged_library == DamagedLibrary::Refuse {
        let next = "put a copy of it in its place, or start with `DamagedLibrary::SetAside`";
        return Err(library.refused(error, next));
    }
    library.replace(&error, false).await?;
    let error = match start(&library, bridges.clone()).await {
        // What SQLite's check does not see, such as text that is none.
        Err(error) if error.code() == "corrupt" => error,
        started => return started,
    };
    library.replace(&error, true).await?;
    start(&library, bridges).await
}

/// Starts a core on its library. If it fails, nothing has the library open any more.
async fn start(library: &LibraryFile, bridges: Bridges) -> Result<CoreService, BootstrapError> {
    let was_replaced = library.finish_replacing().await?;
    library.check().await?;
    let database = Arc::new(SqliteDatabase::at(library.path()));
    let set_aside = OnceLock::new();
    let report = Arc::new(SqliteReport { database: Arc::clone(&database), set_aside });
    let bridges = Bridges {
        database: Some(Arc::clone(&database) as Arc<dyn DatabaseAdapter>),
        report: Some(Arc::clone(&report) as Arc<dyn DatabaseReport>),
        ..bridges
    };
    let core = match CoreService::start(&library.profile, bridges).await {
        Ok(core) => core,
        Err(error) => {
            // Why it could not be opened says more than why it cannot be closed.
            database.close().await.ok();
            return Err(error);
        }
    };
    let now = SystemClock::new().unix_millis();
    if let Err(error) = storage::remember(&**core.settings(), now, false).await {
        core.shutdown().await.ok();
        return Err(error.into());
    }
    if was_replaced && let Some(set_aside) = damaged_library::set_aside(&**core.settings()).await? {
        tracing::info!(path = set_aside.path, "a damaged library was set aside");
        report.set_aside.set(set_aside).ok();
    }
    Ok(core)
}

/// What the system says of its storage: files stay until somebody deletes them.
pub(crate) async fn host_storage(
    files: &dyn FileSystemAccess,
    capabilities: &Capabilities,
    profile: &str,
) -> HostStorage {
    let free = files.free_space().await.ok().flatten();
    let folder = with_slashes(profile);
    let mut used = None;
    // The log of what is not in the database yet is there only now and then.
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
        if let Ok(file) = files.metadata(&path::join(&folder, &name)).await {
            used = Some(used.unwrap_or(0) + file.length);
        }
    }
    HostStorage { used, quota: None, free, persisted: Some(capabilities.durable) }
}

/// A path of this system as the core writes it.
fn with_slashes(path: &str) -> String {
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

/// What logging needs on the desktop: standard error, stamped by the system's clock.
pub fn desktop_logging() -> (Arc<dyn LoggerSink>, Arc<dyn Clock>) {
    (Arc::new(bridge_desktop::StreamLogger::stderr()), Arc::new(SystemClock::new()))
}

/// Whether such a database keeps every record in memory.
#[doc(hidden)]
pub const SCRATCH_KEEPS_RECORDS_IN_MEMORY: bool = false;

/// A database of this platform's kind that is gone with its last handle, for tests that compare
/// platforms.
#[doc(hidden)]
#[expect(clippy::unused_async, reason = "the same as in a browser, where it takes a while")]
pub async fn scratch_database(_name: &str) -> Arc<dyn DatabaseAdapter> {
    Arc::new(SqliteDatabase::in_memory())
}

#[cfg(test)]
mod sqlite_damage;
#[cfg(test)]
mod sqlite_plans;
#[cfg(test)]
mod sqlite_snapshots;
#[cfg(test)]
mod sqlite_windows;
#[cfg(test)]
mod two_windows;
