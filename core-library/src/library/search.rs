//! Search as you type.

use bridge_traits::{Filter, Record, Result as BridgeResult};

use super::{Library, Result, album, track};
use crate::models::{Artist, Playlist, SearchResults};
use crate::query::SearchQuery;
use crate::schema::{ALBUMS, ARTISTS, LYRICS_SEARCH, PLAYLISTS, TRACK_DETAILS, TRACKS};
use crate::search::{Finder, Kind};

/// The most results of one kind.
const MOST_RESULTS: usize = 1_000;

const TRACK_KIND: Kind = Kind {
    collection: TRACKS,
    name: "title_key",
    order: &["-play_count", "-rating", "title_key", "path"],
    visible: everything,
    more_text: Some((TRACK_DETAILS, LYRICS_SEARCH)),
};

const ALBUM_KIND: Kind = Kind {
    collection: ALBUMS,
    name: "title_key",
    order: &["-track_count", "title_key", "artist_order", "identity"],
    visible: everything,
    more_text: None,
};

const ARTIST_KIND: Kind = Kind {
    collection: ARTISTS,
    name: "name_key",
    order: &["-track_count", "name_key"],
    visible: everything,
    more_text: None,
};

const PLAYLIST_KIND: Kind = Kind {
    collection: PLAYLISTS,
    name: "name_key",
    order: &["name_key", "created_at"],
    visible: everything,
    more_text: None,
};

impl Library {
    /// What matches a text as it is typed: every word of it must begin a word of the result.
    ///
    /// Best first: what is named exactly so, what is named so at the beginning, what has all the
    /// words, what has them in its lyrics, and what has them but for one typo in a word of five
    /// letters or more (lyrics aside). Among equals tracks often played and well rated come first, and artists and albums of many tracks. Accents, case, ligatures
    /// and punctuation make no difference.
    ///
    /// # Errors
    ///
    /// As the database does. No text is an error; one without words finds nothing.
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchResults> {
        let limit = query.limit.map_or(20, |limit| limit as usize).min(MOST_RESULTS);
        let mut finder = Finder::new(&self.database, &query.text, limit);
        Ok(SearchResults {
            tracks: read(finder.find(TRACK_KIND).await?, track)?,
            albums: read(finder.find(ALBUM_KIND).await?, album)?,
            artists: read(finder.find(ARTIST_KIND).await?, Artist::from_record)?,
            playlists: read(finder.find(PLAYLIST_KIND).await?, Playlist::from_record)?,
        })
    }
}

fn everything() -> Filter {
    Filter::Everything
}

fn read<T>(records: Vec<Record>, read: fn(Record) -> BridgeResult<T>) -> BridgeResult<Vec<T>> {
    records.into_iter().map(read).collect()
}
