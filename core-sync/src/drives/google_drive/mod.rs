//! Google Drive, version 3 of its interface.

mod model;
mod provider;

pub use provider::GoogleDrive;
