//! How the library is stored: its collections and their migrations.

use bridge_traits::{Collection, FieldKind, SchemaChange, SchemaComponent};

pub(crate) const TRACKS: &str = "tracks";
pub(crate) const ALBUMS: &str = "albums";
pub(crate) const ARTISTS: &str = "artists";

/// The library's part of the database schema.
///
/// Orders end in a path or an identity, not in the random id, so that two libraries of the same
/// files list them alike. Fields ending in `_key` are folded text for equality and order, so that every adapter agrees.
pub(crate) fn component() -> SchemaComponent {
    SchemaComponent::new("library").migration(vec![
        SchemaChange::CreateCollection(tracks()),
        SchemaChange::CreateCollection(albums()),
        SchemaChange::CreateCollection(artists()),
    ])
}

fn tracks() -> Collection {
    use FieldKind::{Boolean, Integer, Text, Tokens};
    Collection::new(TRACKS)
        .required("title", Text)
        .optional("artist", Text)
        .optional("artist_id", Text)
        .optional("album_artist", Text)
        .optional("album", Text)
        .optional("album_id", Text)
        .optional("track_number", Integer)
        .optional("track_total", Integer)
        .optional("disc_number", Integer)
        .optional("disc_total", Integer)
        .optional("year", Integer)
        .optional("genre", Text)
        .optional("duration_ms", Integer)
        .required("codec", Text)
        .optional("sample_rate", Integer)
        .optional("channels", Integer)
        .optional("bits_per_sample", Integer)
        .optional("bitrate", Integer)
        .required("path", Text)
        .required("size", Integer)
        .required("playable", Boolean)
        .required("has_cover", Boolean)
        .required("added_at", Integer)
        .optional("modified_at", Integer)
        .required("signature", Text)
        .required("title_key", Text)
        .optional("artist_key", Text)
        .optional("album_key", Text)
        .optional("genre_key", Text)
        .required("search", Tokens)
        .unique(&["path"])
        .index(&["title_key", "path"])
        .index(&["artist_key", "album_key", "disc_number", "track_number", "path"])
        .index(&["album_key", "album_id", "disc_number", "track_number", "path"])
        .index(&["album_id", "disc_number", "track_number", "path"])
        .index(&["artist_id", "title_key", "path"])
        .index(&["genre_key", "title_key", "path"])
        .index(&["year", "album_key", "disc_number", "track_number", "path"])
        .index(&["duration_ms", "path"])
        .index(&["added_at", "path"])
}

fn albums() -> Collection {
    use FieldKind::{Boolean, Integer, Text, Tokens};
    Collection::new(ALBUMS)
        .required("title", Text)
        .optional("artist", Text)
        .optional("artist_id", Text)
        .optional("year", Integer)
        .required("track_count", Integer)
        .required("duration_ms", Integer)
        .required("has_cover", Boolean)
        .optional("cover_track_id", Text)
        .required("added_at", Integer)
        .required("identity", Text)
        .required("title_key", Text)
        .optional("artist_key", Text)
        .required("genre_keys", Tokens)
        .required("search", Tokens)
        .unique(&["identity"])
        .index(&["title_key", "artist_key", "identity"])
        .index(&["artist_key", "year", "title_key"])
        .index(&["artist_id", "year", "title_key"])
        .index(&["year", "title_key"])
        .index(&["added_at"])
}

fn artists() -> Collection {
    use FieldKind::{Integer, Text, Tokens};
    Collection::new(ARTISTS)
        .required("name", Text)
        .required("album_count", Integer)
        .required("track_count", Integer)
        .required("name_key", Text)
        .required("search", Tokens)
        .unique(&["name_key"])
        .index(&["track_count"])
}
