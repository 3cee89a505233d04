//! Drives whose protocols we speak.

mod api;
mod google_drive;

pub use google_drive::GoogleDrive;
