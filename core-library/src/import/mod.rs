//! Bringing what a scan found into the library, atomically and with every count kept true.

mod album_book;
mod apply;
mod artist_book;
mod change;

pub(crate) use apply::apply;
pub use change::{FileChange, KnownFile, ScannedFile};
