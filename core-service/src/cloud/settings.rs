//! How drives are reached, as the host set it up.

use bridge_traits::{Secret, SettingValue, SettingsStore};
use core_auth::OAuthProvider;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::CoreError;

/// A kind of drive.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DriveKind {
    /// Google Drive.
    GoogleDrive,
}

/// A drive to sign in to.
#[derive(Clone, Debug)]
pub struct NewDrive {
    /// What it is.
    pub kind: DriveKind,
    /// The client as the host has registered it with the provider.
    pub client_id: String,
    /// The client's secret, where the provider gave one.
    pub client_secret: Option<Secret>,
    /// Where the service is, if not at its public addresses.
    pub addresses: Option<DriveAddresses>,
    /// The folder to mirror, by the drive's own id; everything for `None`.
    pub root: Option<String>,
}

/// Where a service is: a test world, a proxy, a national cloud.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct DriveAddresses {
    /// Where users sign in.
    pub authorize: String,
    /// Where tokens come from.
    pub token: String,
    /// The origin of the drive's interface.
    pub api: String,
}

/// What is remembered of a kind of drive.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct KindSettings {
    pub(super) client_id: String,
    pub(super) addresses: Option<DriveAddresses>,
}

impl DriveKind {
    /// Every kind.
    pub(super) const ALL: [Self; 1] = [Self::GoogleDrive];

    /// What accounts of it are filed under.
    pub fn id(self) -> &'static str {
        match self {
            Self::GoogleDrive => "google-drive",
        }
    }

    pub(super) fn of(provider: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == provider)
    }
}

impl KindSettings {
    pub(super) fn provider(&self, kind: DriveKind, secret: Option<Secret>) -> OAuthProvider {
        let provider = match kind {
            DriveKind::GoogleDrive => OAuthProvider::google_drive(&self.client_id),
        };
        let mut provider = match &self.addresses {
            Some(place) => provider.at(&place.authorize, &place.token, &place.api),
            None => provider,
        };
        provider.client_secret = secret;
        provider
    }

    pub(super) fn api(&self, kind: DriveKind) -> String {
        match (&self.addresses, kind) {
            (Some(addresses), _) => addresses.api.clone(),
            (None, DriveKind::GoogleDrive) => "https://www.googleapis.com".to_owned(),
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

    pub(super) async fn save(
        &self,
        settings: &dyn SettingsStore,
        kind: DriveKind,
    ) -> Result<(), CoreError> {
        let text = serde_json::to_string(self)
            .map_err(|error| CoreError::InvalidRequest(error.to_string()))?;
        Ok(settings.set(&key(kind), text.as_str().into()).await?)
    }
}

fn key(kind: DriveKind) -> String {
    format!("cloud.drive.{}", kind.id())
}

/// Where the folder of an account that is mirrored is remembered.
pub(super) fn root_key(account: &str) -> String {
    format!("cloud.root.{account}")
}

/// What the secret of a client is filed under.
pub(super) fn client_secret_name(kind: DriveKind) -> String {
    format!("client/{}", kind.id())
}
