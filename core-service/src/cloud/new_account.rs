//! A drive to add, as it crosses a language boundary.

use std::fmt;

use bridge_traits::Secret;
use core_sync::MirrorFilter;
use serde::{Deserialize, Deserializer};
use ts_rs::TS;

use super::kind::DriveKind;
use super::new_drive::DriveAddresses;

/// A drive to add. Which fields it needs depends on how its kind is signed in to.
#[derive(Clone, Debug, Deserialize, PartialEq, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct NewAccount {
    /// What it is.
    pub kind: DriveKind,
    /// For sign-ins on the provider's pages: the client as the host has registered it. The one that
    /// was used before for this kind, with its secret and addresses, if there is none.
    pub client_id: Option<String>,
    /// The client's secret, where the provider gave one.
    #[ts(optional, as = "Option<String>")]
    pub client_secret: Option<SecretText>,
    /// Where the service is, if not at its public addresses.
    pub addresses: Option<DriveAddresses>,
    /// For sign-ins with a password: where the drive is.
    pub url: Option<String>,
    /// The user's name there.
    pub user: Option<String>,
    /// The user's password there.
    #[ts(optional, as = "Option<String>")]
    pub password: Option<SecretText>,
    /// The folder to mirror, by the drive's own id or path; everything for `/`. Without one it is as
    /// it was, which is everything for an account that is new.
    pub root: Option<String>,
    /// Which files are mirrored. Without one it is as it was, which is every file of music up to 4 GiB
    /// for an account that is new.
    pub filter: Option<MirrorFilter>,
}

/// A secret that was typed or configured.
#[derive(Clone, PartialEq)]
pub struct SecretText(Secret);

impl SecretText {
    /// The secret.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
