//! What a cloud drive can be asked.

mod error;
mod item;
mod meter;
mod page;
mod storage_provider;
mod walk;

pub use error::ProviderError;
pub use item::{RemoteChange, RemoteItem, RemoteKind};
pub use meter::Meter;
pub use page::{Changes, Listing, Next};
pub use storage_provider::{ProviderCapabilities, StorageProvider};
pub use walk::{FolderListing, Walk};
