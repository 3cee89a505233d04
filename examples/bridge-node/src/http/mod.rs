//! HTTP through `node:http` and `node:https`.
//!
//! Not through `fetch`: Node's takes a body without a length for whole when its connection breaks,
//! decodes bodies unasked, and has deadlines of its own.

mod body;
mod client;
mod message;
mod reach;

pub use client::NodeHttpClient;
