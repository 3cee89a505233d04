//! A library as one file: writing it, checking it, and reading it back.
//!
//! The format is described in `docs/library-file.md`: lines of JSON, a header first, then one line
//! per record, and a checksum last. Records are what the database holds, so a file brings back
//! exactly what was there; what the header says of collections and fields lets a newer release read
//! what an older one wrote. Secrets are never in the database, and so never in a file.

mod error;
mod export;
mod header;
mod lines;
mod marker;
mod merge;
mod others;
mod reader;
mod restore;
mod snapshot;
mod value;

pub use error::BackupError;
pub(crate) use export::{pieces, write_file};
pub use header::{ExportReport, ImportMode, ImportReport, LibraryFile};
pub(crate) use marker::Marker;
pub(crate) use merge::merge;
pub(crate) use reader::BackupFile;
pub(crate) use restore::replace;
pub use snapshot::snapshot_before_migration;
