//! How the play history is stored.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text};

pub(crate) const PLAYS: &str = "plays";

/// Title and artist are as they were then, so that the history outlives the track.
pub(super) fn collection() -> Collection {
    Collection::new(PLAYS)
        .required("track_id", Text)
        .required("title", Text)
        .optional("artist", Text)
        .required("started_at", Integer)
        .optional("ended_at", Integer)
        .required("position_ms", Integer)
        .required("outcome", Text)
        .index(&["started_at"])
        .index(&["track_id", "started_at"])
        .index(&["track_id", "outcome", "ended_at"])
}
