//! How folders are stored: under their path.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text, Tokens};

pub(crate) const FOLDERS: &str = "folders";

pub(super) fn collection() -> Collection {
    Collection::new(FOLDERS)
        .required("name", Text)
        .optional("parent", Text)
        .required("track_count", Integer)
        .required("own_track_count", Integer)
        .required("folder_count", Integer)
        .required("duration_ms", Integer)
        .required("name_key", Text)
        .required("search", Tokens)
        .index(&["parent", "name_key"])
        .index(&["parent", "track_count"])
}
