//! Fingerprints of tracks, each with the file it was made from.

use bridge_traits::{Record, Result};

use super::TrackRecord;
use crate::import::KnownFile;

/// A stored fingerprint.
#[derive(Debug)]
pub(crate) struct FingerprintRecord {
    track_id: String,
    /// What the host calls it. The library does not look into it.
    pub(crate) fingerprint: String,
    size: u64,
    content: String,
}

impl FingerprintRecord {
    /// One that was made from a file.
    pub(crate) fn new(file: &KnownFile, fingerprint: &str) -> Self {
        Self {
            track_id: file.track_id.clone(),
            fingerprint: fingerprint.to_owned(),
            size: file.size,
            content: content(&file.signature, file.modified_millis),
        }
    }

    /// Whether it was made from the file of this track.
    pub(crate) fn is_of(&self, record: &TrackRecord) -> bool {
        self.size == record.track.size
            && self.content == content(&record.signature, record.modified_at)
    }

    pub(crate) fn from_record(record: Record) -> Result<Self> {
        let mut fields = record.into_reader();
        Ok(Self {
            track_id: fields.text()?,
            fingerprint: fields.text()?,
            size: fields.integer()?,
            content: fields.text()?,
        })
    }

    pub(crate) fn into_record(self) -> Record {
        Record::new(&self.track_id).with(self.fingerprint).with(self.size).with(self.content)
    }
}

/// What tells a file from others of its length: its signature, or where a drive has none the time
/// of its last change.
fn content(signature: &str, modified_millis: Option<u64>) -> String {
    match modified_millis {
        Some(millis) if signature.is_empty() => format!("modified {millis}"),
        _ => signature.to_owned(),
    }
}
