//! What callers from another language ask of accounts and drives.

use core_auth::{AccountState, ServerAccess};
use core_sync::SyncStatus;

use super::kind::DriveKind;
use super::new_account::{NewAccount, SecretText};
use super::new_drive::{DriveAccess, DriveClient, NewDrive};
use super::settings::ClientSettings;
use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// A drive to add, with what is remembered of its kind where the caller says nothing.
    pub(crate) async fn new_drive(&self, new: NewAccount) -> Result<NewDrive, CoreError> {
        let (root, filter) = (new.root.clone(), new.filter.clone());
        let access = match new.kind {
            DriveKind::GoogleDrive => DriveAccess::GoogleDrive(self.client(new).await?),
            DriveKind::OneDrive => DriveAccess::OneDrive(self.client(new).await?),
            DriveKind::WebDav => server(new)?,
        };
        Ok(NewDrive { access, root, filter })
    }

    async fn client(&self, new: NewAccount) -> Result<DriveClient, CoreError> {
        let kind = new.kind;
        if let Some(id) = new.client_id {
            let secret = new.client_secret.map(SecretText::into_secret);
            return Ok(DriveClient { id, secret, addresses: new.addresses });
        }
        let settings = ClientSettings::load(&**self.settings(), kind).await?;
        let settings = settings.ok_or_else(|| {
            CoreError::InvalidRequest(format!("no client is known for {}", kind.name()))
        })?;
        let secret = ClientSettings::secret(kind, &*self.secrets()?).await?;
        let ClientSettings { client_id, addresses } = settings;
        Ok(DriveClient { id: client_id, secret, addresses })
    }

    /// How every account's mirror is, without asking a drive.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts), and as the database does.
    pub async fn sync_status(&self) -> Result<Vec<SyncStatus>, CoreError> {
        let sync = self.cloud().sync()?;
        let mut statuses = Vec::new();
        for account in self.accounts_handle().await?.accounts().await? {
            statuses.push(sync.status(&account.id).await?);
        }
        for folder in self.folders().await? {
            statuses.push(self.folder_status(&folder).await?);
        }
        Ok(statuses)
    }

    /// Has the tags of these tracks read before those of others, for what is on the screen, also
    /// where another tab or program synchronises. Those that are on no drive, or need no reading,
    /// change nothing.
    ///
    /// # Errors
    ///
    /// As for [`sync_status`](Self::sync_status).
    pub async fn prioritise(&self, tracks: &[String]) -> Result<(), CoreError> {
        let sync = self.cloud().sync()?;
        let accounts = self.accounts_handle().await?.accounts().await?.into_iter();
        for account in accounts.filter(|account| account.state != AccountState::Leaving) {
            sync.prioritise(&account.id, tracks).await?;
        }
        Ok(())
    }
}

/// What opens a server: a name with a password, a password alone for a token, or nothing.
fn server(new: NewAccount) -> Result<DriveAccess, CoreError> {
    let missing = |what| CoreError::InvalidRequest(format!("{what} is missing"));
    let url = new.url.ok_or_else(|| missing("the address"))?;
    let user = new.user.filter(|user| !user.is_empty());
    let access = match (user, new.password.map(SecretText::into_secret)) {
        (Some(user), Some(password)) => ServerAccess::Password { user, password },
        (Some(_), None) => return Err(missing("the password")),
        (None, Some(token)) => ServerAccess::Token(token),
        (None, None) => ServerAccess::Open,
    };
    Ok(DriveAccess::WebDav { url, access })
}
