//! What can be asked of the library.

mod album_query;
mod artist_query;
mod play_history_query;
mod playlist_query;
mod search_query;
mod sort;
mod track_query;

pub use album_query::AlbumQuery;
pub use artist_query::ArtistQuery;
pub use play_history_query::PlayHistoryQuery;
pub use playlist_query::PlaylistQuery;
pub use search_query::SearchQuery;
pub use track_query::TrackQuery;
