//! How albums are stored.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Boolean, Integer, Text, Tokens};

pub(crate) const ALBUMS: &str = "albums";

pub(super) fn collection() -> Collection {
    Collection::new(ALBUMS)
        .required("title", Text)
        .optional("artist", Text)
        .optional("artist_id", Text)
        // A JSON list of {id, name}, unless it is only the artist above.
        .optional("artists", Text)
        .optional("year", Integer)
        .optional("original_year", Integer)
        // A JSON list.
        .optional("genres", Text)
        .required("compilation", Boolean)
        .required("disc_count", Integer)
        .required("track_count", Integer)
        .required("duration_ms", Integer)
        .required("has_cover", Boolean)
        .optional("cover_track_id", Text)
        .optional("mb_album_id", Text)
        .optional("mb_release_group_id", Text)
        .required("added_at", Integer)
        // What makes it this album and no other.
        .required("identity", Text)
        // What it would be without a MusicBrainz id: artist or folder, and title.
        .required("group_key", Text)
        // How often its tracks name each value, as JSON: with it the fields above follow changes
        // of single tracks without all of them being read.
        .required("tallies", Text)
        .required("title_key", Text)
        .required("title_order", Text)
        .optional("artist_order", Text)
        .required("artist_ids", Tokens)
        .required("genre_keys", Tokens)
        .required("search", Tokens)
        .unique(&["identity"])
        .index(&["group_key"])
        .index(&["title_key"])
        .index(&["title_order", "artist_order", "identity"])
        .index(&["artist_order", "year", "title_order", "identity"])
        .index(&["year", "title_order", "identity"])
        .index(&["added_at", "identity"])
        .index(&["duration_ms", "identity"])
        .index(&["track_count", "identity"])
}
