//! How playlists are stored.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text, Tokens};

pub(crate) const PLAYLISTS: &str = "playlists";

/// `rules` is the JSON of a smart playlist and null for one that a person fills.
pub(super) fn collection() -> Collection {
    Collection::new(PLAYLISTS)
        .required("name", Text)
        .optional("description", Text)
        .optional("rules", Text)
        .required("entry_count", Integer)
        .required("duration_ms", Integer)
        .required("created_at", Integer)
        .required("updated_at", Integer)
        .required("name_key", Text)
        .required("search", Tokens)
        .index(&["name_key", "created_at"])
        .index(&["created_at"])
        .index(&["updated_at"])
}
