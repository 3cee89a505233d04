//! Files as the core needs them: ranged reads, streamed writes, atomic replacement.

pub mod path;

mod access;
mod async_files;
mod read_at;
mod rewrite;
mod sparse;

pub use access::{DirectoryEntry, EntryKind, FileMetadata, FileSystemAccess, FileSystemExt};
pub use async_files::async_files;
pub use read_at::ReadAt;
pub use sparse::SparseReader;
