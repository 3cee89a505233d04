//! The music library: tracks, albums and artists, how they are stored, found and kept true.

mod error;
mod ids;
mod import;
mod latin;
mod library;
mod models;
mod query;
mod records;
mod schema;
mod search;
mod text;

pub use error::LibraryError;
pub use import::{FileChange, KnownFile, ScannedFile};
pub use library::{Library, LibraryCounts};
pub use models::{Album, Artist, Lyrics, LyricsLine, Page, SearchResults, Track};
pub use query::{AlbumQuery, ArtistQuery, SearchQuery, TrackQuery};
pub use search::search_tokens;
pub use text::fold;
