//! The kinds of drives, and everything in which they differ. A new kind is a new line in each
//! `match` here, and a new way in [`DriveAccess`](super::DriveAccess).

use std::sync::Arc;

use bridge_traits::HttpClient;
use core_auth::OAuthProvider;
use core_sync::{GoogleDrive, OneDrive, StorageProvider};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::description::SignInMethod;

/// A kind of drive.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DriveKind {
    /// Google Drive.
    GoogleDrive,
    /// OneDrive, personal or of an organisation.
    // One word, as its maker writes it.
    #[serde(rename = "onedrive")]
    OneDrive,
}

/// How a drive's servers are asked.
pub(super) struct Connection {
    /// In the name of the account.
    pub(super) account: Arc<dyn HttpClient>,
    /// In nobody's name.
    pub(super) plain: Arc<dyn HttpClient>,
    /// Where the drive's interface is.
    pub(super) api: String,
    /// The folder that is mirrored; everything for `None`.
    pub(super) root: Option<String>,
}

impl DriveKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::GoogleDrive, Self::OneDrive];

    /// What accounts of it are filed under.
    pub fn id(self) -> &'static str {
        match self {
            Self::GoogleDrive => "google-drive",
            Self::OneDrive => "onedrive",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GoogleDrive => "Google Drive",
            Self::OneDrive => "OneDrive",
        }
    }

    /// How users sign in to it.
    pub fn method(self) -> SignInMethod {
        match self {
            Self::GoogleDrive | Self::OneDrive => SignInMethod::Provider,
        }
    }

    /// The kind of an account, by what it is filed under.
    pub fn of(provider: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == provider)
    }

    /// Where users of it sign in, at its public addresses.
    pub(super) fn sign_in(self, client_id: &str) -> OAuthProvider {
        match self {
            Self::GoogleDrive => OAuthProvider::google_drive(client_id),
            Self::OneDrive => OAuthProvider::onedrive(client_id),
        }
    }

    /// The public origin of its interface.
    pub(super) fn public_api(self) -> &'static str {
        match self {
            Self::GoogleDrive => "https://www.googleapis.com",
            Self::OneDrive => "https://graph.microsoft.com",
        }
    }

    /// A drive of this kind.
    pub(super) fn drive(self, connection: Connection) -> Arc<dyn StorageProvider> {
        let Connection { account, plain, api, root } = connection;
        match self {
            Self::GoogleDrive => Arc::new(GoogleDrive::at(account, &api)),
            Self::OneDrive => {
                let drive = OneDrive::at(account, plain, &api);
                Arc::new(match root {
                    Some(folder) => drive.in_folder(&folder),
                    None => drive,
                })
            }
        }
    }
}
