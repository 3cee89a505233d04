//! An OAuth 2 authorization server (RFC 6749, 7009, 7636, 9207).

mod faults;
mod grants;
mod server;

pub use faults::{OAuthFaults, TokenFault};
pub use grants::Grants;
pub use server::AuthorizationServer;
