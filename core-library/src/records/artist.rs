//! Stored artists.

use bridge_traits::{Record, Result, Value};

use crate::models::Artist;
use crate::search::search_tokens;
use crate::text::fold;

/// What makes an artist this one and no other.
pub(crate) fn artist_identity(mb_artist_id: Option<&str>, name_key: &str) -> String {
    match mb_artist_id {
        Some(id) => format!("mb:{id}"),
        None => format!("name:{name_key}"),
    }
}

impl Artist {
    pub(crate) fn into_record(self) -> Record {
        let Self { id, name, sort_name, mb_artist_id, album_count, track_count } = self;
        let name_key = fold(&name);
        let name_order = sort_name.as_deref().map_or_else(|| name_key.clone(), fold);
        let identity = artist_identity(mb_artist_id.as_deref(), &name_key);
        let tokens = search_tokens([name.as_str()]);
        Record::new(id)
            .with(name)
            .with(sort_name)
            .with(mb_artist_id)
            .with(album_count)
            .with(track_count)
            .with(identity)
            .with(name_key)
            .with(name_order)
            .with(Value::Tokens(tokens))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            id: fields.text()?,
            name: fields.text()?,
            sort_name: fields.optional_text()?,
            mb_artist_id: fields.optional_text()?,
            album_count: fields.integer()?,
            track_count: fields.integer()?,
        })
    }
}
