//! How the history is stored: what happened to tracks, the newest entries of it.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text};

pub(crate) const CHANGES: &str = "changes";

pub(super) fn collection() -> Collection {
    Collection::new(CHANGES)
        .required("at", Integer)
        .required("track_id", Text)
        .required("kind", Text)
        .required("reason", Text)
        .optional("before", Text)
        .optional("after", Text)
        .index(&["track_id"])
}
