//! Files, with the names of tokio's `fs`, on whatever file system the core was given.
//!
//! There is no file system of the program: a host hands a [`FileSystem`] to each core, and two cores
//! in one process may have two. Its methods do everything; the functions of this module do the same
//! on the file system that [`scope`] has put around the task. Tasks inherit the scope of the task that
//! spawns them.
//!
//! Paths are UTF-8. What a file system cannot do, such as links and permissions in a browser, fails
//! with [`ErrorKind::Unsupported`](std::io::ErrorKind::Unsupported), never silently.
//!
//! # Examples
//!
//! ```
//! use core_async::{fs, io};
//!
//! async fn rename_all(folder: &str, suffix: &str) -> io::Result<()> {
//!     let mut entries = fs::read_dir(folder).await?;
//!     while let Some(entry) = entries.next_entry().await? {
//!         let path = entry.path();
//!         fs::rename(&path, path.with_extension(suffix)).await?;
//!     }
//!     Ok(())
//! }
//!
//! async fn host(files: fs::FileSystem) -> io::Result<()> {
//!     fs::scope(files, rename_all("incoming", "bak")).await
//! }
//! ```

mod dir_builder;
mod file;
mod file_system;
mod functions;
mod metadata;
mod open_options;
mod path;
mod provider;
mod read_dir;
mod scope;

pub use dir_builder::DirBuilder;
pub use file::File;
pub use file_system::FileSystem;
pub use functions::{
    copy, create_dir, create_dir_all, hard_link, metadata, read, read_dir, read_link,
    read_to_string, remove_dir, remove_dir_all, remove_file, rename, set_permissions, symlink,
    symlink_metadata, try_exists, write,
};
pub use metadata::{FileType, Metadata, Permissions};
pub use open_options::OpenOptions;
pub use provider::{OpenFile, Provider};
pub use read_dir::{DirEntry, ReadDir};
pub use scope::scope;

pub(crate) use scope::{carry, carry_local};
