//! Stored artists.

use bridge_traits::{Record, Result, Value};

use crate::models::Artist;
use crate::search::search_tokens;
use crate::text::fold;

/// An artist as stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ArtistRecord {
    pub(crate) artist: Artist,
}

impl ArtistRecord {
    pub(crate) fn into_record(self) -> Record {
        let Artist { id, name, album_count, track_count } = self.artist;
        let (name_key, tokens) = (fold(&name), search_tokens([name.as_str()]));
        Record::new(id)
            .with(name)
            .with(album_count)
            .with(track_count)
            .with(name_key)
            .with(Value::Tokens(tokens))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        let artist = Artist {
            id: fields.text()?,
            name: fields.text()?,
            album_count: fields.integer()?,
            track_count: fields.integer()?,
        };
        Ok(Self { artist })
    }
}
