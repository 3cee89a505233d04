//! Stored playlists.

use bridge_traits::{BridgeError, ErrorKind, Record, Result, Value};

use crate::models::Playlist;
use crate::search::search_tokens;
use crate::text::fold;

impl Playlist {
    pub(crate) fn into_record(self) -> Record {
        let (name_key, tokens) = (fold(&self.name), search_tokens([self.name.as_str()]));
        // Rules are plain values; were they to fail, the playlist would be one without rules.
        let rules = self.rules.and_then(|rules| serde_json::to_string(&rules).ok());
        Record::new(self.id)
            .with(self.name)
            .with(self.description)
            .with(rules)
            .with(self.entry_count)
            .with(self.duration_ms)
            .with(self.created_at)
            .with(self.updated_at)
            .with(name_key)
            .with(Value::Tokens(tokens))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        let (id, name, description) = (fields.text()?, fields.text()?, fields.optional_text()?);
        let rules = fields.optional_text()?.map(|rules| serde_json::from_str(&rules)).transpose();
        Ok(Self {
            id,
            name,
            description,
            rules: rules.map_err(|error| {
                BridgeError::new(ErrorKind::Corrupt, "record.read").with_source(error)
            })?,
            entry_count: fields.integer()?,
            duration_ms: fields.integer()?,
            created_at: fields.integer()?,
            updated_at: fields.integer()?,
        })
    }
}
