//! Adding drives.

use std::sync::Arc;

use bridge_traits::{SettingChange, SettingValue};
use core_auth::{Account, Auth, ServerAccess, ServerAccount};
use core_sync::{SyncError, WebDav};

use super::kind::DriveKind;
use super::new_drive::{DriveAccess, DriveClient, NewDrive};
use super::settings::{ClientSettings, root_key};
use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// Adds a drive, or signs in again to one that is there. Where users sign in on the provider's
    /// own pages, this shows them and waits for the user to come back.
    ///
    /// # Errors
    ///
    /// As for [`accounts`](Self::accounts), and as signing in does. Nothing is added or changed
    /// then: other accounts of the kind go on as before.
    ///
    /// # Cancellation
    ///
    /// Dropping the future ends the sign-in.
    pub async fn add_drive(&self, new: NewDrive) -> Result<Account, CoreError> {
        let known = self.accounts().await?;
        let account = match new.access {
            DriveAccess::GoogleDrive(client) => {
                self.sign_in(DriveKind::GoogleDrive, client, &known).await
            }
            DriveAccess::OneDrive(client) => {
                self.sign_in(DriveKind::OneDrive, client, &known).await
            }
            DriveAccess::WebDav { url, access } => {
                self.add_server(url, access, new.root.as_deref()).await
            }
        }?;
        self.keep_root(&known, &account, new.root).await?;
        self.keep_filter(&account.id, new.filter.as_ref()).await?;
        self.cloud().tell_ready(&account.id);
        Ok(account)
    }

    /// Remembers which folder of an account is mirrored, once the drive has been asked for it;
    /// `known` are the accounts of before.
    pub(super) async fn keep_root(
        &self,
        known: &[Account],
        account: &Account,
        named: Option<String>,
    ) -> Result<(), CoreError> {
        let Some(named) = named else { return Ok(()) };
        let key = root_key(&account.id);
        let change = match &*named {
            "" | "/" => SettingChange::Remove(key),
            named => match self.find_folder(&account.id, named).await {
                Ok(root) => SettingChange::Set(key, SettingValue::Text(root)),
                Err(error) => {
                    // A new account that would mirror something else than was asked for.
                    if known.iter().all(|known| known.id != account.id) {
                        self.accounts_handle().await?.sign_out(&account.id).await.ok();
                    }
                    return Err(error);
                }
            },
        };
        Ok(self.settings().apply(vec![change]).await?)
    }

    async fn find_folder(&self, account: &str, named: &str) -> Result<String, CoreError> {
        let (_, drive, _) = self.drive(account, None).await?;
        Ok(drive.find_folder(named).await.map_err(SyncError::from)?)
    }

    /// Signs in on the provider's own pages, and keeps the client once that has worked.
    async fn sign_in(
        &self,
        kind: DriveKind,
        client: DriveClient,
        known: &[Account],
    ) -> Result<Account, CoreError> {
        let trial = self.accounts_handle().await?.with_provider(client.provider(kind)?)?;
        let account = trial.sign_in(kind.id()).await?;
        self.keep_client(&trial, known, &account, (kind, client)).await?;
        Ok(account)
    }

    /// Keeps the client with which somebody has signed in; `known` are the accounts of before.
    pub(super) async fn keep_client(
        &self,
        trial: &Auth,
        known: &[Account],
        account: &Account,
        (kind, client): (DriveKind, DriveClient),
    ) -> Result<(), CoreError> {
        let provider = client.provider(kind)?;
        let settings = ClientSettings { client_id: client.id, addresses: client.addresses };
        let secrets = self.secrets()?;
        let secret = client.secret.as_ref();
        let saved = settings.save(kind, secret, &**self.settings(), &*secrets).await;
        if let Err(error) = saved {
            // A new account whose client is not known could do nothing.
            if known.iter().all(|known| known.id != account.id) {
                trial.sign_out(&account.id).await.ok();
            }
            return Err(error);
        }
        self.change_accounts_handle(|auth| auth.with_provider(provider)).await
    }

    /// Tries whether a `WebDAV` server lets us in, and keeps what it was asked with if so.
    async fn add_server(
        &self,
        url: String,
        access: ServerAccess,
        root: Option<&str>,
    ) -> Result<Account, CoreError> {
        let provider = DriveKind::WebDav.id().to_owned();
        let new = ServerAccount { provider, url, access };
        let auth = self.accounts_handle().await?;
        let client = Arc::new(auth.try_server_account(&new)?);
        let folder = WebDav::at(client, &new.url)?.below(root.unwrap_or_default())?;
        folder.check().await.map_err(SyncError::from)?;
        Ok(auth.add_server_account(&new).await?)
    }
}
