//! Whether what may be duplicates sounds alike.

use std::collections::BTreeSet;

use core_async::time::Instant;
use core_library::{DuplicateQuery, Evidence, LibraryError, Track};
use core_metadata::FailedFile;
use core_runtime::LibraryEvent;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::CoreError;
use crate::service::CoreService;

/// What came of a sound check.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
pub struct SoundCheck {
    /// How many tracks were listened to; the others had been before.
    #[ts(type = "number")]
    pub listened: u64,
    /// How many groups sound alike.
    #[ts(type = "number")]
    pub alike: u64,
    /// Files that could not be listened to, and why.
    pub failed: Vec<FailedFile>,
    /// How long it took.
    pub seconds: f64,
}

impl CoreService {
    /// Listens to every track that may be a duplicate by its tags or by `MusicBrainz` and has not
    /// been listened to yet, as [`fingerprint`](Self::fingerprint) does: up to two minutes of each
    /// file are decoded, those of drives fetched. What it has heard is evidence from then on:
    /// groups that sound alike are found by [`Evidence::Sound`], and tracks that do not are no
    /// duplicates any more.
    ///
    /// `LibraryEvent::SoundCheckProgress` tells how far it is.
    ///
    /// # Errors
    ///
    /// Fails as the library does. A file that cannot be listened to is in the report.
    ///
    /// # Cancellation
    ///
    /// Dropping the future keeps what was heard until then; the next call goes on from there.
    pub async fn check_sounds(&self) -> Result<SoundCheck, CoreError> {
        let started = Instant::now();
        let mut report = SoundCheck::default();
        let mut heard = BTreeSet::new();
        let total = self.library().count_duplicates(None).await?;
        let mut done = 0;
        let mut query = DuplicateQuery::default();
        loop {
            let page = self.library().duplicates(&query).await?;
            for group in page.items {
                let is_open = !matches!(group.evidence, Evidence::Content | Evidence::Sound);
                for track in group.tracks.into_iter().filter(|_| is_open) {
                    if heard.insert(track.id.clone()) {
                        self.listen_to(track, &mut report).await?;
                    }
                }
                done += 1;
                let total = total.max(done);
                self.events().emit(LibraryEvent::SoundCheckProgress { done, total });
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        report.alike = self.library().count_duplicates(Some(Evidence::Sound)).await?;
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    async fn listen_to(&self, track: Track, report: &mut SoundCheck) -> Result<(), CoreError> {
        if self.library().kept_fingerprint(&track.id).await?.is_some() {
            return Ok(());
        }
        match self.fingerprint(&track.id).await {
            Ok(_) => report.listened += 1,
            Err(CoreError::Library(LibraryError::NotFound { .. })) => {}
            Err(error) => {
                report.failed.push(FailedFile { path: track.path, error: error.to_string() })
            }
        }
        Ok(())
    }
}
