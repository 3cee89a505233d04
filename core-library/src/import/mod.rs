//! Changes of tracks: what a scan found, what users edit and remove, what services know. Each is
//! one batch in which every album, artist, genre and folder follows.

mod album_book;
mod album_summary;
mod artist_book;
mod change;
mod commit;
mod convert;
mod count_book;
mod credits;
mod discs;
mod exchanged;
mod heirs;
mod kin;
mod matches;
mod plan;
mod plan_bin;
mod plan_edits;
mod plan_files;
mod plan_merge;
mod request;
mod stored;
mod tally;

pub use change::{FileChange, KnownFile, ScannedFile};
pub(crate) use exchanged::owners;
pub(crate) use kin::copies_at;
pub use matches::DURATION_TOLERANCE_MS;
pub(crate) use plan_merge::Merge;
pub(crate) use request::{Request, carry_out};
