//! Which tracks the user does not take for duplicates.

use bridge_traits::Collection;
use bridge_traits::FieldKind::Integer;

pub(crate) const KEPT_APART: &str = "kept_apart";

/// One record per track, under its id. Tracks that are all here make no group of duplicates; one
/// that comes later makes one with them.
pub(super) fn collection() -> Collection {
    Collection::new(KEPT_APART).required("at", Integer)
}
