//! Files as the core needs them: ranged reads, streamed writes, atomic replacement.

pub mod path;

mod access;
mod read_at;
mod sparse;

pub use access::{DirectoryEntry, EntryKind, FileMetadata, FileSystemAccess, FileSystemExt};
pub use read_at::ReadAt;
pub use sparse::SparseReader;
