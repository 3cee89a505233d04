//! What tracks sound like, and whether two are one recording.

use core_library::DURATION_TOLERANCE_MS;
use core_playback::{Fingerprint, FormatHint};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::CoreError;
use crate::service::CoreService;

/// Whether two fingerprints that the library kept are of one recording, where they tell.
pub(crate) fn sound_alike(one: &str, other: &str) -> Option<bool> {
    let (one, other): (Fingerprint, Fingerprint) = (one.parse().ok()?, other.parse().ok()?);
    let similarity = one.similarity(&other);
    if similarity >= Fingerprint::SAME_RECORDING {
        return Some(true);
    }
    let is_other = similarity > 0.0 && similarity < Fingerprint::OTHER_RECORDING;
    is_other.then_some(false)
}

/// How alike two tracks sound.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct RecordingComparison {
    /// The share of equal bits of their fingerprints, 0.0 to 1.0; different music has about 0.5.
    pub similarity: f64,
    /// Whether they are the same recording, perhaps in different files: they sound alike and last
    /// equally long.
    pub same_recording: bool,
}

impl CoreService {
    /// The fingerprint of a track, wherever its file is: the first two minutes of it are read and
    /// decoded once, then the result is kept with the track.
    ///
    /// # Errors
    ///
    /// Fails if there is no such track, or as [`Fingerprint::compute`] does.
    ///
    /// # Cancellation
    ///
    /// Dropping the future keeps nothing.
    pub async fn fingerprint(&self, track_id: &str) -> Result<Fingerprint, CoreError> {
        if let Some(text) = self.library().kept_fingerprint(track_id).await? {
            // What is not understood any more is made again.
            if let Ok(fingerprint) = text.parse() {
                return Ok(fingerprint);
            }
        }
        let file = self.library().file_of(track_id).await?;
        let fingerprint = self.fingerprint_of_file(&file.path).await?;
        self.library().keep_fingerprint(&file, &fingerprint.to_string()).await?;
        Ok(fingerprint)
    }

    /// The fingerprint of any file, which is not kept.
    ///
    /// # Errors
    ///
    /// As for [`fingerprint`](Self::fingerprint).
    pub async fn fingerprint_of_file(&self, path: &str) -> Result<Fingerprint, CoreError> {
        let source = self.open_track_file(path).await?;
        Ok(Fingerprint::compute(source, FormatHint::from_path(path)).await?)
    }

    /// Whether two tracks of the library are the same recording: a better copy, another format,
    /// other tags.
    ///
    /// # Errors
    ///
    /// As for [`fingerprint`](Self::fingerprint); tracks in the bin are not found.
    pub async fn compare_recordings(
        &self,
        one: &str,
        other: &str,
    ) -> Result<RecordingComparison, CoreError> {
        let durations = [self.library().track(one).await?, self.library().track(other).await?]
            .map(|track| track.duration_ms);
        let similarity = self.fingerprint(one).await?.similarity(&self.fingerprint(other).await?);
        let lasts_as_long = match durations {
            [Some(one), Some(other)] => one.abs_diff(other) <= DURATION_TOLERANCE_MS,
            _ => true,
        };
        let same_recording = lasts_as_long && similarity >= Fingerprint::SAME_RECORDING;
        Ok(RecordingComparison { similarity, same_recording })
    }
}
