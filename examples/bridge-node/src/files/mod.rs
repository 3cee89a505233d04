//! Files on `node:fs`.

mod list;
mod local_file;
mod node;
mod paths;
mod replacement;

pub use node::NodeFileSystem;
pub(crate) use replacement::{Replacement, create_directories};
