//! The music library: tracks, albums and artists, how they are stored, found and kept true.

mod error;
mod ids;
mod import;
mod latin;
mod library;
mod models;
mod playlists;
mod query;
mod records;
mod schema;
mod search;
mod smart;
mod text;

pub use error::LibraryError;
pub use import::{FileChange, KnownFile, ScannedFile};
pub use library::{Library, LibraryCounts};
pub use models::{
    Album, Artist, Lyrics, LyricsLine, Page, Play, PlayOutcome, Playlist, PlaylistEntry,
    QueuedTrack, Repeat, SearchResults, Session, Track,
};
pub use playlists::{
    NewPlaylist, PathStyle, Place, PlaylistChange, PlaylistError, PlaylistFormat, PlaylistImport,
    PlaylistSource, UnresolvedEntry,
};
pub use query::{
    AlbumQuery, ArtistQuery, PlayHistoryQuery, PlaylistQuery, SearchQuery, TrackQuery,
};
pub use search::search_tokens;
pub use smart::{
    Condition, Match, Rule, RuleError, RuleField, RuleGroup, RuleOperator, RuleValue, SmartRules,
};
pub use text::fold;
