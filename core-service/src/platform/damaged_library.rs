//! What a desktop does with a library file that is damaged: it is set aside, and what can be had of it
//! takes its place.
//!
//! The replacement is complete, and says what happened, before the damaged file is moved. From then on
//! whoever starts first goes on with it, so that a crash or a full disk leaves either the file as it was
//! or what takes its place.

use std::path::PathBuf;
use std::sync::Arc;

use bridge_desktop::{OsRandomness, Salvaged, SqliteDatabase, SystemClock};
use bridge_traits::{
    BridgeError, Clock, DatabaseAdapter, DatabaseSettings, ErrorKind, FileSystemAccess, Filter,
    InstanceLock, Result as BridgeResult, Schema, SettingChange, SettingValue, SettingsStore, path,
    with_causes,
};
use core_library::{BackupError, ImportMode, Library};
use core_runtime::EventBus;

use super::{DATABASE, LOCKS, SNAPSHOTS};
use crate::error::BootstrapError;
use crate::service::CoreService;
use crate::storage::{LibraryReplacement, SetAside};

/// The replacement while it is made: what is found under this name was never complete.
const UNFINISHED: &str = "library.db.unfinished";

/// Begins the name of a complete replacement, which ends as [`ASIDE`] does for the file that it replaces.
const REPLACEMENT: &str = "library.db.replacement-";

/// Begins the name of a library that was set aside.
const ASIDE: &str = "library.db.damaged-";

/// Where the library that was set aside last is remembered.
const SET_ASIDE: &str = "storage.set_aside";

