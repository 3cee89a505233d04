//! HTTP as the core needs it: streamed bodies, ranges, no surprises.

mod address;
mod capabilities;
mod client;
mod deadlines;
mod headers;
mod method;
mod range;
mod request;
mod response;
mod retry_after;

pub mod download;
pub mod policy;

pub use address::Origin;
pub use capabilities::{HttpCapabilities, RedirectSupport};
pub use client::{HTTP_CONNECT, HttpClient};
pub use deadlines::Deadlines;
pub use headers::Headers;
pub use method::Method;
pub use range::ByteRange;
pub use request::{Reach, Redirects, Request, Retry};
pub use response::Response;
