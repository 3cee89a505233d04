//! Cloud services for tests.
//!
//! [`AuthorizationServer`] speaks OAuth 2 as providers do, [`DriveService`] version 3 of Google
//! Drive's interface or that of OneDrive in Microsoft Graph, [`DavService`] WebDAV. All are plain
//! state machines from [`Ask`] to [`Answer`], so the same code
//! answers in memory, natively and in a browser, and over real HTTP. Every misbehaviour that a client
//! has to survive is a switch.

mod dav;
mod drive;
mod exchange;
mod oauth;
#[cfg(feature = "server")]
mod server;

pub use dav::{DavFiles, DavKind, DavService};
pub use drive::{DriveFault, DriveFiles, DriveService, Weather};
pub use exchange::{Answer, Ask, serve};
pub use oauth::{AuthorizationServer, Grants, OAuthFaults, TokenFault};
#[cfg(feature = "server")]
pub use server::Server;
