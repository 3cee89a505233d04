//! Playlists: the order of their entries, edits, and the files they come from and go to.

mod changes;
mod edit;
mod error;
mod file_entry;
pub(crate) mod files;
mod follow;
mod json;
mod location;
mod m3u;
pub(crate) mod matching;
mod place;
mod position;

pub use changes::{NewPlaylist, PlaylistChange};
pub(crate) use changes::{check_description, check_name};
pub(crate) use edit::{Edit, MOST_ENTRIES, apply, duration};
pub use error::PlaylistError;
pub use files::{PathStyle, PlaylistFormat, PlaylistImport, PlaylistSource, UnresolvedEntry};
pub(crate) use follow::{Moved, follow};
pub use place::Place;
