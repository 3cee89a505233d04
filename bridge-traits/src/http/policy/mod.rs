//! How the core behaves towards servers, written once on top of any
//! [`HttpClient`](crate::HttpClient).
//!
//! A bridge sends one request and tells what came back. [`PolicyHttpClient`] adds what every caller
//! needs: redirects that keep credentials to their origin, retries where they are safe, patience
//! when a server asks for it, and one pace per host shared by all tasks.

mod backoff;
mod body;
mod budget;
mod circuit;
mod client;
mod error;
mod host;
mod hosts;
mod news;
mod options;
mod pace;
mod redirect;
mod retry;
mod status;

pub use client::PolicyHttpClient;
pub use error::HttpRefusal;
pub use news::{HostNews, HostNewsChannel};
pub use options::{CircuitPolicy, HttpPolicy, PacingPolicy, RedirectPolicy, RetryPolicy};
pub use status::{CircuitChange, CircuitState, CircuitWatcher, HostStatus};
