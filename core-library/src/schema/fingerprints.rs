//! How fingerprints are stored, under the id of their track.
//!
//! Not with the details of the track: those are what its tags say and are written anew with them,
//! and a fingerprint is as long as all of them together.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text};

pub(crate) const FINGERPRINTS: &str = "fingerprints";

pub(super) fn collection() -> Collection {
    Collection::new(FINGERPRINTS)
        .required("fingerprint", Text)
        // The file it was made from, by its signature or the time of its last change; another may be other music.
        .required("size", Integer)
        .required("content", Text)
}