/// What a desktop core does with a library file that is damaged.
///
/// Files that cannot be written, and those of newer releases or of other programs, are not damaged:
/// they are refused and left as they are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum DamagedLibrary {
    /// It is renamed, never deleted, and what can be read of it takes its place: every record, or
    /// what makes a library of those that are left. Where no track can be read, it is the newest copy
    /// that was made before a migration, or a new library. Accounts are in the secure store: the next
    /// sync mirrors their drives again.
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

    /// Puts a replacement in the place of the library, if one is complete. Says whether there was one.
    pub(super) async fn finish_replacing(&self) -> Result<bool, BootstrapError> {
        if self.replacement().await?.is_none() {
            return Ok(false);
        }
        let Some(_held) = self.lock.try_acquire(&self.profile).await? else {
            return Err(BridgeError::new(ErrorKind::Conflict, "database.open")
                .with_detail("another program replaces the library; end it and start again")
                .into());
        };
        // Somebody else may have been faster.
        let Some(mark) = self.replacement().await? else { return Ok(true) };
        let aside = self.data_dir.join(format!("{ASIDE}{mark}"));
        SqliteDatabase::at(self.path()).set_aside(&aside).await?;
        self.files.rename(&format!("{REPLACEMENT}{mark}"), DATABASE).await?;
        Ok(true)
    }

    /// How the name of a complete replacement ends, if there is one.
    async fn replacement(&self) -> Result<Option<String>, BootstrapError> {
        let entries = match self.files.list("").await {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            entries => entries?,
        };
        let mut marks = entries.iter().filter_map(|entry| entry.name.strip_prefix(REPLACEMENT));
        Ok(marks.next().map(str::to_owned))
    }

    /// Fails with `Corrupt` if the file is empty although the profile has been used: SQLite would
    /// take it for new.
    pub(super) async fn check(&self) -> Result<(), BootstrapError> {
        match self.files.metadata(DATABASE).await {
            Ok(file) if file.length == 0 => {}
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => return Ok(()),
        }
        // There are locks as soon as a core has opened its database.
        match self.files.list(LOCKS).await {
            Ok(locks) if locks.is_empty() => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
            Ok(_) => Err(BridgeError::new(ErrorKind::Corrupt, "database.open")
                .with_detail("the file is empty")
                .into()),
        }
    }

    /// The error of a start that the damage keeps from happening.
    pub(super) fn refused(&self, error: BootstrapError, next: &'static str) -> BootstrapError {
        let path = self.path().display().to_string();
        BootstrapError::DamagedLibrary { path, next, source: Box::new(error) }
    }

    /// Makes what the next start puts in the place of the library, which could not be opened because
    /// of `error`. Without effect if it can be opened now; `is_certain` says that it cannot although it
    /// seems so, and then without effect if every record can be read.
    pub(super) async fn replace(
        &self,
        error: &BootstrapError,
        is_certain: bool,
    ) -> Result<(), BootstrapError> {
        // Whoever has the file open has the lock, or waits for somebody who has.
        let Some(_held) = self.lock.try_acquire(&self.profile).await? else {
            let error = BridgeError::new(ErrorKind::Corrupt, "database.open")
                .with_detail(with_causes(error));
            return Err(
                self.refused(error.into(), "end the other program that uses it and start again")
            );
        };
        if self.replacement().await?.is_some() || !is_certain && self.is_whole_now().await? {
            return Ok(());
        }
        let aside = SqliteDatabase::at(self.path()).aside_name()?;
        let built = self.build_replacement(&aside.display().to_string(), error, is_certain).await;
        if !matches!(built, Ok(true)) {
            self.remove_unfinished().await?;
        }
        let next = "see to what keeps it from being replaced, and start again";
        let is_built = built.map_err(|error| match error.code() {
            // That of a newer release.
            "conflict" => error,
            _ => self.refused(error, next),
        })?;
        if is_built {
            let name = aside.file_name().unwrap_or_default().to_string_lossy();
            let mark = name.strip_prefix(ASIDE).unwrap_or_default();
            self.files.rename(UNFINISHED, &format!("{REPLACEMENT}{mark}")).await?;
        }
        Ok(())
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

    /// Makes what is to take the place of the library, beside it, and a file with what could be read if
    /// that is not all. Says whether there is anything to replace.
    async fn build_replacement(
        &self,
        aside: &str,
        error: &BootstrapError,
        is_certain: bool,
    ) -> Result<bool, BootstrapError> {
        let at = SystemClock::new().unix_millis();
        let schema = CoreService::schema();
        let set_aside = |replacement, salvaged| SetAside {
            at,
            reason: with_causes(error),
            path: aside.to_owned(),
            replacement,
            salvaged,
        };
        let mut database = self.begin_replacement().await?;
        let Salvaged { records, is_whole } =
            SqliteDatabase::salvage(&self.path(), &schema, &*database).await?;
        if is_whole {
            if is_certain {
                database.close().await?;
                return Ok(false);
            }
            let everything = LibraryReplacement::Everything { records };
            self.complete(&database, &set_aside(everything, None)).await?;
            return Ok(true);
        }
        let file = format!("salvaged-{at:013}.mpclib");
        let is_salvaged = records > 0 && self.export(&database, &file).await?;
        let has_tracks = database.count("tracks", &Filter::Everything).await? > 0;
        // Each setting is of use without the others: how drives are reached, for example.
        let settings = DatabaseSettings::new(Arc::clone(&database)).list("").await;
        let settings = settings
            .inspect_err(|error| tracing::warn!(%error, "the settings cannot be read"))
            .unwrap_or_default();
        let mut copies = self.copies().await?;
        if is_salvaged && has_tracks {
            copies.insert(0, file.clone());
        }
        for copy in copies {
            database.close().await?;
            database = self.begin_anew(&schema, &settings).await?;
            let mode = ImportMode::Replace { safety_copy: None };
            let salvaged = (is_salvaged && copy != file).then(|| self.shown(&file));
            match library(&database).import_library(&self.files, &copy, &mode).await {
                Ok(_) => {
                    let path = self.shown(&copy);
                    let replacement = match copy == file {
                        true => LibraryReplacement::Salvaged { path },
                        false => LibraryReplacement::Snapshot { path },
                    };
                    self.complete(&database, &set_aside(replacement, salvaged)).await?;
                    return Ok(true);
                }
                Err(
                    error @ (BackupError::Damaged { .. }
                    | BackupError::NotALibrary(_)
                    | BackupError::Newer { .. }),
                ) => tracing::warn!(copy, %error, "the copy cannot be read"),
                Err(error) => return Err(in_the_way(&error)),
            }
        }
        database.close().await?;
        database = self.begin_anew(&schema, &settings).await?;
        let salvaged = is_salvaged.then(|| self.shown(&file));
        self.complete(&database, &set_aside(LibraryReplacement::Nothing {}, salvaged)).await?;
        Ok(true)
    }

    /// Has a replacement say what happened, and ends writing to it.
    async fn complete(
        &self,
        database: &Arc<dyn DatabaseAdapter>,
        set_aside: &SetAside,
    ) -> Result<(), BootstrapError> {
        remember(&DatabaseSettings::new(Arc::clone(database)), set_aside).await?;
        database.close().await?;
        // SQLite does not tell whether the log went into the file.
        match self.files.metadata(&format!("{UNFINISHED}-wal")).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
            Ok(_) => Err(BridgeError::new(ErrorKind::QuotaExceeded, "database.set_aside")
                .with_detail("what is to take its place could not be written to the end")
                .into()),
        }
    }

    /// A new database, in the place of whatever was left of another one.
    async fn begin_replacement(&self) -> Result<Arc<dyn DatabaseAdapter>, BootstrapError> {
        self.remove_unfinished().await?;
        Ok(Arc::new(SqliteDatabase::at(self.data_dir.join(UNFINISHED))))
    }

    /// A new database that has these settings.
    async fn begin_anew(
        &self,
        schema: &Schema,
        settings: &[(String, SettingValue)],
    ) -> Result<Arc<dyn DatabaseAdapter>, BootstrapError> {
        let database = self.begin_replacement().await?;
        database.open(schema.clone()).await?;
        let set = settings.iter().cloned().map(|(key, value)| SettingChange::Set(key, value));
        DatabaseSettings::new(Arc::clone(&database)).apply(set.collect()).await?;
        Ok(database)
    }

    async fn remove_unfinished(&self) -> Result<(), BootstrapError> {
        for suffix in ["", "-wal", "-shm"] {
            match self.files.remove_file(&format!("{UNFINISHED}{suffix}")).await {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes the library that is in `database` to a file. Says whether there is anything in it.
    async fn export(
        &self,
        database: &Arc<dyn DatabaseAdapter>,
        file: &str,
    ) -> Result<bool, BootstrapError> {
        let report = library(database).export_library(&self.files, file).await;
        if report.map_err(|error| in_the_way(&error))?.records == 0 {
            self.files.remove_file(file).await?;
            return Ok(false);
        }
        Ok(true)
    }

    /// The copies that were made before migrations, the newest first.
    async fn copies(&self) -> Result<Vec<String>, BootstrapError> {
        let mut copies = match self.files.list(SNAPSHOTS).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            copies => copies?,
        };
        // Their names begin with the time.
        copies.sort_by(|one, other| other.name.cmp(&one.name));
        Ok(copies.iter().map(|copy| path::join(SNAPSHOTS, &copy.name)).collect())
    }
}

/// What keeps a replacement from being made.
fn in_the_way(error: &BackupError) -> BootstrapError {
    BridgeError::new(ErrorKind::Other, "database.set_aside").with_detail(error.to_string()).into()
}

fn library(database: &Arc<dyn DatabaseAdapter>) -> Library {
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(OsRandomness));
    Library::new(Arc::clone(database), clock, randomness, EventBus::default())
}

/// Remembers what was set aside.
async fn remember(settings: &dyn SettingsStore, set_aside: &SetAside) -> BridgeResult<()> {
    let text = serde_json::to_string(set_aside)
        .map_err(|error| BridgeError::new(ErrorKind::Other, "settings.set").with_source(error))?;
    settings.set(SET_ASIDE, text.as_str().into()).await
}

/// The library that was set aside last.
pub(crate) async fn set_aside(settings: &dyn SettingsStore) -> BridgeResult<Option<SetAside>> {
    let Some(SettingValue::Text(text)) = settings.get(SET_ASIDE).await? else { return Ok(None) };
    Ok(serde_json::from_str(&text).ok())
}
