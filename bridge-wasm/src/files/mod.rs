//! Files in the browser: the origin's private file system or IndexedDB, and files the user picked.

mod blob;
mod indexed;
mod opfs;
mod place;
mod temporary;

pub use blob::BlobFile;
pub use indexed::IndexedDbFileSystem;
pub use opfs::OpfsFileSystem;
