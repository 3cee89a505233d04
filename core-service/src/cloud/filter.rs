//! Which files of an account are mirrored, as its owner wishes it.

use bridge_traits::{SettingChange, SettingValue};
use core_auth::{Account, AccountState, AuthError};
use core_sync::MirrorFilter;

use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// Which files of an account are mirrored.
    ///
    /// # Errors
    ///
    /// As for [`set_mirror_filter`](Self::set_mirror_filter).
    pub async fn mirror_filter(&self, account: &str) -> Result<MirrorFilter, CoreError> {
        self.check_is_drive(account).await?;
        self.kept_filter(account).await
    }

    /// Sets which files of an account are mirrored. The next sync follows: tracks whose files are
    /// left out go to the bin, and come back from there when their files are taken again.
    ///
    /// # Errors
    ///
    /// Fails with [`CoreError::InvalidRequest`] for a folder of this computer, which has no filter,
    /// with `NotFound` for an account that is not there, and as [`accounts`](Self::accounts) and the
    /// settings do.
    pub async fn set_mirror_filter(
        &self,
        account: &str,
        filter: &MirrorFilter,
    ) -> Result<(), CoreError> {
        self.check_is_drive(account).await?;
        self.keep_filter(account, Some(filter)).await
    }

    /// Keeps a filter, if there is one to keep.
    pub(super) async fn keep_filter(
        &self,
        account: &str,
        filter: Option<&MirrorFilter>,
    ) -> Result<(), CoreError> {
        let Some(filter) = filter else { return Ok(()) };
        let text = serde_json::to_string(filter)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        Ok(self.settings().set(&key(account), text.as_str().into()).await?)
    }

    pub(super) async fn kept_filter(&self, account: &str) -> Result<MirrorFilter, CoreError> {
        let Some(SettingValue::Text(text)) = self.settings().get(&key(account)).await? else {
            return Ok(MirrorFilter::default());
        };
        serde_json::from_str(&text).map_err(|error| {
            CoreError::InvalidRequest(format!("set the filter of {account} again: {error}"))
        })
    }

    async fn check_is_drive(&self, account: &str) -> Result<(), CoreError> {
        if self.local_folder(account).await?.is_some() {
            let problem = "a folder of this computer has no filter";
            return Err(CoreError::InvalidRequest(problem.to_owned()));
        }
        match self.accounts_handle().await?.account(account).await? {
            Account { state: AccountState::Leaving, .. } => {
                Err(AuthError::UnknownAccount(account.to_owned()).into())
            }
            _ => Ok(()),
        }
    }
}

/// What forgets an account's filter.
pub(super) fn forgotten(account: &str) -> SettingChange {
    SettingChange::Remove(key(account))
}

/// Where an account's filter is remembered.
fn key(account: &str) -> String {
    format!("cloud.filter.{account}")
}
