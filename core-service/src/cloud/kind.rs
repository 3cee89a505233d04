//! The kinds of drives, and everything in which they differ. A new kind is a new line in each
//! `match` here, and a new way in [`DriveAccess`](super::DriveAccess).

use std::sync::Arc;

use bridge_traits::HttpClient;
use core_auth::OAuthProvider;
use core_sync::{GoogleDrive, StorageProvider};
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
}

/// How a drive's servers are asked.
pub(super) struct Connection {
    /// In the name of the account.
    pub(super) account: Arc<dyn HttpClient>,
    /// Where the drive's interface is.
    pub(super) api: String,
}

impl DriveKind {
    /// Every kind.
    pub const ALL: [Self; 1] = [Self::GoogleDrive];

    /// What accounts of it are filed under.
    pub fn id(self) -> &'static str {
        match self {
            Self::GoogleDrive => "google-drive",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GoogleDrive => "Google Drive",
        }
    }

    /// How users sign in to it.
    pub fn method(self) -> SignInMethod {
        match self {
            Self::GoogleDrive => SignInMethod::Provider,
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
        }
    }

    /// The public origin of its interface.
    pub(super) fn public_api(self) -> &'static str {
        match self {
            Self::GoogleDrive => "https://www.googleapis.com",
        }
    }

    /// A drive of this kind.
    pub(super) fn drive(self, connection: Connection) -> Arc<dyn StorageProvider> {
        let Connection { account, api } = connection;
        match self {
            Self::GoogleDrive => Arc::new(GoogleDrive::at(account, &api)),
        }
    }
}
