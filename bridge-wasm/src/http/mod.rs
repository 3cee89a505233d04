//! HTTP through `fetch`.

mod body;
mod client;

pub use client::FetchHttpClient;
