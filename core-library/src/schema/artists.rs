//! How artists are stored.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text, Tokens};

pub(crate) const ARTISTS: &str = "artists";

pub(super) fn collection() -> Collection {
    Collection::new(ARTISTS)
        .required("name", Text)
        .optional("sort_name", Text)
        .optional("mb_artist_id", Text)
        .required("album_count", Integer)
        .required("track_count", Integer)
        // The MusicBrainz id, or the folded name of an artist without one.
        .required("identity", Text)
        .required("name_key", Text)
        .required("name_order", Text)
        .required("search", Tokens)
        .unique(&["identity"])
        .index(&["name_key"])
        .index(&["name_order", "identity"])
        .index(&["track_count", "identity"])
        .index(&["album_count", "identity"])
}
