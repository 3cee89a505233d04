//! Folders of this computer as accounts: nothing to sign in to, and kept in line by the scanner.

use std::sync::Arc;

use bridge_traits::{EntryKind, ErrorKind, SettingChange, SettingValue, path};
use core_async::sync::CancellationToken;
use core_auth::{Account, AccountState};
use core_library::{FileChange, KnownFile};
use core_metadata::{ScanError, ScanReport, Scanner};
use core_runtime::SyncEvent;
use core_sync::{FailedItem, SyncError, SyncPlan, SyncReport, SyncStatus, SyncTrigger};
use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::service::CoreService;

/// Where folders are remembered, each by its id.
const SETTINGS: &str = "cloud.folder.";
/// What folders are filed under.
const PROVIDER: &str = "folder";
/// How many tracks are taken out of the library at a time.
const BATCH: usize = 256;

/// A folder that somebody added.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Folder {
    id: String,
    pub(super) path: String,
    added_at: u64,
    /// When it was last in line with the library.
    completed_at: Option<u64>,
}

impl Folder {
    /// What a setting says. One that is broken costs its own folder only.
    fn stored(key: &str, value: &SettingValue) -> Option<Self> {
        let folder = match value {
            SettingValue::Text(text) => serde_json::from_str(text).ok(),
            _ => None,
        };
        if folder.is_none() {
            tracing::warn!(key, "a folder that was added is not understood: add it again");
        }
        folder
    }

    fn account(&self) -> Account {
        Account {
            id: self.id.clone(),
            provider: PROVIDER.to_owned(),
            label: Some(self.path.clone()),
            added_at: self.added_at,
            scopes: Vec::new(),
            state: AccountState::SignedIn,
        }
    }
}

impl CoreService {
    /// Adds a folder of this computer, by its absolute path, as an account without a sign-in. One
    /// that is there already is given back.
    ///
    /// # Errors
    ///
    /// Fails as the files do for what is no folder that can be looked into, or as the settings do.
    pub async fn add_folder(&self, path: &str) -> Result<Account, CoreError> {
        let trimmed = path.trim_end_matches('/');
        let path = if trimmed.is_empty() { path } else { trimmed };
        if self.files().metadata(path).await?.kind != EntryKind::Directory {
            return Err(CoreError::InvalidRequest(format!("{path} is no folder")));
        }
        self.files().list(path).await?;
        if let Some(known) = self.folders().await?.iter().find(|known| known.path == path) {
            return Ok(known.account());
        }
        let cloud = self.cloud();
        let mut random = [0; 10];
        cloud.randomness.fill(&mut random)?;
        let added_at = cloud.clock.unix_millis();
        let id = uuid::Builder::from_unix_timestamp_millis(added_at, &random).into_uuid();
        let (id, path) = (id.to_string(), path.to_owned());
        let new = Folder { id, path, added_at, completed_at: None };
        self.keep_folder(&new).await?;
        cloud.tell_ready(&new.id);
        Ok(new.account())
    }

    /// Every folder that was added, the oldest first.
    pub(super) async fn folders(&self) -> Result<Vec<Folder>, CoreError> {
        let all = self.settings().list(SETTINGS).await?;
        let mut all: Vec<Folder> =
            all.iter().filter_map(|(key, value)| Folder::stored(key, value)).collect();
        all.sort_by(|one, other| (one.added_at, &one.id).cmp(&(other.added_at, &other.id)));
        Ok(all)
    }

    pub(super) async fn folder_accounts(&self) -> Result<Vec<Account>, CoreError> {
        Ok(self.folders().await?.iter().map(Folder::account).collect())
    }

    /// The folder that is this account, if it is one.
    pub(super) async fn local_folder(&self, account: &str) -> Result<Option<Folder>, CoreError> {
        let key = key(account);
        Ok(self.settings().get(&key).await?.and_then(|value| Folder::stored(&key, &value)))
    }

    /// Brings the library in line with a folder.
    pub(super) async fn sync_folder(
        &self,
        folder: &Folder,
        trigger: SyncTrigger,
        cancel: &CancellationToken,
    ) -> Result<SyncReport, CoreError> {
        let account = || folder.id.clone();
        let _turn = self.cloud().sync()?.turn(&folder.id).await?;
        let folder = &self.still_there(folder).await?;
        let job = self.cloud().sync()?.jobs().begin(&folder.id, trigger).await?;
        self.events().emit(SyncEvent::Started { account: account() });
        let dropped = self.events().emit_on_drop(SyncEvent::Cancelled { account: account() });
        let outcome = match self.scan_folder(folder, cancel).await {
            Ok(report) => {
                let report = in_words_of_sync(account(), report);
                job.complete(&report).await.map(|()| report).map_err(CoreError::from)
            }
            Err(CoreError::Scan(ScanError::Cancelled { report })) => {
                let report = Box::new(in_words_of_sync(account(), *report));
                job.cancel(&report).await;
                Err(SyncError::Cancelled { report }.into())
            }
            Err(error) => {
                job.fail(&error.to_string(), &SyncReport::default()).await;
                Err(error)
            }
        };
        dropped.disarm();
        let event = match &outcome {
            Ok(report) => {
                let SyncReport { added, updated, removed, .. } = *report;
                SyncEvent::Completed { account: account(), added, updated, removed }
            }
            Err(CoreError::Sync(SyncError::Cancelled { .. })) => {
                SyncEvent::Cancelled { account: account() }
            }
            Err(error) => {
                let (code, message) = (error.code().to_owned(), error.to_string());
                SyncEvent::Failed { account: account(), code, message }
            }
        };
        self.events().emit(event);
        outcome
    }

