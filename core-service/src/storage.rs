//! How the storage of a profile is.

use bridge_traits::{Result as BridgeResult, SettingValue, SettingsStore};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::CoreError;
use crate::platform;
use crate::service::CoreService;
use crate::wiring::DatabaseReport;

/// Since when the profile is stored, in milliseconds since the Unix epoch.
const SINCE: &str = "storage.since";

/// When the host last threw the profile away.
const LAST_EVICTION: &str = "storage.last_eviction";

/// How the storage of a profile is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct StorageHealth {
    /// Bytes in use, in a browser by the whole origin, on a desktop by the database; `None` if the
    /// host does not say.
    #[ts(type = "number | null")]
    pub used: Option<u64>,
    /// Bytes that may be used in all; `None` if the host sets no limit of its own or does not say.
    #[ts(type = "number | null")]
    pub quota: Option<u64>,
    /// Bytes that can still be stored; `None` if the host does not say.
    #[ts(type = "number | null")]
    pub free: Option<u64>,
    /// Whether the host keeps everything until the user deletes it; a browser that has not promised
    /// it may throw everything away when space runs out. `None` if it does not say.
    pub persisted: Option<bool>,
    /// Since when the profile is stored, in milliseconds since the Unix epoch.
    #[ts(type = "number | null")]
    pub since: Option<u64>,
    /// When it was noticed that the host had thrown the profile away.
    #[ts(type = "number | null")]
    pub last_eviction: Option<u64>,
    /// What was found damaged in the stored database. Everything else is there; scan the sources
    /// again to get back what they have.
    pub damage: Vec<StorageDamage>,
}

/// A damaged part of the stored database, which is kept aside.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct StorageDamage {
    /// The part, for people.
    pub part: String,
    /// What is wrong with it.
    pub reason: String,
    /// How many records it held, if that is known. Those that were written again later are not
    /// lost.
    pub records: Option<u32>,
}

/// What a host says of its storage.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HostStorage {
    pub(crate) used: Option<u64>,
    pub(crate) quota: Option<u64>,
    pub(crate) free: Option<u64>,
    pub(crate) persisted: Option<bool>,
}

impl CoreService {
    /// How the storage of this profile is.
    ///
    /// # Errors
    ///
    /// Fails as the settings do.
    pub async fn storage_health(&self) -> Result<StorageHealth, CoreError> {
        let HostStorage { used, quota, free, persisted } =
            platform::host_storage(&**self.files(), self.capabilities(), self.profile()).await;
        let time = async |key| {
            let value = self.settings().get(key).await?;
            Ok::<_, CoreError>(match value {
                Some(SettingValue::Integer(millis)) => u64::try_from(millis).ok(),
                _ => None,
            })
        };
        let (since, last_eviction) = (time(SINCE).await?, time(LAST_EVICTION).await?);
        let damage = self.database_report().map(DatabaseReport::damage).unwrap_or_default();
        Ok(StorageHealth { used, quota, free, persisted, since, last_eviction, damage })
    }
}

/// Notes when a profile was first stored. One that is new although `was_stored` before has been
/// thrown away by the host.
pub(crate) async fn remember(
    settings: &dyn SettingsStore,
    now: u64,
    was_stored: bool,
) -> BridgeResult<()> {
    if settings.get(SINCE).await?.is_some() {
        return Ok(());
    }
    let now = SettingValue::Integer(i64::try_from(now).unwrap_or(i64::MAX));
    if was_stored {
        tracing::warn!("the host has thrown the stored library away");
        settings.set(LAST_EVICTION, now.clone()).await?;
    }
    settings.set(SINCE, now).await
}
