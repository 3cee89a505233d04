//! What a desktop does with a library file that is damaged: it is set aside, and what can be had of it
//! takes its place.
//!
//! The replacement is complete before the damaged file is moved, so that a crash, or a full disk,
//! leaves one of the two where the next start finds it.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bridge_desktop::{OsRandomness, Salvaged, SqliteDatabase, SystemClock};
use bridge_traits::{
    BridgeError, Clock, DatabaseAdapter, DatabaseSettings, ErrorKind, FileSystemAccess,
    InstanceLock, Result as BridgeResult, Schema, SettingChange, SettingValue, SettingsStore, path,
};
use core_library::{ImportMode, Library};
use core_runtime::{EventBus, SystemEvent};

use super::{DATABASE, LOCKS, SNAPSHOTS};
use crate::error::BootstrapError;
use crate::service::CoreService;
use crate::storage::{LibraryReplacement, SetAside, StorageDamage};
use crate::wiring::DatabaseReport;

/// The replacement until it takes the place of the library.
const REPLACEMENT: &str = "library.db.replacement";

/// Where the library that was set aside last is remembered.
const SET_ASIDE: &str = "storage.set_aside";

/// What a desktop core does with a library file that is damaged.
///
/// Files that cannot be written, and those of newer releases or of other programs, are not damaged:
/// they are refused and left as they are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum DamagedLibrary {
    /// It is renamed, never deleted. All that was in it takes its place if every record can be
    /// read; otherwise the newest copy that was made before a migration does, or a new library. What
    /// could be read of the playlists, ratings and plays is in a file to import. Accounts are in
    /// the secure store: the next sync mirrors their drives again.
    /// [`storage_damage`](CoreService::storage_damage) tells of it, and
    /// [`StorageHealth::set_aside`](crate::StorageHealth::set_aside) goes on doing so.
    #[default]
    SetAside,
    /// The core does not start, with [`BootstrapError::DamagedLibrary`].
    Refuse,
}

/// The library file of a profile, which may be damaged.
#[derive(Debug)]
pub(super) struct LibraryFile {
    pub(super) data_dir: PathBuf,
    pub(super) profile: String,
    /// What is in the data folder, by paths relative to it.
    pub(super) files: Arc<dyn FileSystemAccess>,
    pub(super) lock: Arc<dyn InstanceLock>,
}

impl LibraryFile {
    pub(super) fn path(&self) -> PathBuf {
        self.data_dir.join(DATABASE)
    }

    /// A path in the data folder, for people.
    fn shown(&self, path: &str) -> String {
        self.data_dir.join(path).display().to_string()
    }

