//! Asking for tracks.

use bridge_traits::{Filter, Query};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sort::{Orders, arrange};
use crate::error::LibraryError;
use crate::schema::TRACKS;
use crate::text::fold;

const ORDERS: Orders = &[
    ("title", &["title_key", "path"]),
    ("artist", &["artist_key", "album_key", "disc_number", "track_number", "path"]),
    ("album", &["album_key", "album_id", "disc_number", "track_number", "path"]),
    ("track", &["disc_number", "track_number", "path"]),
    ("year", &["year", "album_key", "disc_number", "track_number", "path"]),
    ("duration", &["duration_ms", "path"]),
    ("added", &["added_at", "path"]),
];

/// Which tracks, and in which order.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct TrackQuery {
    /// `title` (the default), `artist`, `album`, `track`, `year`, `duration` or `added`, with `-`
    /// in front for descending. Tracks of one album come in `track` order by default.
    pub sort: Option<String>,
    /// The most tracks of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only tracks by this artist (or on albums by this artist): an id or a name.
    pub artist: Option<String>,
    /// Only tracks of this album: an id or a title.
    pub album: Option<String>,
    /// Only tracks of this genre.
    pub genre: Option<String>,
    /// Only tracks of this year.
    pub year: Option<i32>,
}

impl TrackQuery {
    /// The database query, once names have become conditions.
    pub(crate) fn to_query(&self, names: Filter) -> Result<Query, LibraryError> {
        let mut query = Query::new(TRACKS).filter(names);
        if let Some(genre) = &self.genre {
            query = query.filter(Filter::equals("genre_key", fold(genre)));
        }
        if let Some(year) = self.year {
            query = query.filter(Filter::equals("year", year));
        }
        let default = if self.album.is_some() { "track" } else { "title" };
        let sort = self.sort.as_deref().unwrap_or(default);
        arrange(query, ORDERS, sort, self.limit, self.after.as_deref())
    }
}
