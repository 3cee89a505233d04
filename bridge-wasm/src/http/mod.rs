//! HTTP through `fetch`.

mod body;
mod client;
mod news;

pub use client::FetchHttpClient;
pub use news::ChannelHostNews;
