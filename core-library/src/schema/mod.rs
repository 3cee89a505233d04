//! How the library is stored: its collections and their migrations, one file per collection.

mod albums;
mod artists;
mod changes;
mod edits;
mod facts;
mod fingerprints;
mod folders;
mod genres;
mod kept_apart;
mod playlist_entries;
mod playlists;
mod plays;
mod session;
mod track_details;
mod tracks;
mod words;

use bridge_traits::{Field, FieldKind, Index, SchemaChange, SchemaComponent};

pub(crate) use albums::ALBUMS;
pub(crate) use artists::ARTISTS;
pub(crate) use changes::CHANGES;
pub(crate) use edits::EDITS;
pub(crate) use facts::FACTS;
pub(crate) use fingerprints::FINGERPRINTS;
pub(crate) use folders::FOLDERS;
pub(crate) use genres::GENRES;
pub(crate) use kept_apart::KEPT_APART;
pub(crate) use playlist_entries::PLAYLIST_ENTRIES;
pub(crate) use playlists::PLAYLISTS;
pub(crate) use plays::PLAYS;
pub(crate) use session::{SESSION, SESSION_KEY, SESSION_QUEUE};
pub(crate) use track_details::{LYRICS_SEARCH, TRACK_DETAILS};
pub(crate) use tracks::{BIN, TRACKS};
pub(crate) use words::WORDS;

/// The field that search tokens are in, in every collection that is searched.
pub(crate) const SEARCH: &str = "search";

/// The library's part of the database schema.
///
/// Orders end in a path or an identity, not in the random id, so that two libraries of the same
/// files list them alike. Fields ending in `_key` are folded text for equality and order, so that
/// every adapter agrees.
pub(crate) fn component() -> SchemaComponent {
    let created = vec![
        SchemaChange::CreateCollection(tracks::collection()),
        SchemaChange::CreateCollection(tracks::bin()),
        SchemaChange::CreateCollection(track_details::collection()),
        SchemaChange::CreateCollection(albums::collection()),
        SchemaChange::CreateCollection(artists::collection()),
        SchemaChange::CreateCollection(genres::collection()),
        SchemaChange::CreateCollection(folders::collection()),
        SchemaChange::CreateCollection(edits::collection()),
        SchemaChange::CreateCollection(changes::collection()),
        SchemaChange::CreateCollection(words::collection()),
        SchemaChange::CreateCollection(playlists::collection()),
        SchemaChange::CreateCollection(playlist_entries::collection()),
        SchemaChange::CreateCollection(plays::collection()),
        SchemaChange::CreateCollection(session::collection()),
        SchemaChange::CreateCollection(session::queue()),
        SchemaChange::CreateCollection(facts::collection()),
    ];
    SchemaComponent::new("library")
        .migration(created)
        .migration(vec![index(TRACKS, &["favourite", "title_order"])])
        .migration(vec![
            // The track that a copy was merged into.
            SchemaChange::AddField {
                collection: BIN.to_owned(),
                field: Field::new("merged_into", FieldKind::Text).optional(),
            },
            index(BIN, &["merged_into"]),
            index(TRACKS, &["signature", "path"]),
            // Where duplicates by their tags stand together. It begins as the one before it did.
            SchemaChange::DropIndex {
                collection: TRACKS.to_owned(),
                name: "title_key_path".to_owned(),
            },
            index(TRACKS, &["title_key", "artist_key", "album_key", "duration_ms", "path"]),
            SchemaChange::CreateCollection(kept_apart::collection()),
        ])
        .migration(vec![SchemaChange::CreateCollection(fingerprints::collection())])
}

fn index(collection: &str, fields: &[&str]) -> SchemaChange {
    let (collection, name) = (collection.to_owned(), fields.join("_"));
    let fields = fields.iter().map(|&field| field.to_owned()).collect();
    SchemaChange::CreateIndex { collection, index: Index { name, fields, unique: false } }
}
