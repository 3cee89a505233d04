//! A drive that somebody wants to add.

use bridge_traits::Secret;
use core_auth::ServerAccess;
use core_sync::MirrorFilter;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::kind::DriveKind;

/// A drive to add.
#[derive(Clone, Debug)]
pub struct NewDrive {
    /// What it is, and how it is signed in to.
    pub access: DriveAccess,
    /// The folder to mirror: its id, or its path: beginning with a slash on a OneDrive, and seen from
    /// the address on a `WebDAV` server; everything for `/`. `None` leaves it as it is, which is
    /// everything for an account that is new.
    pub root: Option<String>,
    /// Which files are mirrored. `None` leaves it as it is, which is every file of music up to 4 GiB for
    /// an account that is new.
    pub filter: Option<MirrorFilter>,
}

/// How a drive of one kind is signed in to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DriveAccess {
    /// On Google's own pages.
    GoogleDrive(DriveClient),
    /// On Microsoft's own pages.
    OneDrive(DriveClient),
    /// With what the user types in, at a `WebDAV` server.
    WebDav {
        /// The address of the folder that the server shows.
        url: String,
        /// What opens it.
        access: ServerAccess,
    },
}

impl DriveAccess {
    /// The client that signs in on the provider's pages; `None` for a drive without such pages.
    pub(super) fn into_client(self) -> Option<(DriveKind, DriveClient)> {
        match self {
            Self::GoogleDrive(client) => Some((DriveKind::GoogleDrive, client)),
            Self::OneDrive(client) => Some((DriveKind::OneDrive, client)),
            Self::WebDav { .. } => None,
        }
    }
}

/// A client at a provider that users sign in to on its own pages. All accounts of one kind have
/// the same.
#[derive(Clone, Debug)]
pub struct DriveClient {
    /// The client as the host has registered it with the provider.
    pub id: String,
    /// The client's secret, where the provider gave one.
    pub secret: Option<Secret>,
    /// Where the service is, if not at its public addresses.
    pub addresses: Option<DriveAddresses>,
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
