//! HTTP as the core needs it: streamed bodies, ranges, no surprises.

mod client;
mod headers;
mod range;
mod request;
mod response;

pub use client::HttpClient;
pub use headers::Headers;
pub use range::ByteRange;
pub use request::{Method, Request};
pub use response::Response;
