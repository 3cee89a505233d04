//! What hosts do with accounts and drives.

use bridge_traits::SettingChange;
use core_async::sync::CancellationToken;
use core_auth::{Account, Revocation};
use core_library::Reason;
use core_sync::{Explanation, SyncPlan, SyncReport};

use super::filter;
use super::settings::root_key;
use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// Every account, in the order in which they were added, folders of this computer among them.
    ///
    /// # Errors
    ///
    /// Fails if the host brought no secure store, HTTP, sign-in or lock, or as they do.
    pub async fn accounts(&self) -> Result<Vec<Account>, CoreError> {
        let mut accounts = self.accounts_handle().await?.accounts().await?;
        accounts.extend(self.folder_accounts().await?);
        accounts.sort_by_key(|account| account.added_at);
        Ok(accounts)
    }

    /// Takes an account's tracks out of the library, forgets what it was signed in with, and has
    /// the provider end the access. A sync of it that is under way in this core ends as if it had
    /// been cancelled.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts), or with [`SyncError::UnderWay`](core_sync::SyncError::UnderWay) if another window or
    /// program synchronises it; calling again goes on.
    pub async fn remove_account(&self, account: &str) -> Result<Revocation, CoreError> {
        self.cloud().running.stop(account).await;
        let revocation = match self.local_folder(account).await? {
            Some(folder) => {
                self.remove_folder(&folder).await?;
                Revocation::NotOffered
            }
            None => {
                let auth = self.accounts_handle().await?;
                auth.account(account).await?;
                self.cloud().sync()?.forget(account).await?;
                let forgotten =
                    vec![SettingChange::Remove(root_key(account)), filter::forgotten(account)];
                self.settings().apply(forgotten).await?;
                auth.sign_out(account).await?
            }
        };
        self.cloud().tell_gone(account);
        Ok(revocation)
    }

    /// Brings the library in line with an account's drive or folder.
    ///
    /// # Errors
    ///
    /// As [`Sync::sync`](core_sync::Sync::sync) and [`accounts`](Self::accounts) do.
    pub async fn sync(
        &self,
        account: &str,
        cancel: &CancellationToken,
    ) -> Result<SyncReport, CoreError> {
        let running = self.cloud().running.begin(account, cancel);
        if let Some(folder) = self.local_folder(account).await? {
            return self.sync_folder(&folder, &running.cancel).await;
        }
        let request = self.sync_request(account).await?;
        let arrivals = self.arrivals();
        let report = self.cloud().sync()?.sync(&request, &running.cancel).await?;
        // Tags are read later than a track comes if a drive is out of reach, and duplicates are found
        // by them.
        let news = report.added + report.updated + report.moved + report.first_read;
        self.follow_duplicate_policy(arrivals, news > 0, Reason::Sync).await;
        Ok(report)
    }

    /// What [`sync`](Self::sync) would do.
    ///
    /// # Errors
    ///
    /// As for [`sync`](Self::sync).
    pub async fn preview_sync(
        &self,
        account: &str,
        cancel: &CancellationToken,
    ) -> Result<SyncPlan, CoreError> {
        if let Some(folder) = self.local_folder(account).await? {
            return self.preview_folder(&folder, cancel).await;
        }
        let request = self.sync_request(account).await?;
        Ok(self.cloud().sync()?.preview(&request, cancel).await?)
    }

    /// Why a track is where it is; `None` for one that is on no drive.
    ///
    /// # Errors
    ///
    /// Fails as the database does.
    pub async fn explain(&self, track: &str) -> Result<Option<Explanation>, CoreError> {
        Ok(self.cloud().sync()?.explain(track).await?)
    }
}
