//! A file system in memory.

mod changes;
mod file;
mod file_system;
mod tree;

pub use file_system::MemoryFileSystem;
