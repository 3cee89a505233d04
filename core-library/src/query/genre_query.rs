//! Asking for genres.

use bridge_traits::Query;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conditions::matches_text;
use super::sort::{Orders, arrange};
use crate::error::LibraryError;
use crate::schema::GENRES;

const ORDERS: Orders =
    &[("name", &["id"]), ("tracks", &["track_count"]), ("albums", &["album_count"])];

/// Which genres, and in which order.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct GenreQuery {
    /// `name` (the default), `tracks` or `albums`, with `-` in front for descending.
    pub sort: Option<String>,
    /// The most genres of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only genres with these words, or words that begin so. Unlike a search it takes no typos.
    pub text: Option<String>,
}

impl GenreQuery {
    /// The database query.
    pub(crate) fn to_query(&self) -> Result<Query, LibraryError> {
        let mut query = Query::new(GENRES);
        if let Some(text) = &self.text {
            query = query.filter(matches_text(text));
        }
        let sort = self.sort.as_deref().unwrap_or("name");
        arrange(query, ORDERS, sort, self.limit, self.after.as_deref())
    }
}
