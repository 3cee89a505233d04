//! How the storage of a profile is.

use std::fmt;

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
    /// The stored library that was so damaged that it was set aside, the last one.
    pub set_aside: Option<SetAside>,
}

/// A stored library that was damaged, and is kept beside the one that took its place.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SetAside {
    /// When, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at: u64,
    /// What was wrong with it.
    pub reason: String,
    /// Where it is. Nobody deletes it; what belongs to it is beside it.
    pub path: String,
    /// What took its place.
    pub replacement: LibraryReplacement,
    /// A file with what could be read of it, to be merged with
    /// [`import_library`](core_library::Library::import_library) once the files are in the library
    /// again.
    pub salvaged: Option<String>,
}

/// What takes the place of a library that was set aside.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LibraryReplacement {
    /// All that was in it: every record could be read.
    Everything {
        /// How many records that is.
        #[ts(type = "number")]
        records: u64,
    },
    /// What could be read of it, which is kept as a file, too.
    Salvaged {
        /// The file.
        path: String,
    },
    /// The copy that was made before the last migration.
    Snapshot {
        /// The copy.
        path: String,
    },
    /// A new library.
    Nothing {},
}

impl fmt::Display for SetAside {
    /// What happened, and what to do next.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, path, replacement, salvaged, .. } = self;
        write!(f, "the library was damaged ({reason}) and is kept as {path}; ")?;
        match replacement {
            LibraryReplacement::Everything { records } => {
                return write!(
                    f,
                    "all of its {records} records could be read and are in use again"
                );
            }
            LibraryReplacement::Salvaged { path } => {
                write!(f, "what could be read of it is in use again, and in {path}")?;
            }
            LibraryReplacement::Snapshot { path } => {
                write!(f, "the copy {path} was read in its place")?
            }
            LibraryReplacement::Nothing {} => f.write_str("a new one was begun")?,
        }
        f.write_str(": scan your folders and update your drives again")?;
        match salvaged {
            Some(file) => write!(
                f,
                ", then import {file} to get back the playlists, ratings and plays that could be read"
            ),
            None => Ok(()),
        }
    }
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
        let set_aside = platform::set_aside(&**self.settings()).await?;
        let damage = self.storage_damage();
        Ok(StorageHealth { used, quota, free, persisted, since, last_eviction, damage, set_aside })
    }

    /// What was found damaged in the stored database when it was opened, and since, with what to do
    /// about it. It is not read from the database.
    pub fn storage_damage(&self) -> Vec<StorageDamage> {
        self.database_report().map(DatabaseReport::damage).unwrap_or_default()
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
