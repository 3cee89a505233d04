//! A drive that speaks the protocol of one provider or another.

mod faults;
mod files;
mod google;
mod graph;
mod service;

pub use faults::{DriveFault, Weather};
pub use files::DriveFiles;
pub use service::DriveService;
