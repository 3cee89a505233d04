//! Asking for artists.

use bridge_traits::{Filter, Query};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::TrackQuery;
use super::conditions::{between, matches_text};
use super::sort::{Orders, arrange, leap};
use crate::error::LibraryError;
use crate::schema::ARTISTS;

const ORDERS: Orders = &[
    ("name", &["name_order", "identity"]),
    ("tracks", &["track_count", "identity"]),
    ("albums", &["album_count", "identity"]),
];

/// Which artists, and in which order.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct ArtistQuery {
    /// `name` (the default), `tracks` or `albums`, with `-` in front for descending.
    pub sort: Option<String>,
    /// The most artists of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many artists from the first one on are left out, to leap far down a list; without `after`.
    pub skip: Option<u32>,
    /// Only this artist: an id or a name.
    pub artist: Option<String>,
    /// Only artists with a track on this album: an id or a title.
    pub album: Option<String>,
    /// Only artists with a track of this genre.
    pub genre: Option<String>,
    /// Only artists with a track of this year.
    pub year: Option<i32>,
    /// Only artists who made an album; the others are guests.
    #[ts(optional, as = "Option<_>")]
    pub has_albums: bool,
    /// Only artists with these words, or words that begin so. Unlike a search it takes no typos.
    pub text: Option<String>,
}

impl ArtistQuery {
    /// The tracks an artist must have one of; `None` where any artist will do.
    pub(crate) fn tracks(&self) -> Option<TrackQuery> {
        let (album, genre, year) = (self.album.clone(), self.genre.clone(), self.year);
        let narrowed = album.is_some() || genre.is_some() || year.is_some();
        narrowed.then(|| TrackQuery { album, genre, year, ..TrackQuery::default() })
    }

    /// The database query, once names have become conditions.
    pub(crate) fn to_query(&self, names: Filter) -> Result<Query, LibraryError> {
        let mut query = Query::new(ARTISTS).filter(names);
        if self.has_albums {
            query = query.filter(between("album_count", Some(1_u32), None));
        }
        if let Some(text) = &self.text {
            query = query.filter(matches_text(text));
        }
        let sort = self.sort.as_deref().unwrap_or("name");
        leap(arrange(query, ORDERS, sort, self.limit, self.after.as_deref())?, self.skip)
    }
}
