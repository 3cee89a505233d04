//! The calls that cross a language boundary: typed requests in, JSON results out.

mod cloud;
mod dispatch;
mod error;
mod params;
mod request;
mod status;
mod types;

pub use error::{ErrorCode, RpcError};
pub use params::{ImportedPlaylist, PlaylistFile, RedirectPage, RemovedAccount};
pub use request::Request;
pub use status::{CoreStatus, HostStatus};
pub use types::generated_types;
