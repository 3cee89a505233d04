//! Cloud services for tests.
//!
//! [`AuthorizationServer`] speaks OAuth 2 as providers do. It is a plain state machine from
//! [`Ask`] to [`Answer`], so the same code answers in memory, natively and in a browser, and over
//! real HTTP. Every misbehaviour that a client has to survive is a switch.

mod exchange;
mod oauth;

pub use exchange::{Answer, Ask, serve};
pub use oauth::{AuthorizationServer, Grants, OAuthFaults, TokenFault};
