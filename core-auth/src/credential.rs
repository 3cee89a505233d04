//! What is stored of an account.

use std::fmt;

use bridge_traits::Secret;
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountState};
use crate::tokens::Tokens;

/// An account at one server, signed in to with what its user types in, such as a `WebDAV` server's.
pub struct ServerAccount {
    /// What its accounts are filed under, such as `webdav`.
    pub provider: String,
    /// The address of the service. Credentials go to this origin only.
    pub url: String,
    /// What opens it.
    pub access: ServerAccess,
}

/// What opens a server.
#[derive(Clone)]
#[non_exhaustive]
pub enum ServerAccess {
    /// Nothing: it is open to everybody.
    Open,
    /// A name and a password (RFC 7617).
    Password {
        /// The user's name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// A token that was handed out by other means (RFC 6750).
    Token(Secret),
}

impl fmt::Debug for ServerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerAccount").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "Open",
            Self::Password { .. } => "Password",
            Self::Token(_) => "Token",
        })
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
    /// A token for one origin that nobody renews (RFC 6750).
    Token { url: String, token: String },
}

impl StoredAccount {
    /// The layout that is written.
    pub(crate) const FORMAT: u32 = 1;

    pub(crate) fn tokens(&self) -> Option<&Tokens> {
        match &self.credential {
            Credential::Tokens(tokens) => tokens.as_ref(),
            Credential::Password { .. } | Credential::Token { .. } => None,
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
