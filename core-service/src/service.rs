//! The handle that hosts hold.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bridge_traits::policy::{HttpPolicy, PolicyHttpClient};
use bridge_traits::{
    AudioOutput, AuthTransport, BackgroundExecutor, BackgroundHost, Capabilities, DatabaseAdapter,
    DatabaseBackground, DatabaseSettings, FileSystemAccess, HttpClient, LifecycleObserver,
    NetworkMonitor, RedirectSupport, Schema, SecureStore, SettingsStore, StateWatcher,
};
use core_async::sync::CancellationToken;
use core_async::task::AbortOnDropHandle;
use core_library::{Library, Reason};
use core_metadata::{Artwork, ScanReport, Scanner};
use core_playback::Player;
use core_runtime::EventBus;
use core_sync::Sync;

use crate::cloud::{Cloud, Running};
use crate::error::{BootstrapError, CoreError};
use crate::listening::Recorder;
use crate::rpc::{CoreStatus, HostStatus};
use crate::wiring::{
    BackgroundSlot, Bridges, Care, DatabaseReport, OutputSlot, Ownership, Required, Role,
    open_database, present, tell_of_damage, tell_of_the_end,
};

/// The whole core: library, scanning, playback, settings, events. Clones are the same core, and
/// any number of cores can live in one process.
#[derive(Clone, Debug)]
pub struct CoreService {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    profile: String,
    database: Arc<dyn DatabaseAdapter>,
    files: Arc<dyn FileSystemAccess>,
    report: Option<Arc<dyn DatabaseReport>>,
    /// Tell of the end of the stored database, and of damage to it.
    _news: Option<[AbortOnDropHandle<()>; 2]>,
    http: Option<Arc<dyn HttpClient>>,
    secrets: Option<Arc<dyn SecureStore>>,
    auth: Option<Arc<dyn AuthTransport>>,
    network: Option<Arc<dyn NetworkMonitor>>,
    artwork: Option<Arc<Artwork>>,
    lifecycle: Option<Arc<dyn LifecycleObserver>>,
    settings: Arc<dyn SettingsStore>,
    background: Arc<BackgroundSlot>,
    ownership: Ownership,
    _care: Option<Care>,
    recorder: Recorder,
    events: EventBus,
    library: Library,
    output: OutputSlot,
    player: Player,
    capabilities: Capabilities,
    cloud: Cloud,
    /// Whether files came of which it is not known that what is wished about duplicates was done.
    has_news: AtomicBool,
}

