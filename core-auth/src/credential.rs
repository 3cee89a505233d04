//! What is stored of an account.

use std::fmt;

use bridge_traits::Secret;
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountState};
use crate::tokens::Tokens;

/// An account that is signed in to with a name and a password, such as a `WebDAV` server's.
pub struct PasswordAccount {
    /// What its accounts are filed under, such as `webdav`.
    pub provider: String,
    /// The address of the service. The password goes to this origin only.
    pub url: String,
    /// The user's name.
    pub user: String,
    /// The password; none for services that are open to everybody.
    pub password: Option<Secret>,
}

impl fmt::Debug for PasswordAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordAccount").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// One account with what it is signed in with: one secret, so that both change together.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct StoredAccount {
    /// The layout. What a newer program wrote is not touched.
    pub(crate) format: u32,
    pub(crate) account: Account,
    /// Who the provider says it is, so that signing in again finds it.
    pub(crate) subject: Option<String>,
    pub(crate) credential: Credential,
}

/// What an account is signed in with.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credential {
    /// OAuth tokens; none once the sign-in has ended.
    Tokens(Option<Tokens>),
    /// A name and a password for one origin (RFC 7617).
    Password { url: String, user: String, password: Option<String> },
}

impl StoredAccount {
    /// The layout that is written.
    pub(crate) const FORMAT: u32 = 1;

    pub(crate) fn tokens(&self) -> Option<&Tokens> {
        match &self.credential {
            Credential::Tokens(tokens) => tokens.as_ref(),
            Credential::Password { .. } => None,
        }
    }

    /// Ends the sign-in and keeps the account.
    pub(crate) fn end(&mut self) {
        self.credential = Credential::Tokens(None);
        self.account.state = AccountState::SignInRequired;
    }
}

impl fmt::Debug for StoredAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredAccount").field("id", &self.account.id).finish_non_exhaustive()
    }
}
