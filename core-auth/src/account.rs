//! What the program knows of an account.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Somebody's account at a provider.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Account {
    /// Its id here: a `UUIDv7` that outlives signing in again.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// What tells it apart for people: an address or a name, as the provider says it.
    pub label: Option<String>,
    /// When it was added, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub added_at: u64,
    /// What was granted, where the provider says so.
    pub scopes: Vec<String>,
    /// Whether it can be used.
    pub state: AccountState,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// It can.
    SignedIn,
    /// The sign-in has ended, or what was kept of it cannot be read: only the user can begin
    /// another, which goes on with the account and all that belongs to it.
    SignInRequired,
    /// It is being removed: nothing opens it any more, and the rest goes as soon as nobody
    /// synchronises it.
    Leaving,
}

impl Account {
    /// One that is only tried.
    pub(crate) fn trial(provider: &str) -> Self {
        Self {
            id: String::new(),
            provider: provider.to_owned(),
            label: None,
            added_at: 0,
            scopes: Vec::new(),
            state: AccountState::SignedIn,
        }
    }
}
