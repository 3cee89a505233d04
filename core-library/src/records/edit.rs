//! Stored values that do not come from files.

use bridge_traits::{Record, Result};
use serde_json::Value as Json;

use super::json::{decode, encode};

/// What is known of one field of one track besides what its file says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EditRecord {
    pub(crate) track_id: String,
    pub(crate) field: String,
    /// What the user set; JSON's null where they emptied the field.
    pub(crate) user: Option<Json>,
    pub(crate) service: Option<Json>,
    pub(crate) service_name: Option<String>,
    /// What the file says.
    pub(crate) tag: Json,
    pub(crate) at: u64,
}

impl EditRecord {
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.track_id, self.field)
    }

    pub(crate) fn into_record(self) -> Result<Record> {
        let key = self.key();
        let json = |value: Option<Json>| value.as_ref().map(encode).transpose();
        Ok(Record::new(key)
            .with(self.track_id)
            .with(self.field)
            .with(json(self.user)?)
            .with(json(self.service)?)
            .with(self.service_name)
            .with(encode(&self.tag)?)
            .with(self.at))
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        fields.skip()?;
        Ok(Self {
            track_id: fields.text()?,
            field: fields.text()?,
            user: fields.optional_text()?.as_deref().map(decode).transpose()?,
            service: fields.optional_text()?.as_deref().map(decode).transpose()?,
            service_name: fields.optional_text()?,
            tag: decode(&fields.text()?)?,
            at: fields.integer()?,
        })
    }
}
