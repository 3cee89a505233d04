//! Asking for tracks.

use bridge_traits::{Filter, Query, Value};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conditions::{at_or_below, between, has_token, matches_text};
use super::sort::{Orders, arrange, leap};
use crate::error::LibraryError;
use crate::schema::{BIN, TRACKS};
use crate::text::fold;

const ORDERS: Orders = &[
    ("title", &["title_order", "path"]),
    ("artist", &["artist_order", "album_order", "disc_number", "track_number", "path"]),
    ("album", &["album_order", "album_id", "disc_number", "track_number", "path"]),
    ("track", &["disc_number", "track_number", "path"]),
    ("year", &["year", "album_order", "disc_number", "track_number", "path"]),
    ("duration", &["duration_ms", "path"]),
    ("added", &["added_at", "path"]),
    ("rating", &["rating", "path"]),
    ("play_count", &["play_count", "path"]),
    ("last_played", &["last_played_at", "path"]),
    ("path", &["path"]),
];

/// As [`ORDERS`], and when they were removed.
const BIN_ORDERS: Orders = &[
    ("deleted", &["deleted_at"]),
    ("title", &["title_order", "path"]),
    ("artist", &["artist_order", "album_order", "disc_number", "track_number", "path"]),
    ("album", &["album_order", "album_id", "disc_number", "track_number", "path"]),
    ("path", &["path"]),
];

/// Which tracks, and in which order. Every condition must hold; both ends of a range belong to it,
/// and a track without the value lies in no range.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct TrackQuery {
    /// `title` (the default), `artist`, `album`, `track`, `year`, `duration`, `added`, `rating`,
    /// `play_count`, `last_played` or `path`, with `-` in front for descending. Tracks of one
    /// album come in `track` order by default, those of the bin by `-deleted`.
    pub sort: Option<String>,
    /// The most tracks of the page, 50 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many tracks from the first one on are left out, to leap far down a list; without `after`.
    pub skip: Option<u32>,
    /// Only tracks by this artist, or on albums by this artist: an id or a name.
    pub artist: Option<String>,
    /// Only tracks on albums by this artist: an id or a name.
    pub album_artist: Option<String>,
    /// Only tracks of this album: an id or a title.
    pub album: Option<String>,
    /// Only tracks in this folder or below it.
    pub folder: Option<String>,
    /// Only tracks in this folder itself, not below it.
    pub in_folder: Option<String>,
    /// Only tracks on this playlist, by its id; of a smart one every track its rules find.
    pub playlist: Option<String>,
    /// Only tracks of this genre: an id or a name.
    pub genre: Option<String>,
    /// Only tracks of this year.
    pub year: Option<i32>,
    /// Only tracks of this year or later.
    pub year_from: Option<i32>,
    /// Only tracks of this year or earlier.
    pub year_to: Option<i32>,
    /// Only tracks at least this long, in milliseconds.
    #[ts(type = "number")]
    pub duration_from: Option<u64>,
    /// Only tracks at most this long, in milliseconds.
    #[ts(type = "number")]
    pub duration_to: Option<u64>,
    /// Only tracks with these words, or words that begin so, in title, artists, album or genres. Unlike a
    /// search it takes no typos and no lyrics.
    pub text: Option<String>,
    /// Only tracks rated at least this.
    pub rating_from: Option<u32>,
    /// Only tracks rated at most this.
    pub rating_to: Option<u32>,
    /// Only favourites, or only others.
    pub favourite: Option<bool>,
    /// Only tracks played at least this often.
    pub play_count_from: Option<u32>,
    /// Only tracks played at most this often.
    pub play_count_to: Option<u32>,
    /// Only tracks that came at this time or later, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub added_from: Option<u64>,
    /// Only tracks that came at this time or earlier.
    #[ts(type = "number")]
    pub added_to: Option<u64>,
    /// Only tracks last played at this time or later, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub last_played_from: Option<u64>,
    /// Only tracks last played at this time or earlier.
    #[ts(type = "number")]
    pub last_played_to: Option<u64>,
    /// The removed tracks in the bin instead of those of the library.
    #[ts(optional, as = "Option<_>")]
    pub deleted: bool,
}

impl TrackQuery {
    /// The collection it asks.
    pub(crate) fn collection(&self) -> &'static str {
        if self.deleted { BIN } else { TRACKS }
    }

    /// The conditions, once names have become some.
    pub(crate) fn to_filter(&self, names: Filter) -> Filter {
        let mut filter = names;
        if self.deleted {
            // Other copies of tracks are there as well, and are nothing that was removed.
            filter = filter.and(Filter::equals("merged_into", Value::Null));
        }
        let mut require =
            |condition| filter = std::mem::replace(&mut filter, Filter::Everything).and(condition);
        if let Some(folder) = &self.folder {
            require(at_or_below("path", folder));
        }
        if let Some(folder) = &self.in_folder {
            require(Filter::equals("folder", folder));
        }
        if let Some(genre) = &self.genre {
            require(has_token("genre_keys", &fold(genre)));
        }
        if let Some(year) = self.year {
            require(Filter::equals("year", year));
        }
        if let Some(favourite) = self.favourite {
            require(Filter::equals("favourite", favourite));
        }
        if let Some(text) = &self.text {
            require(matches_text(text));
        }
        require(between("year", self.year_from, self.year_to));
        require(between("duration_ms", self.duration_from, self.duration_to));
        require(between("rating", self.rating_from, self.rating_to));
        require(between("play_count", self.play_count_from, self.play_count_to));
        require(between("added_at", self.added_from, self.added_to));
        require(between("last_played_at", self.last_played_from, self.last_played_to));
        filter
    }

    /// The database query, once names have become conditions.
    pub(crate) fn to_query(&self, names: Filter) -> Result<Query, LibraryError> {
        let query = Query::new(self.collection()).filter(self.to_filter(names));
        let default = match (self.deleted, &self.album) {
            (true, _) => "-deleted",
            (false, Some(_)) => "track",
            (false, None) => "title",
        };
        let sort = self.sort.as_deref().unwrap_or(default);
        let orders = if self.deleted { BIN_ORDERS } else { ORDERS };
        leap(arrange(query, orders, sort, self.limit, self.after.as_deref())?, self.skip)
    }
}
