//! Stored tracks of the bin.

use bridge_traits::{BridgeError, ErrorKind, Record, Result, Value};

use super::TrackRecord;
use crate::models::Track;

/// Why a track is in the bin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum RemovedBy {
    /// A scan found its file gone: it comes back with the file.
    Scan,
    /// The user removed it: only they bring it back.
    User,
    /// It is another copy of the track with this id, which has what belonged to it.
    Merge(String),
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
        let (removed_by, merged_into) = match self.removed_by {
            RemovedBy::Scan => ("scan", None),
            RemovedBy::User => ("user", None),
            RemovedBy::Merge(into) => ("merge", Some(into)),
        };
        let record = self.record.into_record()?;
        let record = record.with(removed_by).with(self.deleted_at).with(self.present);
        Ok(record.with(merged_into))
    }

    pub(crate) fn from_record(mut record: Record) -> Result<Self> {
        let own = record.0.split_off(record.0.len().saturating_sub(4));
        let corrupt = || BridgeError::new(ErrorKind::Corrupt, "record.read");
        let [
            Value::Text(removed_by),
            Value::Integer(deleted_at),
            Value::Boolean(present),
            merged_into,
        ] = &*own
        else {
            return Err(corrupt().with_detail("a track in the bin does not say when it went"));
        };
        Ok(Self {
            record: TrackRecord::from_record(record)?,
            removed_by: match (&**removed_by, merged_into) {
                (_, Value::Text(into)) => RemovedBy::Merge(into.clone()),
                ("user", _) => RemovedBy::User,
                _ => RemovedBy::Scan,
            },
            deleted_at: u64::try_from(*deleted_at).map_err(|_| corrupt())?,
            present: *present,
        })
    }

    /// The track that this is another copy of.
    pub(crate) fn merged_into(&self) -> Option<&String> {
        match &self.removed_by {
            RemovedBy::Merge(into) => Some(into),
            RemovedBy::Scan | RemovedBy::User => None,
        }
    }

    /// The track as hosts see it.
    pub(crate) fn into_track(self) -> Track {
        Track { deleted_at: Some(self.deleted_at), ..self.record.track }
    }
}
