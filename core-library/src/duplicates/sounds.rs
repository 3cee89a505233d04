//! What fingerprints say of tracks that stand together.

use bridge_traits::{DatabaseAdapter, Result};

use super::kinds::Candidate;
use crate::records::FingerprintRecord;
use crate::schema::FINGERPRINTS;

/// Whether two fingerprints are of one recording; nothing where one of them is not understood.
///
/// The library keeps fingerprints and does not look into them: who makes them compares them.
pub type SoundComparison = fn(&str, &str) -> Option<bool>;

/// Notes what is kept of the sound of these tracks.
pub(super) async fn hear(
    database: &dyn DatabaseAdapter,
    candidates: &mut [Candidate],
) -> Result<()> {
    let ids: Vec<_> = candidates.iter().map(|one| one.record.track.id.clone()).collect();
    let kept = database.get_many(FINGERPRINTS, &ids).await?;
    for (candidate, row) in candidates.iter_mut().zip(kept) {
        let Some(row) = row else { continue };
        let kept = FingerprintRecord::from_record(row.record)?;
        candidate.fingerprint = kept.is_of(&candidate.record).then_some(kept.fingerprint);
    }
    Ok(())
}

/// Whether two tracks sound alike, as far as it is known.
pub(super) fn sound_alike(
    compare: Option<SoundComparison>,
    one: &Candidate,
    other: &Candidate,
) -> Option<bool> {
    let (one, other) = one.fingerprint.as_ref().zip(other.fingerprint.as_ref())?;
    compare?(one, other)
}
