//! How genres are stored: under their folded name.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text, Tokens};

pub(crate) const GENRES: &str = "genres";

pub(super) fn collection() -> Collection {
    Collection::new(GENRES)
        .required("name", Text)
        .required("track_count", Integer)
        .required("album_count", Integer)
        .required("search", Tokens)
        .index(&["track_count"])
        .index(&["album_count"])
}
