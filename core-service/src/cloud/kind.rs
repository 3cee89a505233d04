//! The kinds of drives, and everything in which they differ. A new kind is a new line in each
//! `match` here, and a new way in [`DriveAccess`](super::DriveAccess).

use std::sync::Arc;

use bridge_traits::{HttpClient, Result};
use core_auth::OAuthProvider;
use core_sync::{GoogleDrive, OneDrive, StorageProvider, WebDav};
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
    /// A folder on a `WebDAV` server.
    #[serde(rename = "webdav")]
    WebDav,
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
    pub const ALL: [Self; 3] = [Self::GoogleDrive, Self::OneDrive, Self::WebDav];

    /// What accounts of it are filed under.
    pub fn id(self) -> &'static str {
        match self {
            Self::GoogleDrive => "google-drive",
            Self::OneDrive => "onedrive",
            Self::WebDav => "webdav",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GoogleDrive => "Google Drive",
            Self::OneDrive => "OneDrive",
            Self::WebDav => "WebDAV",
        }
    }

    /// How users sign in to it.
    pub fn method(self) -> SignInMethod {
        match self {
            Self::GoogleDrive | Self::OneDrive => SignInMethod::Provider,
            Self::WebDav => SignInMethod::Password,
        }
    }

    /// The kind of an account, by what it is filed under.
    pub fn of(provider: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == provider)
    }

    /// Where users of it sign in, at its public addresses; `None` where each drive has a server
    /// of its own.
    pub(super) fn sign_in(self, client_id: &str) -> Option<OAuthProvider> {
        match self {
            Self::GoogleDrive => Some(OAuthProvider::google_drive(client_id)),
            Self::OneDrive => Some(OAuthProvider::onedrive(client_id)),
            Self::WebDav => None,
        }
    }

    /// The public origin of its interface; `None` where each drive has a server of its own.
    pub(super) fn public_api(self) -> Option<&'static str> {
        match self {
            Self::GoogleDrive => Some("https://www.googleapis.com"),
            Self::OneDrive => Some("https://graph.microsoft.com"),
            Self::WebDav => None,
        }
    }

    /// Whether the folder to mirror is part of the drive's address, and has no id.
    pub(super) fn has_root_in_address(self) -> bool {
        match self {
            Self::GoogleDrive | Self::OneDrive => false,
            Self::WebDav => true,
        }
    }

    /// A drive of this kind.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an address that is none.
    pub(super) fn drive(self, connection: Connection) -> Result<Arc<dyn StorageProvider>> {
        let Connection { account, plain, api, root } = connection;
        Ok(match self {
            Self::GoogleDrive => Arc::new(GoogleDrive::at(account, &api)),
            Self::OneDrive => {
                let drive = OneDrive::at(account, plain, &api);
                Arc::new(match root {
                    Some(folder) => drive.in_folder(&folder),
                    None => drive,
                })
            }
            Self::WebDav => {
                Arc::new(WebDav::at(account, &api)?.below(root.as_deref().unwrap_or_default())?)
            }
        })
    }
}
