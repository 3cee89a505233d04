//! HTTP through Node's own `fetch`.

mod body;
mod client;

pub use client::NodeHttpClient;
