//! HTTP over reqwest.

mod body;
mod client;
mod error;

pub use client::ReqwestHttpClient;
