//! Accounts and sign-in.
//!
//! [`Auth`] signs people in with the OAuth 2 code flow and PKCE (RFC 6749, 7636, 8252, 9207, 9700),
//! keeps what they are signed in with in a [`SecureStore`](bridge_traits::SecureStore), and renews
//! it: once, however many tasks, tabs and processes ask. Who they are is kept in the settings as well,
//! so that a secret that cannot be read takes no account along. [`AccountClient`] sends requests in the
//! name of an account, and to its own servers only.

mod account;
mod account_client;
mod auth;
mod credential;
mod directory;
mod endpoint;
mod error;
mod known;
mod leaving;
mod pending;
mod pkce;
mod provider;
mod refresh;
mod server_account;
mod sign_in;
mod tokens;
mod vault;

pub use account::{Account, AccountState};
pub use account_client::AccountClient;
pub use auth::{Auth, AuthBridges};
pub use credential::{ServerAccess, ServerAccount};
pub use error::AuthError;
pub use leaving::{Departure, Revocation};
pub use provider::{IdentitySource, OAuthProvider};
pub use tokens::AccessToken;
