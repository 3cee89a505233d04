//! What tracks sound like: the library keeps it with the file it was made from, and does not look
//! into it.

use bridge_traits::{ErrorKind, WriteBatch};

use super::{Library, Result};
use crate::error::LibraryError;
use crate::import::KnownFile;
use crate::records::{BinRecord, FingerprintRecord, TrackRecord};
use crate::schema::{BIN, FINGERPRINTS, TRACKS};

impl Library {
    /// The file of a track of the library.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`], or as the database does.
    pub async fn file_of(&self, track_id: &str) -> Result<KnownFile> {
        let record = self.one(TRACKS, "track", track_id, TrackRecord::from_record).await?;
        Ok(known_file(record))
    }

    /// The fingerprint that was kept for a track, in the library or in the bin, unless its file is
    /// another one by now.
    ///
    /// # Errors
    ///
    /// As the database does.
    pub async fn kept_fingerprint(&self, track_id: &str) -> Result<Option<String>> {
        let Some(row) = self.database.get(FINGERPRINTS, track_id).await? else { return Ok(None) };
        let kept = FingerprintRecord::from_record(row.record)?;
        let file = match self.database.get(TRACKS, track_id).await? {
            Some(row) => TrackRecord::from_record(row.record)?,
            None => match self.database.get(BIN, track_id).await? {
                Some(row) => BinRecord::from_record(row.record)?.record,
                None => return Ok(None),
            },
        };
        Ok(kept.is_of(&file).then_some(kept.fingerprint))
    }

    /// Keeps the fingerprint that was made from a file, unless its track has another file by now or
    /// is changed by somebody else at this very moment.
    ///
    /// # Errors
    ///
    /// Fails with [`LibraryError::NotFound`] if the track has gone, or as the database does.
    pub async fn keep_fingerprint(&self, file: &KnownFile, fingerprint: &str) -> Result<()> {
        let _importing = self.importing.lock().await;
        let Some(row) = self.database.get(TRACKS, &file.track_id).await? else {
            return Err(LibraryError::NotFound { what: "track", id: file.track_id.clone() });
        };
        let track = TrackRecord::from_record(row.record.clone())?;
        let kept = FingerprintRecord::new(file, fingerprint);
        if !kept.is_of(&track) {
            return Ok(());
        }
        let mut batch = WriteBatch::new();
        batch.put(FINGERPRINTS, kept.into_record());
        // So that it is not left behind by a track that another program forgets meanwhile.
        batch.replace(TRACKS, row.record, row.version);
        match self.database.write(batch).await {
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(()),
            written => Ok(written.map(drop)?),
        }
    }
}

fn known_file(record: TrackRecord) -> KnownFile {
    KnownFile {
        path: record.track.path,
        size: record.track.size,
        modified_millis: record.modified_at,
        signature: record.signature,
        track_id: record.track.id,
        is_copy: false,
    }
}
