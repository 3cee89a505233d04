//! How queue and play head are stored, so that they survive a restart.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Boolean, Integer, Text};

/// One record, under [`SESSION_KEY`]: where the queue stands.
pub(crate) const SESSION: &str = "session";
/// The queue, one record per entry, whose key is its place.
pub(crate) const SESSION_QUEUE: &str = "session_queue";
/// The key of the only record of [`SESSION`].
pub(crate) const SESSION_KEY: &str = "session";

pub(super) fn collection() -> Collection {
    Collection::new(SESSION)
        .optional("queue_index", Integer)
        .required("position_ms", Integer)
        .required("shuffle", Boolean)
        .required("repeat", Text)
        .required("saved_at", Integer)
}

/// A play head moves every few seconds and a queue may be long: they are stored apart.
pub(super) fn queue() -> Collection {
    Collection::new(SESSION_QUEUE).required("track_id", Text).optional("source_index", Integer)
}
