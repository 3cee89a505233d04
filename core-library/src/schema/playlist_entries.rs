//! How the entries of playlists are stored.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text};

pub(crate) const PLAYLIST_ENTRIES: &str = "playlist_entries";

/// Positions only order the entries of one playlist: there are gaps between them, so that a move
/// writes the moved entries alone. An entry without a track is one whose file is not in the
/// library; `location` says where it was.
pub(super) fn collection() -> Collection {
    Collection::new(PLAYLIST_ENTRIES)
        .required("playlist_id", Text)
        .required("position", Integer)
        .optional("track_id", Text)
        .required("location", Text)
        .optional("title", Text)
        .optional("duration_ms", Integer)
        .required("added_at", Integer)
        .unique(&["playlist_id", "position"])
        .index(&["track_id", "location"])
}
