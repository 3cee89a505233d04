//! HTTP over reqwest.

mod body;
mod client;
mod error;
mod reach;

pub use client::ReqwestHttpClient;
