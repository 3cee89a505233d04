//! Stored tracks of the bin.

use bridge_traits::{BridgeError, ErrorKind, Record, Result, Value};

use super::TrackRecord;
use crate::models::Track;

/// Who removed a track.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RemovedBy {
    /// A scan that found its file gone: it comes back with the file.
    Scan,
    /// The user: only they bring it back.
    User,
}

/// A track in the bin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BinRecord {
    pub(crate) record: TrackRecord,
    pub(crate) removed_by: RemovedBy,
    pub(crate) deleted_at: u64,
    /// Whether its file is still there.
    pub(crate) present: bool,
}

impl BinRecord {
    pub(crate) fn into_record(self) -> Result<Record> {
        let removed_by = match self.removed_by {
            RemovedBy::Scan => "scan",
            RemovedBy::User => "user",
        };
        let record = self.record.into_record()?;
        Ok(record.with(removed_by).with(self.deleted_at).with(self.present))
    }

    pub(crate) fn from_record(mut record: Record) -> Result<Self> {
        let own = record.0.split_off(record.0.len().saturating_sub(3));
        let corrupt = || BridgeError::new(ErrorKind::Corrupt, "record.read");
        let [Value::Text(removed_by), Value::Integer(deleted_at), Value::Boolean(present)] = &*own
        else {
            return Err(corrupt().with_detail("a track in the bin does not say when it went"));
        };
        Ok(Self {
            record: TrackRecord::from_record(record)?,
            removed_by: if removed_by == "user" { RemovedBy::User } else { RemovedBy::Scan },
            deleted_at: u64::try_from(*deleted_at).map_err(|_| corrupt())?,
            present: *present,
        })
    }

    /// The track as hosts see it.
    pub(crate) fn into_track(self) -> Track {
        Track { deleted_at: Some(self.deleted_at), ..self.record.track }
    }
}
