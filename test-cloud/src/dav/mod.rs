//! A WebDAV server (RFC 4918) of the three kinds there are.

mod files;
mod service;
mod troubles;

pub use files::DavFiles;
pub use service::{DavKind, DavService};
