//! HTTP without a network.

mod body;
mod client;
mod response;

pub use client::MemoryHttpClient;
pub use response::MemoryResponse;
