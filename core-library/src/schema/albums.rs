//! How albums are stored.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Boolean, Integer, Text, Tokens};

pub(crate) const ALBUMS: &str = "albums";

pub(super) fn collection() -> Collection {
    Collection::new(ALBUMS)
        .required("title", Text)
        .optional("artist", Text)
        .optional("artist_id", Text)
        .optional("year", Integer)
        .required("track_count", Integer)
        .required("duration_ms", Integer)
        .required("has_cover", Boolean)
        .optional("cover_track_id", Text)
        .required("added_at", Integer)
        .required("identity", Text)
        .required("title_key", Text)
        .optional("artist_key", Text)
        .required("genre_keys", Tokens)
        .required("search", Tokens)
        .unique(&["identity"])
        .index(&["title_key", "artist_key", "identity"])
        .index(&["artist_key", "year", "title_key"])
        .index(&["artist_id", "year", "title_key"])
        .index(&["year", "title_key"])
        .index(&["added_at"])
}