    async fn scan_folder(
        &self,
        folder: &Folder,
        cancel: &CancellationToken,
    ) -> Result<ScanReport, CoreError> {
        // What is left of a disk that is not connected is often an empty folder.
        let is_empty = match self.files().list(&folder.path).await {
            Ok(entries) => entries.is_empty(),
            Err(error) if error.kind() == ErrorKind::NotFound => true,
            Err(error) => return Err(error.into()),
        };
        // Those in the bin too: forgotten, they would come back as new.
        if is_empty && !self.library().known_files(&folder.path).await?.is_empty() {
            return Err(CoreError::InvalidRequest(format!(
                "there is nothing in {} any more: connect its disk, or remove the account",
                folder.path
            )));
        }
        let report = self.scan(std::slice::from_ref(&folder.path), cancel).await?;
        let completed_at = Some(self.cloud().clock.unix_millis());
        self.keep_folder(&Folder { completed_at, ..folder.clone() }).await?;
        Ok(report)
    }

    /// What [`sync_folder`](Self::sync_folder) would do.
    pub(super) async fn preview_folder(
        &self,
        folder: &Folder,
        cancel: &CancellationToken,
    ) -> Result<SyncPlan, CoreError> {
        let (files, library) = (Arc::clone(self.files()), self.library().clone());
        let scanner = Scanner::new(files, library, self.events().clone());
        let plan = scanner.plan(std::slice::from_ref(&folder.path), cancel).await?;
        Ok(SyncPlan {
            to_place: plan.new,
            to_remove: plan.missing,
            to_read: plan.new + plan.changed,
            needs_confirmation: false,
        })
    }

    /// How a folder is, without looking into it.
    pub(super) async fn folder_status(&self, folder: &Folder) -> Result<SyncStatus, CoreError> {
        Ok(SyncStatus {
            account: folder.id.clone(),
            is_running: self.cloud().has_turn(&folder.id).await?,
            completed_at: folder.completed_at,
            tracks: self.library().count_files(&folder.path).await?,
            to_read: 0,
            unreadable: 0,
        })
    }

    /// Takes a folder's tracks out of the library, unless another folder has them too, and forgets
    /// the folder. Its files stay.
    pub(super) async fn remove_folder(&self, folder: &Folder) -> Result<(), CoreError> {
        let _turn = self.cloud().sync()?.turn(&folder.id).await?;
        let folder = &self.still_there(folder).await?;
        let mut others = self.folders().await?;
        others.retain(|other| other.id != folder.id);
        let is_elsewhere =
            |file: &KnownFile| others.iter().any(|other| path::is_within(&file.path, &other.path));
        let mut known = self.library().known_files(&folder.path).await?;
        known.sort_by_key(|file| !file.is_copy);
        let gone = known.into_iter().filter(|file| !is_elsewhere(file));
        let changes: Vec<_> =
            gone.map(|file| FileChange::Remove { track_id: file.track_id }).collect();
        for batch in changes.chunks(BATCH) {
            self.library().apply(batch.to_vec()).await?;
        }
        self.cloud().sync()?.jobs().forget(&folder.id).await?;
        let forgotten = vec![SettingChange::Remove(key(&folder.id))];
        Ok(self.settings().apply(forgotten).await?)
    }

    /// The folder as it is now that nobody else can change it: another window may have removed it.
    async fn still_there(&self, folder: &Folder) -> Result<Folder, CoreError> {
        let gone = || CoreError::InvalidRequest(format!("{} was removed", folder.path));
        self.local_folder(&folder.id).await?.ok_or_else(gone)
    }

    async fn keep_folder(&self, folder: &Folder) -> Result<(), CoreError> {
        let text = serde_json::to_string(folder)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        Ok(self.settings().set(&key(&folder.id), text.as_str().into()).await?)
    }
}

fn key(id: &str) -> String {
    format!("{SETTINGS}{id}")
}

fn in_words_of_sync(account: String, report: ScanReport) -> SyncReport {
    let ScanReport { added, updated, moved, unchanged, removed, failed, seconds } = report;
    let failed = failed.into_iter().map(|it| FailedItem { path: it.path, error: it.error });
    SyncReport {
        account,
        added,
        updated,
        moved,
        removed,
        unchanged,
        seconds,
        failed: failed.collect(),
        ..SyncReport::default()
    }
}
