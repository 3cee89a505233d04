//! Accounts and the drives behind them.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use bridge_traits::{
    BoxFuture, Clock, DatabaseAdapter, InstanceLock, NetworkMonitor, Randomness, ReadAt,
    SettingValue,
};
use core_async::sync::watch;
use core_auth::{Auth, AuthBridges, AuthError, OAuthProvider};
use core_library::Library;
use core_runtime::EventBus;
use core_sync::{Meter, StorageProvider, Sync, SyncOptions, SyncRequest};

use super::kind::{Connection, DriveKind};
use super::running::Running;
use super::settings::{ClientSettings, root_key};
use crate::error::CoreError;
use crate::service::CoreService;

/// A drive, what it is, and what it costs.
type Drive = (DriveKind, Arc<dyn StorageProvider>, Meter);

/// What mirroring needs besides what every core has.
#[derive(Clone, Debug)]
pub(crate) struct Cloud {
    pub(crate) database: Arc<dyn DatabaseAdapter>,
    pub(crate) library: Library,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) lock: Option<Arc<dyn InstanceLock>>,
    pub(crate) network: Option<Arc<dyn NetworkMonitor>>,
    pub(crate) events: EventBus,
    /// One for everybody, so that what somebody waits for is read first; made when it is needed.
    pub(crate) sync: Arc<OnceLock<Sync>>,
    /// The accounts that were added or signed in again here, with everything that belongs to them;
    /// told of when one is, and when one is removed.
    pub(crate) ready: Arc<watch::Sender<BTreeSet<String>>>,
    /// The accounts as they were last set up: everybody shares them, so that a token is renewed
    /// once.
    pub(crate) auth: Arc<core_async::sync::Mutex<Option<Auth>>>,
    /// The syncs that are under way here.
    pub(crate) running: Running,
}

impl Cloud {
    /// The name under which this core locks accounts. Locks are told apart by profile already.
    const LOCKS: &'static str = "cloud";

    pub(super) fn sync(&self) -> Result<Sync, CoreError> {
        let lock = self.lock()?;
        let sync = self.sync.get_or_init(|| {
            let sync = Sync::new(
                Self::LOCKS,
                Arc::clone(&self.database),
                self.library.clone(),
                lock,
                Arc::clone(&self.clock),
                self.events.clone(),
            );
            match &self.network {
                Some(network) => sync.with_network(Arc::clone(network)),
                None => sync,
            }
        });
        Ok(sync.clone())
    }

    /// Tells who follows accounts that this one is complete.
    pub(super) fn tell_ready(&self, account: &str) {
        self.ready.send_modify(|ready| _ = ready.insert(account.to_owned()));
    }

    /// Tells who follows accounts that this one is gone.
    pub(super) fn tell_gone(&self, account: &str) {
        self.ready.send_modify(|ready| _ = ready.remove(account));
    }

    /// Whether somebody has an account to themselves.
    pub(super) async fn has_turn(&self, account: &str) -> Result<bool, CoreError> {
        let name = format!("{}/sync/{account}", Self::LOCKS);
        Ok(self.lock()?.holder(&name).await?.is_some())
    }

    fn lock(&self) -> Result<Arc<dyn InstanceLock>, CoreError> {
        let remedy = "set `Bridges::instance_lock`";
        Ok(crate::wiring::present(&self.lock, "instance lock", remedy)?)
    }
}

impl CoreService {
    /// The accounts, set up from the settings the first time.
    ///
    /// In a box, because its code would be compiled once more for every crate that awaits it.
    pub(super) fn accounts_handle(&self) -> BoxFuture<'_, Result<Auth, CoreError>> {
        Box::pin(async move {
            let cloud = self.cloud();
            let mut auth = cloud.auth.lock().await;
            if let Some(auth) = &*auth {
                return Ok(auth.clone());
            }
            let secrets = self.secrets()?;
            let mut providers: Vec<OAuthProvider> = Vec::new();
            for kind in DriveKind::ALL {
                if let Some(settings) = ClientSettings::load(&**self.settings(), kind).await? {
                    let secret = ClientSettings::secret(kind, &*secrets).await?;
                    providers.extend(settings.provider(kind, secret));
                }
            }
            let bridges = AuthBridges {
                http: self.http()?,
                secrets,
                settings: Arc::clone(self.settings()),
                lock: cloud.lock()?,
                transport: self.auth()?,
                clock: Arc::clone(&cloud.clock),
                randomness: Arc::clone(&cloud.randomness),
            };
            let new = Auth::new(Cloud::LOCKS, bridges, providers, cloud.events.clone())?;
            *auth = Some(new.clone());
            Ok(new)
        })
    }

    /// Goes on with other settings for accounts.
    pub(super) async fn change_accounts_handle(
        &self,
        change: impl FnOnce(&Auth) -> Result<Auth, AuthError>,
    ) -> Result<(), CoreError> {
        let mut auth = self.cloud().auth.lock().await;
        // What is not set up yet will be, from the settings.
        if let Some(auth) = &mut *auth {
            *auth = change(auth)?;
        }
        Ok(())
    }

    /// What is needed to synchronise an account.
    pub(super) async fn sync_request(&self, account: &str) -> Result<SyncRequest, CoreError> {
        let mut options = SyncOptions::default();
        options.root = self.root(account).await?;
        options.metered = self.syncs_when_metered().await?;
        options.filter = self.kept_filter(account).await?;
        let (kind, provider, meter) = self.drive(account, options.root.clone()).await?;
        if kind.has_root_in_address() {
            options.root = None;
        }
        Ok(SyncRequest { account: account.to_owned(), provider, meter: Some(meter), options })
    }

    /// The folder of an account that is mirrored; everything for `None`.
    async fn root(&self, account: &str) -> Result<Option<String>, CoreError> {
        match self.settings().get(&root_key(account)).await? {
            Some(SettingValue::Text(root)) => Ok(Some(root)),
            _ => Ok(None),
        }
    }

    /// An account's drive, asked for one folder only if `root` names it.
    pub(super) async fn drive(
        &self,
        account: &str,
        root: Option<String>,
    ) -> Result<Drive, CoreError> {
        let auth = self.accounts_handle().await?;
        let client = auth.client(account).await?;
        let provider = auth.account(account).await?.provider;
        let unknown = || CoreError::InvalidRequest(format!("{provider} is no drive"));
        let kind = DriveKind::of(&provider).ok_or_else(unknown)?;
        let api = match client.url() {
            Some(url) => Some(url.to_owned()),
            None => {
                let settings = ClientSettings::load(&**self.settings(), kind).await?;
                settings.and_then(|settings| settings.api(kind))
            }
        };
        // Where it is part of the address, nothing can be found without it.
        let root = if kind.has_root_in_address() { self.root(account).await? } else { root };
        let meter = Meter::new(Arc::new(client));
        let connection = Connection {
            account: Arc::new(meter.clone()),
            plain: Arc::new(meter.beside(self.http()?)),
            api: api.ok_or_else(unknown)?,
            root,
        };
        Ok((kind, kind.drive(connection)?, meter))
    }

    /// The file of a track by its path, here or on a drive.
    ///
    /// # Errors
    ///
    /// Fails as the files or the drive do; for a drive also as
    /// [`accounts`](Self::accounts).
    pub async fn open_track_file(&self, path: &str) -> Result<Arc<dyn ReadAt>, CoreError> {
        let Some(account) = core_sync::account_of(path) else {
            return Ok(self.files().open(path).await?);
        };
        let (_, provider, _) = self.drive(account, None).await?;
        Ok(self.cloud().sync()?.open(provider, account, path).await?)
    }
}
