//! Signing in by leaving the page and coming back.

use bridge_traits::Secret;
use core_auth::Account;
use core_sync::MirrorFilter;
use serde::{Deserialize, Serialize};

use super::kind::DriveKind;
use super::new_drive::{DriveAddresses, DriveClient, NewDrive};
use super::settings::ClientSettings;
use crate::error::CoreError;
use crate::service::CoreService;

/// A drive whose user has left, as it is kept meanwhile: as one secret, for it may hold one.
#[derive(Deserialize, Serialize)]
struct Left {
    client_id: String,
    client_secret: Option<String>,
    addresses: Option<DriveAddresses>,
    root: Option<String>,
    filter: Option<MirrorFilter>,
}

impl CoreService {
    /// Begins a sign-in that leaves the page: go to the address that this gives, and hand the
    /// query of the address that the user is sent back to, to
    /// [`finish_redirect`](Self::finish_redirect). It replaces one for the same kind of drive that
    /// was not finished.
    ///
    /// # Errors
    ///
    /// Fails with [`CoreError::InvalidRequest`] for a kind without pages, and as
    /// [`accounts`](Self::accounts) does.
    pub async fn begin_redirect(&self, new: NewDrive) -> Result<String, CoreError> {
        let NewDrive { access, root, filter } = new;
        let Some((kind, client)) = access.into_client() else {
            let problem = "this kind of drive has no page to sign in on";
            return Err(CoreError::InvalidRequest(problem.to_owned()));
        };
        let redirect_uri = self.auth()?.begin().await?.redirect_uri().to_owned();
        let trial = self.accounts_handle().await?.with_provider(client.provider(kind)?)?;
        let secret = client.secret.map(|secret| text(&secret)).transpose()?;
        let DriveClient { id: client_id, addresses, .. } = client;
        let left = Left { client_id, client_secret: secret, addresses, root, filter };
        let left = serde_json::to_vec(&left)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        self.secrets()?.put(&name(kind), &Secret::new(left)).await?;
        Ok(trial.begin_redirect(kind.id(), &redirect_uri).await?)
    }

    /// Finishes a sign-in that has left the page. Each can be finished once, for ten minutes; what
    /// belongs to none changes nothing.
    ///
    /// # Errors
    ///
    /// As for [`add_drive`](Self::add_drive).
    pub async fn finish_redirect(&self, query: &str) -> Result<Account, CoreError> {
        let mut trial = self.accounts_handle().await?;
        let mut all_left = Vec::new();
        for kind in DriveKind::ALL {
            let Some(kept) = self.secrets()?.get(&name(kind)).await? else { continue };
            if let Some((client, root, filter)) = read(&kept) {
                trial = trial.with_provider(client.provider(kind)?)?;
                all_left.push((kind, client, root, filter, kept));
            }
        }
        let known = trial.accounts().await?;
        let account = trial.finish_redirect(query).await?;
        // Not what another tab may have left since: that is not what this account was signed in with.
        let left = all_left.into_iter().find(|(kind, ..)| kind.id() == account.provider);
        if let Some((kind, client, root, filter, kept)) = left {
            self.keep_client(&trial, &known, &account, (kind, client)).await?;
            self.keep_root(&known, &account, root).await?;
            self.keep_filter(&account.id, filter.as_ref()).await?;
            // Another tab's user may come back yet.
            let now = self.secrets()?.get(&name(kind)).await?;
            if now.is_some_and(|now| now.expose() == kept.expose()) {
                self.secrets()?.remove(&name(kind)).await?;
            }
        }
        self.cloud().tell_ready(&account.id);
        Ok(account)
    }
}

/// The client that somebody left with, and what of the drive to mirror. What cannot be read was written
/// by another release, and is over by now.
fn read(kept: &Secret) -> Option<(DriveClient, Option<String>, Option<MirrorFilter>)> {
    let left: Left = serde_json::from_slice(kept.expose()).ok()?;
    let Left { client_id, client_secret, addresses, root, filter } = left;
    let client = DriveClient { id: client_id, secret: client_secret.map(Secret::new), addresses };
    Some((client, root, filter))
}

impl DriveClient {
    /// The provider, asked as this client.
    ///
    /// # Errors
    ///
    /// Fails with [`CoreError::InvalidRequest`] for a kind without pages.
    pub(super) fn provider(&self, kind: DriveKind) -> Result<core_auth::OAuthProvider, CoreError> {
        let settings =
            ClientSettings { client_id: self.id.clone(), addresses: self.addresses.clone() };
        settings.provider(kind, self.secret.clone()).ok_or_else(|| {
            CoreError::InvalidRequest(format!("{} has no page to sign in on", kind.name()))
        })
    }
}

fn name(kind: DriveKind) -> String {
    format!("leaving/{}", kind.id())
}

fn text(secret: &Secret) -> Result<String, CoreError> {
    String::from_utf8(secret.expose().to_vec())
        .map_err(|_| CoreError::InvalidRequest("a client's secret is text".to_owned()))
}
