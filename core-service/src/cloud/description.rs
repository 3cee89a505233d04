//! What hosts need to know of a kind of drive to offer it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::kind::DriveKind;

/// A kind of drive, as hosts offer it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct DriveDescription {
    /// The kind.
    pub kind: DriveKind,
    /// What people call it.
    pub name: String,
    /// How users sign in to it.
    pub sign_in: SignInMethod,
}

/// How users sign in to a kind of drive.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignInMethod {
    /// On the provider's own pages, as a client that the host has registered there.
    Provider,
    /// With an address, a name and a password.
    Password,
}

impl DriveDescription {
    /// Every kind, in the order in which they are offered.
    pub fn all() -> Vec<Self> {
        let describe =
            |kind: DriveKind| Self { kind, name: kind.name().to_owned(), sign_in: kind.method() };
        DriveKind::ALL.into_iter().map(describe).collect()
    }
}
