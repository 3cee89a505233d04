//! Stored folders.

use bridge_traits::{Record, Result, Value};

use crate::models::Folder;
use crate::search::search_tokens;
use crate::text::fold;

impl Folder {
    pub(crate) fn into_record(self) -> Record {
        let (name_key, tokens) = (fold(&self.name), search_tokens([self.name.as_str()]));
        Record::new(self.id)
            .with(self.name)
            .with(self.parent)
            .with(self.track_count)
            .with(self.own_track_count)
            .with(self.folder_count)
            .with(self.duration_ms)
            .with(name_key)
            .with(Value::Tokens(tokens))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            id: fields.text()?,
            name: fields.text()?,
            parent: fields.optional_text()?,
            track_count: fields.integer()?,
            own_track_count: fields.integer()?,
            folder_count: fields.integer()?,
            duration_ms: fields.integer()?,
        })
    }
}
