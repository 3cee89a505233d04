//! Files in IndexedDB, for browsers and contexts without a private file system.
//!
//! In the database `mpc-files:<profile>`:
//!
//! * `entries`: one value per file or directory, under the key `[directory, name]`. A file's names
//!   its content.
//! * `chunks`: the contents, 1 MiB per value, under the key `[content, number]`. A content is
//!   written once and never changed.
//! * `pending`: the contents that are being written, and since when.
//!
//! A file comes into being, is replaced, moved or removed by one transaction over its entry, so a
//! crash at any moment leaves the old content or the new; what a crash leaves of unfinished
//! contents is swept away by a later start.

mod catalog;
mod content;
mod file;
mod file_system;

pub use file_system::IndexedDbFileSystem;
