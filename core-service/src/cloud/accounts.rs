//! What hosts do with accounts and drives.

use core_async::sync::CancellationToken;
use core_auth::Account;
use core_library::{Page, Reason};
use core_runtime::SyncEvent;
use core_sync::{Explanation, SyncHistoryQuery, SyncJob, SyncPlan, SyncReport, SyncTrigger};

use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// Every account, in the order in which they were added, folders of this computer among them. What
    /// is left of one that was removed while another window or program synchronised it goes now, if
    /// that has ended.
    ///
    /// # Errors
    ///
    /// Fails if the host brought no secure store, HTTP, sign-in or lock, or as they do.
    pub async fn accounts(&self) -> Result<Vec<Account>, CoreError> {
        let auth = self.accounts_handle().await?;
        let mut accounts = auth.accounts().await?;
        if self.finish_removals(&accounts).await {
            accounts = auth.accounts().await?;
        }
        accounts.extend(self.folder_accounts().await?);
        accounts.sort_by_key(|account| account.added_at);
        Ok(accounts)
    }

    /// Brings the library in line with an account's drive or folder, because somebody asked for it.
    ///
    /// # Errors
    ///
    /// As [`Sync::sync`](core_sync::Sync::sync) and [`accounts`](Self::accounts) do.
    pub async fn sync(
        &self,
        account: &str,
        cancel: &CancellationToken,
    ) -> Result<SyncReport, CoreError> {
        self.sync_for(account, SyncTrigger::User, cancel).await
    }

    /// As [`sync`](Self::sync), for another reason, which the history keeps.
    ///
    /// # Errors
    ///
    /// As for [`sync`](Self::sync).
    pub async fn sync_for(
        &self,
        account: &str,
        trigger: SyncTrigger,
        cancel: &CancellationToken,
    ) -> Result<SyncReport, CoreError> {
        let running = self.cloud().running.begin(account, cancel);
        if let Some(folder) = self.local_folder(account).await? {
            return self.sync_folder(&folder, trigger, &running.cancel).await;
        }
        let sync = self.cloud().sync()?;
        let turn = sync.turn(account).await?;
        // Read in our turn: whoever removes the account waits for it, or is done.
        let mut request = self.sync_request(account).await.inspect_err(|error| {
            // Nothing else tells those who follow accounts.
            let (code, message) = (error.code().to_owned(), error.to_string());
            self.events().emit(SyncEvent::Failed { account: account.to_owned(), code, message });
        })?;
        request.options.trigger = trigger;
        let arrivals = self.arrivals();
        let work = sync.sync_in(&turn, &request, &running.cancel);
        let outcome = self.while_wanted(account, &running.cancel, work).await;
        let report = self.unless_removed(account, turn, outcome).await?;
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
        let running = self.cloud().running.begin(account, cancel);
        let sync = self.cloud().sync()?;
        let turn = sync.turn(account).await?;
        let request = self.sync_request(account).await?;
        let work = sync.preview_in(&turn, &request, &running.cancel);
        let outcome = self.while_wanted(account, &running.cancel, work).await;
        self.unless_removed(account, turn, outcome).await
    }

    /// A page of the syncs that ran, and why, of one account or of all.
    ///
    /// # Errors
    ///
    /// As [`Sync::history`](core_sync::Sync::history) does, or if the host brought no lock.
    pub async fn sync_history(&self, query: &SyncHistoryQuery) -> Result<Page<SyncJob>, CoreError> {
        Ok(self.cloud().sync()?.history(query).await?)
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
