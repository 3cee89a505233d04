//! How tracks are stored: those of the library, and those in the bin.
//!
//! The bin is a collection of its own with the same fields, so that nothing that lists, counts or
//! searches the library can meet a removed track.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Boolean, Integer, Text, Tokens};

pub(crate) const TRACKS: &str = "tracks";
pub(crate) const BIN: &str = "bin";

pub(super) fn collection() -> Collection {
    fields(TRACKS)
        .unique(&["path"])
        .index(&["title_key", "path"])
        .index(&["title_order", "path"])
        .index(&["artist_order", "album_order", "disc_number", "track_number", "path"])
        .index(&["album_order", "album_id", "disc_number", "track_number", "path"])
        .index(&["album_id", "disc_number", "track_number", "path"])
        .index(&["folder", "path"])
        .index(&["year", "album_order", "disc_number", "track_number", "path"])
        .index(&["duration_ms", "path"])
        .index(&["added_at", "path"])
        .index(&["rating", "path"])
        .index(&["play_count", "path"])
        .index(&["last_played_at", "path"])
}

/// Removed tracks, with what the user made of them, until they are purged.
pub(super) fn bin() -> Collection {
    fields(BIN)
        // Who removed it: "user", or "scan" where its file was gone.
        .required("deleted_by", Text)
        .required("deleted_at", Integer)
        // Whether its file is still there.
        .required("present", Boolean)
        .index(&["deleted_at"])
        .index(&["path"])
        .index(&["signature"])
        .index(&["title_key"])
}

fn fields(name: &str) -> Collection {
    Collection::new(name)
        .required("title", Text)
        .optional("artist", Text)
        .optional("artist_id", Text)
        // A JSON list of {id, name}, unless it is only the artist above.
        .optional("artists", Text)
        .optional("album_artist", Text)
        .optional("album_artist_id", Text)
        // As `artists`.
        .optional("album_artists", Text)
        .optional("album", Text)
        .optional("album_id", Text)
        .optional("track_number", Integer)
        .optional("track_total", Integer)
        .optional("disc_number", Integer)
        .optional("disc_total", Integer)
        .optional("disc_subtitle", Text)
        .optional("year", Integer)
        .optional("original_year", Integer)
        .optional("genre", Text)
        // A JSON list, unless it is only the genre above.
        .optional("genres", Text)
        .optional("composer", Text)
        .required("compilation", Boolean)
        .optional("duration_ms", Integer)
        .required("codec", Text)
        .optional("sample_rate", Integer)
        .optional("channels", Integer)
        .optional("bits_per_sample", Integer)
        .optional("bitrate", Integer)
        .required("path", Text)
        .required("folder", Text)
        .required("size", Integer)
        .required("playable", Boolean)
        .required("has_cover", Boolean)
        .required("has_lyrics", Boolean)
        .required("added_at", Integer)
        .optional("rating", Integer)
        .required("favourite", Boolean)
        .required("play_count", Integer)
        .required("skip_count", Integer)
        .optional("last_played_at", Integer)
        .optional("modified_at", Integer)
        .required("signature", Text)
        .required("title_key", Text)
        .optional("artist_key", Text)
        .optional("album_key", Text)
        // What lists are ordered by: the folded sort name, or the name where there is none.
        .required("title_order", Text)
        .optional("artist_order", Text)
        .optional("album_order", Text)
        // Every artist it is credited to, and every artist its album is.
        .required("artist_ids", Tokens)
        .required("album_artist_ids", Tokens)
        .required("genre_keys", Tokens)
        .required("search", Tokens)
}
