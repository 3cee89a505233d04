//! Stored plays.

use bridge_traits::{BridgeError, ErrorKind, Record, Result};

use crate::models::{Play, PlayOutcome};

impl Play {
    pub(crate) fn into_record(self) -> Record {
        Record::new(self.id)
            .with(self.track_id)
            .with(self.title)
            .with(self.artist)
            .with(self.started_at)
            .with(self.ended_at)
            .with(self.position_ms)
            .with(self.outcome.name())
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            id: fields.text()?,
            track_id: fields.text()?,
            title: fields.text()?,
            artist: fields.optional_text()?,
            started_at: fields.integer()?,
            ended_at: fields.optional_integer()?,
            position_ms: fields.integer()?,
            outcome: PlayOutcome::from_name(&fields.text()?).ok_or_else(|| {
                BridgeError::new(ErrorKind::Corrupt, "record.read")
                    .with_detail("a play has an unknown outcome")
            })?,
        })
    }
}
