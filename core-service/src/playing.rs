//! Playing what is in the library.

use std::time::Duration;

use core_library::Track;
use core_playback::{FormatHint, PlayRequest};

use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// Plays a track of the library from the start.
    ///
    /// # Errors
    ///
    /// Fails if there is no such track, its file is gone or cannot be decoded, or there is no
    /// output.
    pub async fn play(&self, track_id: &str) -> Result<(), CoreError> {
        self.play_at(track_id, 0).await
    }

    /// Plays a track of the library from a position.
    ///
    /// # Errors
    ///
    /// As for [`play`](Self::play).
    pub async fn play_at(&self, track_id: &str, position_ms: u64) -> Result<(), CoreError> {
        let track = self.library().track(track_id).await?;
        let path = self.nearest_file(&track).await?;
        let source = self.open_track_file(&path).await?;
        let request = PlayRequest {
            // As the caller knows it, also if it was merged into another one.
            track_id: track_id.to_owned(),
            source,
            hint: FormatHint::from_path(&path),
            duration_ms: track.duration_ms,
            start_seconds: Duration::from_millis(position_ms).as_secs_f64(),
        };
        Ok(self.player().play(request).await?)
    }

    /// The track with this id, or the one in the file at this path.
    ///
    /// # Errors
    ///
    /// Fails if there is neither.
    pub async fn find_track(&self, id_or_path: &str) -> Result<Track, CoreError> {
        match self.library().find_track_at(id_or_path).await? {
            Some(track) => Ok(track),
            None => Ok(self.library().track(id_or_path).await?),
        }
    }
}
