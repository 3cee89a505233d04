//! What Node offers to every part of this crate: its modules, promises and errors.

mod error;
mod file;
mod fs;
mod process;

pub use error::NodeError;
pub(crate) use file::{File, read_file, sync_directory};
pub(crate) use fs::{Stats, fs_promises, fs_sync};
pub(crate) use process::{is_windows, options, platform, process_id};
