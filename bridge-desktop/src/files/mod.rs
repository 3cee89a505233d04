//! Files of the operating system.

mod desktop;
mod error;
mod folder_watch;
mod local_file;
mod replacement;
mod sync;

pub use desktop::DesktopFileSystem;

pub(crate) use error::{bridge_error, error_kind};
pub(crate) use replacement::Replacement;
pub(crate) use sync::sync_directory;
