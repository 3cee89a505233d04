//! HTTP without a network.

mod body;
mod client;
mod news;
mod response;

pub use client::MemoryHttpClient;
pub use news::MemoryHostNews;
pub use response::MemoryResponse;
