//! How the library is stored: its collections and their migrations, one file per collection.

mod albums;
mod artists;
mod changes;
mod edits;
mod facts;
mod folders;
mod genres;
mod playlist_entries;
mod playlists;
mod plays;
mod session;
mod track_details;
mod tracks;
mod words;

use bridge_traits::{Index, SchemaChange, SchemaComponent};

pub(crate) use albums::ALBUMS;
pub(crate) use artists::ARTISTS;
pub(crate) use changes::CHANGES;
pub(crate) use edits::EDITS;
pub(crate) use facts::FACTS;
pub(crate) use folders::FOLDERS;
pub(crate) use genres::GENRES;
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
    let fields = ["favourite", "title_order"];
    let favourites =
        Index { name: fields.join("_"), fields: fields.map(str::to_owned).into(), unique: false };
    SchemaComponent::new("library")
        .migration(created)
        .migration(vec![SchemaChange::CreateIndex { collection: TRACKS.into(), index: favourites }])
}
