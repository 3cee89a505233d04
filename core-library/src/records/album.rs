//! Stored albums.

use bridge_traits::{Record, Result, Value};

use crate::models::Album;
use crate::search::search_tokens;
use crate::text::fold;

/// An album with what only the library needs to know of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AlbumRecord {
    pub(crate) album: Album,
    /// When its first track came into the library.
    pub(crate) added_at: u64,
    /// What makes tracks belong to this album and no other.
    pub(crate) identity: String,
    /// The folded genres of its tracks, sorted.
    pub(crate) genre_keys: Vec<String>,
}

impl AlbumRecord {
    pub(crate) fn into_record(self) -> Record {
        let Self { album, added_at, identity, genre_keys } = self;
        let (title_key, artist_key) = (fold(&album.title), album.artist.as_deref().map(fold));
        let texts = album.artist.iter().chain([&album.title]).map(String::as_str);
        let tokens = search_tokens(texts);
        Record::new(album.id)
            .with(album.title)
            .with(album.artist)
            .with(album.artist_id)
            .with(album.year)
            .with(album.track_count)
            .with(album.duration_ms)
            .with(album.has_cover)
            .with(album.cover_track_id)
            .with(added_at)
            .with(identity)
            .with(title_key)
            .with(artist_key)
            .with(Value::Tokens(genre_keys))
            .with(Value::Tokens(tokens))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        let album = Album {
            id: fields.text()?,
            title: fields.text()?,
            artist: fields.optional_text()?,
            artist_id: fields.optional_text()?,
            year: fields.optional_integer()?,
            track_count: fields.integer()?,
            duration_ms: fields.integer()?,
            has_cover: fields.boolean()?,
            cover_track_id: fields.optional_text()?,
        };
        let (added_at, identity) = (fields.integer()?, fields.text()?);
        fields.skip()?;
        fields.skip()?;
        let genre_keys = match fields.value()? {
            Value::Tokens(keys) => keys,
            _ => Vec::new(),
        };
        Ok(Self { album, added_at, identity, genre_keys })
    }
}
