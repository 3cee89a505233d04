//! What can be asked of the library.

mod album_query;
mod artist_query;
mod conditions;
mod duplicate_query;
mod folder_query;
mod genre_query;
mod history_query;
mod play_history_query;
mod playlist_query;
mod search_query;
mod sort;
mod track_query;

pub use album_query::AlbumQuery;
pub use artist_query::ArtistQuery;
pub(crate) use conditions::has_one_of;
pub use duplicate_query::DuplicateQuery;
pub use folder_query::FolderQuery;
pub use genre_query::GenreQuery;
pub use history_query::HistoryQuery;
pub use play_history_query::PlayHistoryQuery;
pub use playlist_query::PlaylistQuery;
pub use search_query::SearchQuery;
pub use track_query::TrackQuery;
