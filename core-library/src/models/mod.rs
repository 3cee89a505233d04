//! What a host sees of the library. Unknown values are `None`, never made up.

mod album;
mod artist;
mod lyrics;
mod page;
mod search_results;
mod track;

pub use album::Album;
pub use artist::Artist;
pub use lyrics::{Lyrics, LyricsLine};
pub use page::Page;
pub use search_results::SearchResults;
pub use track::Track;
