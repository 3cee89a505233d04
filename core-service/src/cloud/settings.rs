//! How drives are reached, as the host set it up.

use bridge_traits::{Secret, SecureStore, SettingValue, SettingsStore};
use core_auth::OAuthProvider;
use serde::{Deserialize, Serialize};

use super::kind::DriveKind;
use super::new_drive::DriveAddresses;
use crate::error::CoreError;

/// What is remembered of a kind of drive that users sign in to on its own pages.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct ClientSettings {
    pub(super) client_id: String,
    pub(super) addresses: Option<DriveAddresses>,
}

impl ClientSettings {
    /// Where users sign in; `None` for a kind of drive that has no such place.
    pub(super) fn provider(
        &self,
        kind: DriveKind,
        secret: Option<Secret>,
    ) -> Option<OAuthProvider> {
        let provider = kind.sign_in(&self.client_id)?;
        let mut provider = match &self.addresses {
            Some(place) => provider.at(&place.authorize, &place.token, &place.api),
            None => provider,
        };
        provider.client_secret = secret;
        Some(provider)
    }

    /// The origin of the drive's interface; `None` for a kind whose drives have none in common.
    pub(super) fn api(&self, kind: DriveKind) -> Option<String> {
        match &self.addresses {
            Some(addresses) => Some(addresses.api.clone()),
            None => kind.public_api().map(str::to_owned),
        }
    }

    pub(super) async fn load(
        settings: &dyn SettingsStore,
        kind: DriveKind,
    ) -> Result<Option<Self>, CoreError> {
        let Some(SettingValue::Text(text)) = settings.get(&key(kind)).await? else {
            return Ok(None);
        };
        let broken = |_| CoreError::InvalidRequest(format!("the setting {} is broken", key(kind)));
        serde_json::from_str(&text).map(Some).map_err(broken)
    }

    /// Keeps these settings and the secret that belongs to them.
    pub(super) async fn save(
        &self,
        kind: DriveKind,
        secret: Option<&Secret>,
        settings: &dyn SettingsStore,
        secrets: &dyn SecureStore,
    ) -> Result<(), CoreError> {
        let text = serde_json::to_string(self)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        match secret {
            Some(secret) => secrets.put(&secret_name(kind), secret).await?,
            None => secrets.remove(&secret_name(kind)).await?,
        }
        Ok(settings.set(&key(kind), text.as_str().into()).await?)
    }

    /// The secret of the client.
    pub(super) async fn secret(
        kind: DriveKind,
        secrets: &dyn SecureStore,
    ) -> Result<Option<Secret>, CoreError> {
        Ok(secrets.get(&secret_name(kind)).await?)
    }
}

fn key(kind: DriveKind) -> String {
    format!("cloud.drive.{}", kind.id())
}

fn secret_name(kind: DriveKind) -> String {
    format!("client/{}", kind.id())
}

/// Where the folder of an account that is mirrored is remembered.
pub(super) fn root_key(account: &str) -> String {
    format!("cloud.root.{account}")
}
