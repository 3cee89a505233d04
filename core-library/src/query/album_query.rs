//! Asking for albums.

use bridge_traits::{Filter, Query};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conditions::{between, has_token, matches_text};
use super::sort::{Orders, arrange, leap};
use crate::error::LibraryError;
use crate::schema::ALBUMS;
use crate::text::fold;

const ORDERS: Orders = &[
    ("title", &["title_order", "artist_order", "identity"]),
    ("artist", &["artist_order", "year", "title_order", "identity"]),
    ("year", &["year", "title_order", "identity"]),
    ("added", &["added_at", "identity"]),
    ("duration", &["duration_ms", "identity"]),
    ("tracks", &["track_count", "identity"]),
];

/// Which albums, and in which order. Every condition must hold.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct AlbumQuery {
    /// `title` (the default), `artist`, `year`, `added`, `duration` or `tracks`, with `-` in front
    /// for descending.
    pub sort: Option<String>,
    /// The most albums of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many albums from the first one on are left out, to leap far down a list; without `after`.
    pub skip: Option<u32>,
    /// Only albums by this artist: an id or a name.
    pub artist: Option<String>,
    /// Only albums with this title: an id or a title.
    pub album: Option<String>,
    /// Only albums with a track of this genre: an id or a name.
    pub genre: Option<String>,
    /// Only albums of this year.
    pub year: Option<i32>,
    /// Only albums of this year or later.
    pub year_from: Option<i32>,
    /// Only albums of this year or earlier.
    pub year_to: Option<i32>,
    /// Only compilations, or only others.
    pub compilation: Option<bool>,
    /// Only albums with these words, or words that begin so. Unlike a search it takes no typos.
    pub text: Option<String>,
}

impl AlbumQuery {
    /// The database query, once names have become conditions.
    pub(crate) fn to_query(&self, names: Filter) -> Result<Query, LibraryError> {
        let mut query = Query::new(ALBUMS).filter(names);
        if let Some(genre) = &self.genre {
            query = query.filter(has_token("genre_keys", &fold(genre)));
        }
        if let Some(year) = self.year {
            query = query.filter(Filter::equals("year", year));
        }
        if let Some(compilation) = self.compilation {
            query = query.filter(Filter::equals("compilation", compilation));
        }
        if let Some(text) = &self.text {
            query = query.filter(matches_text(text));
        }
        query = query.filter(between("year", self.year_from, self.year_to));
        let sort = self.sort.as_deref().unwrap_or("title");
        leap(arrange(query, ORDERS, sort, self.limit, self.after.as_deref())?, self.skip)
    }
}
