//! Stored entries of playlists.

use bridge_traits::{Record, Result};

/// An entry of a playlist.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EntryRecord {
    pub(crate) id: String,
    pub(crate) playlist_id: String,
    pub(crate) position: i64,
    pub(crate) track_id: Option<String>,
    pub(crate) location: String,
    pub(crate) title: Option<String>,
    pub(crate) duration_ms: Option<u64>,
    pub(crate) added_at: u64,
}

impl EntryRecord {
    pub(crate) fn into_record(self) -> Record {
        Record::new(self.id)
            .with(self.playlist_id)
            .with(self.position)
            .with(self.track_id)
            .with(self.location)
            .with(self.title)
            .with(self.duration_ms)
            .with(self.added_at)
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            id: fields.text()?,
            playlist_id: fields.text()?,
            position: fields.integer()?,
            track_id: fields.optional_text()?,
            location: fields.text()?,
            title: fields.optional_text()?,
            duration_ms: fields.optional_integer()?,
            added_at: fields.integer()?,
        })
    }
}
