//! Signing in with the user's own browser, and an address on this computer for the way back
//! (RFC 8252).

mod listener;
mod request;
mod transport;

pub use transport::LoopbackAuthTransport;
