//! The collections and records the cases work with.

use std::sync::Arc;

use bridge_traits::{
    Collection, DatabaseAdapter, Direction, FieldKind, Query, Record, Row, Schema, SchemaChange,
    SchemaComponent, Value, WriteBatch,
};

/// A collection with a field of every kind.
pub(super) const SONGS: &str = "songs";
/// A small second collection, with a compound unique index.
pub(super) const ENTRIES: &str = "entries";

pub(super) fn schema() -> Schema {
    Schema::new(vec![component()])
}

pub(super) fn component() -> SchemaComponent {
    SchemaComponent::new("conformance").migration(vec![
        SchemaChange::CreateCollection(songs()),
        SchemaChange::CreateCollection(entries()),
    ])
}

pub(super) fn songs() -> Collection {
    Collection::new(SONGS)
        .required("title", FieldKind::Text)
        .optional("artist", FieldKind::Text)
        .optional("year", FieldKind::Integer)
        .optional("rating", FieldKind::Real)
        .optional("live", FieldKind::Boolean)
        .optional("cover", FieldKind::Bytes)
        .optional("words", FieldKind::Tokens)
        .optional("code", FieldKind::Text)
        .index(&["artist", "year"])
        .index(&["year"])
        .unique(&["code"])
}

pub(super) fn entries() -> Collection {
    Collection::new(ENTRIES)
        .required("list", FieldKind::Text)
        .optional("place", FieldKind::Integer)
        .unique(&["list", "place"])
}

/// A record of [`SONGS`]; fill in what matters and take the rest from [`song`].
#[derive(Clone, Debug, Default)]
pub(super) struct Song {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) artist: Option<String>,
    pub(super) year: Option<i64>,
    pub(super) rating: Option<f64>,
    pub(super) live: Option<bool>,
    pub(super) cover: Option<Vec<u8>>,
    pub(super) words: Option<Vec<String>>,
    pub(super) code: Option<String>,
}

/// A song with nothing but a key.
pub(super) fn song(id: &str) -> Song {
    Song { id: id.to_owned(), ..Song::default() }
}

impl Song {
    pub(super) fn title(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    pub(super) fn artist(mut self, artist: &str) -> Self {
        self.artist = Some(artist.to_owned());
        self
    }

    pub(super) fn year(mut self, year: i64) -> Self {
        self.year = Some(year);
        self
    }

    pub(super) fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// Sets the tokens, in any order.
    pub(super) fn words(mut self, words: &[&str]) -> Self {
        self.words = Some(sorted(words));
        self
    }

    pub(super) fn record(self) -> Record {
        Record::new(self.id)
            .with(self.title)
            .with(self.artist)
            .with(self.year)
            .with(self.rating)
            .with(self.live)
            .with(self.cover)
            .with(self.words.map_or(Value::Null, Value::Tokens))
            .with(self.code)
    }
}

/// A record of [`ENTRIES`].
pub(super) fn entry(id: &str, list: &str, place: impl Into<Option<i64>>) -> Record {
    Record::new(id).with(list).with(place.into())
}

/// Tokens as a record must hold them.
pub(super) fn sorted(words: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    words.sort();
    words.dedup();
    words
}

/// Writes songs in one batch and returns its number.
pub(super) async fn put_songs(
    database: &Arc<dyn DatabaseAdapter>,
    songs: impl IntoIterator<Item = Song>,
) -> u64 {
    let mut batch = WriteBatch::new();
    for song in songs {
        batch.put(SONGS, song.record());
    }
    database.write(batch).await.unwrap().sequence
}

/// Removes one song and returns the number of the commit.
pub(super) async fn delete_song(database: &Arc<dyn DatabaseAdapter>, id: &str) -> u64 {
    let mut batch = WriteBatch::new();
    batch.delete(SONGS, id);
    database.write(batch).await.unwrap().sequence
}

/// The song with this key, which must be there.
pub(super) async fn get_song(database: &Arc<dyn DatabaseAdapter>, id: &str) -> Row {
    let row = database.get(SONGS, id).await.unwrap();
    row.unwrap_or_else(|| panic!("{id:?} is missing"))
}

/// The keys of a query's whole answer, in one page.
pub(super) async fn keys(database: &Arc<dyn DatabaseAdapter>, query: Query) -> Vec<String> {
    let page = database.query(&query.limit(Query::MAX_LIMIT)).await.unwrap();
    assert_eq!(page.next, None, "everything fits into one page");
    page.rows.iter().map(|row| row.record.key().to_owned()).collect()
}

/// All songs by key.
pub(super) async fn all_songs(database: &Arc<dyn DatabaseAdapter>) -> Vec<Row> {
    database.query(&Query::new(SONGS).limit(Query::MAX_LIMIT)).await.unwrap().rows
}

/// A query over songs with these sort keys; a `-` in front means descending.
pub(super) fn songs_by(keys: &[&str]) -> Query {
    keys.iter().fold(Query::new(SONGS), |query, key| match key.strip_prefix('-') {
        Some(field) => query.sort(field, Direction::Descending),
        None => query.sort(key, Direction::Ascending),
    })
}