    /// Fails with `Corrupt` if the file is empty although the profile has been used: SQLite would
    /// take it for new. A replacement whose turn it was when the program ended gets its turn.
    pub(super) async fn check(&self) -> Result<(), BootstrapError> {
        let length = match self.files.metadata(DATABASE).await {
            Ok(file) => file.length,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return match self.files.rename(REPLACEMENT, DATABASE).await {
                    Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
                    _ => Ok(()),
                };
            }
            Err(error) => return Err(error.into()),
        };
        // There are locks as soon as a core has opened its database.
        let locks = self.files.list(LOCKS).await.unwrap_or_default();
        if length > 0 || locks.is_empty() {
            return Ok(());
        }
        Err(BridgeError::new(ErrorKind::Corrupt, "database.open")
            .with_detail("the file is empty")
            .into())
    }

    /// The error of a start that the damage keeps from happening.
    pub(super) fn refused(&self, error: BootstrapError, next: &'static str) -> BootstrapError {
        let path = self.path().display().to_string();
        BootstrapError::DamagedLibrary { path, next, source: Box::new(error) }
    }

    /// Puts something else in the place of the library, which could not be opened because of
    /// `error`. `None` if another program has done so meanwhile.
    pub(super) async fn set_aside(
        &self,
        error: BootstrapError,
    ) -> Result<Option<SetAside>, BootstrapError> {
        // Whoever has the file open has the lock, or waits for somebody who has.
        let Some(_held) = self.lock.try_acquire(&self.profile).await? else {
            return Err(self.refused(error, "end the other program that uses it and start again"));
        };
        if self.is_whole_now().await? {
            return Ok(None);
        }
        let at = SystemClock::new().unix_millis();
        let (replacement, salvaged) = self.build_replacement(at).await?;
        let aside = SqliteDatabase::at(self.path()).set_aside().await?;
        self.check().await?;
        let (path, reason) = (aside.display().to_string(), in_full(&error));
        Ok(Some(SetAside { at, reason, path, replacement, salvaged }))
    }

    /// Whether the library can be opened now.
    async fn is_whole_now(&self) -> Result<bool, BootstrapError> {
        match self.check().await {
            Err(error) if error.code() == "corrupt" => return Ok(false),
            checked => checked?,
        }
        let database = SqliteDatabase::at(self.path());
        match database.open(Schema::default()).await {
            Ok(()) => database.close().await?,
            Err(error) if error.kind() == ErrorKind::Corrupt => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }

    /// Makes what is to take the place of the library, beside it, and a file with what could be read
    /// if that is not all.
    async fn build_replacement(
        &self,
        at: u64,
    ) -> Result<(LibraryReplacement, Option<String>), BootstrapError> {
        let schema = CoreService::schema();
        let database = self.begin_replacement(&schema).await?;
        let Salvaged { records, is_whole } =
            SqliteDatabase::salvage(&self.path(), &schema, &*database).await?;
        if is_whole {
            database.close().await?;
            return Ok((LibraryReplacement::Everything { records }, None));
        }
        let salvaged = match records {
            0 => None,
            _ => self.export(&database, &format!("salvaged-{at:013}.mpclib")).await?,
        };
        // Each setting is of use without the others: how drives are reached, for example.
        let settings = DatabaseSettings::new(Arc::clone(&database)).list("").await;
        let settings = settings
            .inspect_err(|error| tracing::warn!(%error, "the settings cannot be read"))
            .unwrap_or_default();
        database.close().await?;

        let database = self.begin_replacement(&schema).await?;
        let set = settings.into_iter().map(|(key, value)| SettingChange::Set(key, value));
        DatabaseSettings::new(Arc::clone(&database)).apply(set.collect()).await?;
        let replacement = self.restore(&database).await?;
        database.close().await?;
        Ok((replacement, salvaged))
    }

    /// An empty database, in the place of whatever was left of another replacement.
    async fn begin_replacement(
        &self,
        schema: &Schema,
    ) -> Result<Arc<dyn DatabaseAdapter>, BootstrapError> {
        for suffix in ["", "-wal", "-shm"] {
            match self.files.remove_file(&format!("{REPLACEMENT}{suffix}")).await {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        let database = SqliteDatabase::at(self.data_dir.join(REPLACEMENT));
        database.open(schema.clone()).await?;
        Ok(Arc::new(database))
    }

    /// Writes the library that is in `database` to a file, if there is anything in it.
    async fn export(
        &self,
        database: &Arc<dyn DatabaseAdapter>,
        file: &str,
    ) -> Result<Option<String>, BootstrapError> {
        let report = library(database).export_library(&self.files, file).await?;
        if report.records == 0 {
            self.files.remove_file(file).await?;
            return Ok(None);
        }
        Ok(Some(self.shown(file)))
    }

    /// Reads the newest copy that can be read.
    async fn restore(
        &self,
        database: &Arc<dyn DatabaseAdapter>,
    ) -> Result<LibraryReplacement, BootstrapError> {
        let mut copies = match self.files.list(SNAPSHOTS).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            copies => copies?,
        };
        // Their names begin with the time.
        copies.sort_by(|one, other| other.name.cmp(&one.name));
        for copy in copies {
            let path = path::join(SNAPSHOTS, &copy.name);
            let mode = ImportMode::Replace { safety_copy: None };
            match library(database).import_library(&self.files, &path, &mode).await {
                Ok(_) => return Ok(LibraryReplacement::Snapshot { path: self.shown(&path) }),
                Err(error) => tracing::warn!(path, %error, "the copy cannot be read"),
            }
        }
        Ok(LibraryReplacement::Nothing {})
    }
}

fn library(database: &Arc<dyn DatabaseAdapter>) -> Library {
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(OsRandomness));
    Library::new(Arc::clone(database), clock, randomness, EventBus::default())
}

/// An error with its causes.
fn in_full(error: &BootstrapError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text.push_str(&format!(": {more}"));
        }
        cause = error.source();
    }
    text
}

/// Remembers what was set aside.
pub(super) async fn remember(
    settings: &dyn SettingsStore,
    set_aside: &SetAside,
) -> BridgeResult<()> {
    let text = serde_json::to_string(set_aside)
        .map_err(|error| BridgeError::new(ErrorKind::Other, "settings.set").with_source(error))?;
    settings.set(SET_ASIDE, text.as_str().into()).await
}

/// The library that was set aside last.
pub(crate) async fn set_aside(settings: &dyn SettingsStore) -> BridgeResult<Option<SetAside>> {
    let Some(SettingValue::Text(text)) = settings.get(SET_ASIDE).await? else { return Ok(None) };
    Ok(serde_json::from_str(&text).ok())
}

/// How the library in SQLite is.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) database: Arc<SqliteDatabase>,
    /// What was set aside at this start.
    pub(super) set_aside: OnceLock<SetAside>,
}

#[core_async::async_trait]
impl DatabaseReport for Report {
    fn damage(&self) -> Vec<StorageDamage> {
        let found = self.database.watch_damage().current().map(while_open);
        self.set_aside
            .get()
            .map(|aside| damage(aside.to_string()))
            .into_iter()
            .chain(found)
            .collect()
    }

    async fn damaged(&self) -> StorageDamage {
        let mut news = self.database.watch_damage();
        let mut found = news.current();
        loop {
            match found {
                Some(reason) => return while_open(reason),
                None => found = news.next().await,
            }
        }
    }

    /// Files are not taken away.
    async fn end(&self) -> SystemEvent {
        std::future::pending().await
    }
}

fn while_open(reason: String) -> StorageDamage {
    damage(format!(
        "{reason}; end every program that uses the library and start again: it is checked then, and \
         set aside if it is damaged"
    ))
}

fn damage(reason: String) -> StorageDamage {
    StorageDamage { part: DATABASE.to_owned(), reason, records: None }
}
