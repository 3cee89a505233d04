//! Asking for albums.

use bridge_traits::{Filter, Query, TokenMatch};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sort::{Orders, arrange};
use crate::error::LibraryError;
use crate::schema::ALBUMS;
use crate::text::fold;

const ORDERS: Orders = &[
    ("title", &["title_key", "artist_key", "identity"]),
    ("artist", &["artist_key", "year", "title_key"]),
    ("year", &["year", "title_key"]),
    ("added", &["added_at"]),
];

/// Which albums, and in which order.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct AlbumQuery {
    /// `title` (the default), `artist`, `year` or `added`, with `-` in front for descending.
    pub sort: Option<String>,
    /// The most albums of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only albums by this artist: an id or a name.
    pub artist: Option<String>,
    /// Only albums with this title: an id or a title.
    pub album: Option<String>,
    /// Only albums with a track of this genre.
    pub genre: Option<String>,
    /// Only albums of this year.
    pub year: Option<i32>,
}

impl AlbumQuery {
    /// The database query, once names have become conditions.
    pub(crate) fn to_query(&self, names: Filter) -> Result<Query, LibraryError> {
        let mut query = Query::new(ALBUMS).filter(names);
        if let Some(genre) = &self.genre {
            let token = TokenMatch { text: fold(genre), prefix: false };
            query =
                query.filter(Filter::HasTokens { field: "genre_keys".into(), tokens: vec![token] });
        }
        if let Some(year) = self.year {
            query = query.filter(Filter::equals("year", year));
        }
        let sort = self.sort.as_deref().unwrap_or("title");
        arrange(query, ORDERS, sort, self.limit, self.after.as_deref())
    }
}