impl CoreService {
    /// Starts a core on these bridges: opens the database, brings it to the current schema, and
    /// connects the domains. `profile` names the core for people, and its lock.
    ///
    /// # Errors
    ///
    /// Fails with [`BootstrapError::MissingBridge`], or as the database does.
    pub async fn start(profile: &str, bridges: Bridges) -> Result<Self, BootstrapError> {
        let Required { database, files, clock, randomness, capabilities } = bridges.required()?;
        let snapshots = bridges.snapshots.as_deref().map(|folder| (&files, folder));
        open_database(&database, Self::schema(), snapshots, clock.unix_millis()).await?;

        let background = Arc::new(BackgroundSlot::default());
        let jobs = match bridges.background {
            Some(executor) => {
                background.set(Some(executor));
                None
            }
            None => Some(BackgroundHost {
                database: Arc::clone(&database),
                clock: Arc::clone(&clock),
                network: bridges.network.clone(),
                device: None,
            }),
        };
        let http = bridges.http.map(|http| -> Arc<dyn HttpClient> {
            if http.capabilities().redirects == RedirectSupport::Followed {
                return http;
            }
            let (clock, randomness) = (Arc::clone(&clock), Arc::clone(&randomness));
            Arc::new(PolicyHttpClient::new(http, clock, randomness, HttpPolicy::default()))
        });
        let slot = Arc::clone(&background);
        let lock = bridges.instance_lock.clone();
        let ownership = Ownership::claim(profile, bridges.instance_lock, slot, jobs).await?;
        let care = |lifecycle: &Arc<_>| Care::begin(&**lifecycle, Arc::clone(&background));
        let events = EventBus::default();
        let library = Library::new(
            Arc::clone(&database),
            Arc::clone(&clock),
            Arc::clone(&randomness),
            events.clone(),
        )
        .with_sound_comparison(crate::recordings::sound_alike);
        let cloud = Cloud {
            database: Arc::clone(&database),
            library: library.clone(),
            clock,
            randomness,
            lock,
            network: bridges.network.clone(),
            events: events.clone(),
            ready: Arc::default(),
            auth: Arc::default(),
            running: Running::default(),
            sync: Arc::default(),
        };
        let output = OutputSlot::new(bridges.audio_output);
        let player = Player::new(Arc::new(output.clone()), events.clone());
        tracing::info!(profile, bridge = capabilities.bridge, "the core has started");
        let recorder = Recorder::begin(library.clone(), &events);
        let news = |report: Arc<dyn DatabaseReport>| {
            let of_damage = tell_of_damage(Arc::clone(&report), events.clone());
            [of_damage, tell_of_the_end(report, events.clone())]
        };
        let inner = Inner {
            recorder,
            has_news: AtomicBool::new(true),
            profile: profile.to_owned(),
            settings: bridges
                .settings
                .unwrap_or_else(|| Arc::new(DatabaseSettings::new(Arc::clone(&database)))),
            _care: bridges.lifecycle.as_ref().map(care),
            database,
            files,
            _news: bridges.report.clone().map(news),
            report: bridges.report,
            http,
            secrets: bridges.secrets,
            auth: bridges.auth,
            network: bridges.network,
            artwork: bridges.artwork,
            lifecycle: bridges.lifecycle,
            background,
            ownership,
            events,
            library,
            output,
            player,
            capabilities,
            cloud,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Everything the database holds.
    pub(crate) fn schema() -> Schema {
        Schema::new(vec![
            DatabaseSettings::schema(),
            DatabaseBackground::schema(),
            Library::schema(),
            Sync::schema(),
        ])
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.inner.library
    }

    /// The player.
    pub fn player(&self) -> &Player {
        &self.inner.player
    }

    /// The event bus.
    pub fn events(&self) -> &EventBus {
        &self.inner.events
    }

    /// The settings.
    pub fn settings(&self) -> &Arc<dyn SettingsStore> {
        &self.inner.settings
    }

    /// Work that is done later. Jobs belong to the profile, and are done by the core that owns it:
    /// others are refused with `Conflict`.
    pub fn background(&self) -> Arc<dyn BackgroundExecutor> {
        let background: Arc<BackgroundSlot> = Arc::clone(&self.inner.background);
        background
    }

    /// What this core is to its profile.
    pub fn role(&self) -> Role {
        self.inner.ownership.role()
    }

    /// Waits for the role to change, as it does when another program or tab lets go.
    pub fn watch_role(&self) -> StateWatcher<Role> {
        self.inner.ownership.watch()
    }

    /// The host's files.
    pub fn files(&self) -> &Arc<dyn FileSystemAccess> {
        &self.inner.files
    }

    /// The secure store.
    ///
    /// # Errors
    ///
    /// Fails with [`BootstrapError::MissingBridge`] if the host brought none.
    pub fn secrets(&self) -> Result<Arc<dyn SecureStore>, BootstrapError> {
        let remedy =
            "set `Bridges::secrets`; on a desktop without a keyring choose an encrypted file";
        present(&self.inner.secrets, "secure store", remedy)
    }

    /// The HTTP client, which follows redirects, repeats what may be repeated, and keeps one pace
    /// per host for everybody.
    ///
    /// # Errors
    ///
    /// Fails with [`BootstrapError::MissingBridge`] if the host brought none.
    pub fn http(&self) -> Result<Arc<dyn HttpClient>, BootstrapError> {
        present(&self.inner.http, "HTTP", "set `Bridges::http`")
    }

    /// What shows sign-in pages.
    ///
    /// # Errors
    ///
    /// Fails with [`BootstrapError::MissingBridge`] if the host brought none.
    pub fn auth(&self) -> Result<Arc<dyn AuthTransport>, BootstrapError> {
        let remedy = "set `Bridges::auth`; in a browser name the page that users are sent back to";
        present(&self.inner.auth, "sign-in", remedy)
    }

    /// What knows the network.
    ///
    /// # Errors
    ///
    /// Fails with [`BootstrapError::MissingBridge`] if the host brought none.
    pub fn network(&self) -> Result<Arc<dyn NetworkMonitor>, BootstrapError> {
        present(&self.inner.network, "network monitor", "set `Bridges::network`")
    }

    /// Covers in the sizes that are asked for.
    ///
    /// # Errors
    ///
    /// Fails with [`BootstrapError::MissingBridge`] if the host makes none.
    pub(crate) fn artwork(&self) -> Result<Arc<Artwork>, BootstrapError> {
        present(&self.inner.artwork, "artwork", "set `Bridges::artwork`")
    }

    /// What knows whether the program is seen, asleep or about to end.
    ///
    /// # Errors
    ///
    /// Fails with [`BootstrapError::MissingBridge`] if the host brought none.
    pub fn lifecycle(&self) -> Result<Arc<dyn LifecycleObserver>, BootstrapError> {
        present(&self.inner.lifecycle, "lifecycle", "set `Bridges::lifecycle`")
    }

    pub(crate) fn profile(&self) -> &str {
        &self.inner.profile
    }

    pub(crate) fn database_report(&self) -> Option<&dyn DatabaseReport> {
        self.inner.report.as_deref()
    }

    pub(crate) fn has_news(&self) -> &AtomicBool {
        &self.inner.has_news
    }

    pub(crate) fn cloud(&self) -> &Cloud {
        &self.inner.cloud
    }

    /// What the bridges offer.
    pub fn capabilities(&self) -> &Capabilities {
        &self.inner.capabilities
    }

    /// Uses `output` for what is played from now on.
    pub fn set_output(&self, output: Arc<dyn AudioOutput>) {
        self.inner.output.set(output);
    }

    /// Brings the library in line with these folders and files, and then does what is wished about
    /// [duplicates](Self::duplicate_policy).
    ///
    /// # Errors
    ///
    /// Fails as the library does, or if `cancel` was cancelled; unreadable files are in the
    /// report.
    pub async fn scan(
        &self,
        roots: &[String],
        cancel: &CancellationToken,
    ) -> Result<ScanReport, CoreError> {
        let scanner = Scanner::new(
            Arc::clone(&self.inner.files),
            self.inner.library.clone(),
            self.inner.events.clone(),
        );
        let arrivals = self.arrivals();
        let report = scanner.scan(roots, cancel).await?;
        let has_news = report.added + report.updated + report.moved > 0;
        self.follow_duplicate_policy(arrivals, has_news, Reason::Scan).await;
        Ok(report)
    }

    /// How the core is.
    ///
    /// # Errors
    ///
    /// Fails as the database does.
    pub async fn status(&self) -> Result<CoreStatus, CoreError> {
        let counts = self.library().counts().await?;
        Ok(CoreStatus {
            profile: self.inner.profile.clone(),
            tracks: counts.tracks,
            albums: counts.albums,
            artists: counts.artists,
            database: self.inner.capabilities.database.clone(),
            capabilities: self.inner.capabilities.clone(),
            host: HostStatus {
                role: self.role(),
                network: self.inner.network.as_ref().map(|network| network.state()),
                lifecycle: self.inner.lifecycle.as_ref().map(|lifecycle| lifecycle.state()),
                sign_in: self.inner.auth.is_some(),
            },
            storage: self.storage_health().await?,
            interrupted_restore: self.library().interrupted_restore().await?.is_some(),
        })
    }

    /// Ends playback and jobs, waits until what was written is stored, and lets go of the profile:
    /// when this returns, another program or tab can own it. Later calls fail.
    ///
    /// # Errors
    ///
    /// Fails as the database does; the profile is let go all the same.
    pub async fn shutdown(&self) -> Result<(), CoreError> {
        // Nothing to stop is fine.
        self.player().stop().await.ok();
        self.inner.recorder.finish().await;
        self.inner.ownership.rest();
        let closed = self.inner.database.close().await;
        self.inner.ownership.release().await;
        Ok(closed?)
    }
}
