//! Drives whose protocols we speak.

mod api;
mod google_drive;
mod one_drive;
mod time;
mod web_dav;

pub use google_drive::GoogleDrive;
pub use one_drive::OneDrive;
pub use web_dav::WebDav;
