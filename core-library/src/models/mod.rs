//! What a host sees of the library. Unknown values are `None`, never made up.

mod album;
mod artist;
mod lyrics;
mod page;
mod play;
mod playlist;
mod playlist_entry;
mod search_results;
mod session;
mod track;

pub use album::Album;
pub use artist::Artist;
pub use lyrics::{Lyrics, LyricsLine};
pub use page::Page;
pub use play::{Play, PlayOutcome};
pub use playlist::Playlist;
pub use playlist_entry::PlaylistEntry;
pub use search_results::SearchResults;
pub use session::{QueuedTrack, Repeat, Session};
pub use track::Track;
