//! Records in one append-only file: the engine of `bridge-memory` plus durability.
//!
//! Every record is in memory, where queries run. The file is a row of entries, each with a checksum:
//! a description, blocks of records as of some commit, and then one entry per commit. A commit is
//! acknowledged once its entry is on the disk. A long file is compacted: a new one takes its place in
//! one step, so a crash at any moment leaves one whole state.

mod adapter;
mod entry;
mod frame;
mod lock;
mod log;
mod snapshot;
mod state;

pub use adapter::NodeDatabase;
