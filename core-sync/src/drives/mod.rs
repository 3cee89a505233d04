//! Drives whose protocols we speak.

mod api;
mod google_drive;
mod web_dav;

pub use google_drive::GoogleDrive;
pub use web_dav::WebDav;
