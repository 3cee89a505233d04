//! What a host sees of the library. Unknown values are `None`, never made up.

mod album;
mod artist;
mod credit;
mod duplicates;
mod field_origin;
mod folder;
mod genre;
mod history;
mod lyrics;
mod page;
mod play;
mod playlist;
mod playlist_entry;
mod search_results;
mod session;
mod track;
mod track_details;
mod track_tags;

pub use album::Album;
pub use artist::Artist;
pub use credit::ArtistCredit;
pub use duplicates::{DuplicateGroup, DuplicatePolicy, Evidence};
pub use field_origin::{FieldOrigin, Source};
pub use folder::Folder;
pub use genre::Genre;
pub use history::{HistoryEntry, HistoryKind, Reason};
pub use lyrics::{Lyrics, LyricsLine};
pub use page::Page;
pub use play::{Play, PlayOutcome};
pub use playlist::Playlist;
pub use playlist_entry::PlaylistEntry;
pub use search_results::SearchResults;
pub use session::{QueuedTrack, Repeat, Session};
pub use track::Track;
pub use track_details::TrackDetails;
pub use track_tags::TrackTags;
