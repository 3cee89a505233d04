//! The music library: tracks, albums and artists, how they are stored, found and kept true.

mod backup;
mod duplicates;
mod edits;
mod error;
mod ids;
mod import;
mod latin;
mod library;
mod models;
mod paging;
mod playlists;
mod query;
mod records;
mod schema;
mod search;
mod smart;
mod text;

pub use backup::{
    BackupError, ExportReport, ImportMode, ImportReport, LibraryFile, snapshot_before_migration,
};
pub use duplicates::SoundComparison;
pub use edits::{FieldValue, TrackEdit, TrackField};
pub use error::LibraryError;
pub use import::{DURATION_TOLERANCE_MS, FileChange, KnownFile, ScannedFile};
pub use library::{Library, LibraryCounts, REMOTE};
pub use models::{
    Album, Artist, ArtistCredit, DuplicateGroup, DuplicatePolicy, Evidence, FieldOrigin, Folder,
    Genre, HistoryEntry, HistoryKind, Lyrics, LyricsLine, Page, Play, PlayOutcome, Playlist,
    PlaylistEntry, QueuedTrack, Reason, Repeat, SearchResults, Session, Source, Track,
    TrackDetails, TrackTags,
};
pub use playlists::{
    NewPlaylist, PathStyle, Place, PlaylistChange, PlaylistError, PlaylistFormat, PlaylistImport,
    PlaylistSource, UnresolvedEntry,
};
pub use query::{
    AlbumQuery, ArtistQuery, DuplicateQuery, FolderQuery, GenreQuery, HistoryQuery,
    PlayHistoryQuery, PlaylistQuery, SearchQuery, TrackQuery,
};
pub use search::search_tokens;
pub use smart::{
    Condition, Match, Rule, RuleError, RuleField, RuleGroup, RuleOperator, RuleValue, SmartRules,
};
pub use text::fold;
