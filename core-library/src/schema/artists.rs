//! How artists are stored.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text, Tokens};

pub(crate) const ARTISTS: &str = "artists";

pub(super) fn collection() -> Collection {
    Collection::new(ARTISTS)
        .required("name", Text)
        .required("album_count", Integer)
        .required("track_count", Integer)
        .required("name_key", Text)
        .required("search", Tokens)
        .unique(&["name_key"])
        .index(&["track_count"])
}
