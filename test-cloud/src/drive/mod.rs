//! A drive with version 3 of Google Drive's interface.

mod faults;
mod files;
mod service;

pub use faults::{DriveFault, Weather};
pub use files::DriveFiles;
pub use service::DriveService;
