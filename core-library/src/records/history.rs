//! Stored history.

use bridge_traits::{Record, Result};

use super::json::{decode, encode};
use crate::models::HistoryEntry;

impl HistoryEntry {
    pub(crate) fn into_record(self) -> Result<Record> {
        Ok(Record::new(self.id)
            .with(self.at)
            .with(self.track_id)
            .with(encode(&self.kind)?.trim_matches('"'))
            .with(encode(&self.reason)?.trim_matches('"'))
            .with(self.before)
            .with(self.after))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            id: fields.text()?,
            at: fields.integer()?,
            track_id: fields.text()?,
            kind: decode(&format!("\"{}\"", fields.text()?))?,
            reason: decode(&format!("\"{}\"", fields.text()?))?,
            before: fields.optional_text()?,
            after: fields.optional_text()?,
        })
    }
}
