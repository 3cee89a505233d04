//! Files in the browser: the origin's private file system, and files the user picked.

mod blob;
mod opfs;
mod place;
mod temporary;

pub use blob::BlobFile;
pub use opfs::OpfsFileSystem;
