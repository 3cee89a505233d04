//! Stored genres.

use bridge_traits::{Record, Result, Value};

use crate::models::Genre;
use crate::search::search_tokens;

impl Genre {
    pub(crate) fn into_record(self) -> Record {
        let tokens = search_tokens([self.name.as_str()]);
        Record::new(self.id)
            .with(self.name)
            .with(self.track_count)
            .with(self.album_count)
            .with(Value::Tokens(tokens))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            id: fields.text()?,
            name: fields.text()?,
            track_count: fields.integer()?,
            album_count: fields.integer()?,
        })
    }
}
