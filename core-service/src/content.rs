//! What is in the files of tracks: covers and sound.

use core_metadata::{Cover, read_cover};
use core_playback::{Decoder, FormatHint, decode_to_wav};

use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// The front cover of a track, read from its file.
    ///
    /// # Errors
    ///
    /// Fails if there is no such track or its file cannot be read.
    pub async fn track_cover(&self, track_id: &str) -> Result<Option<Cover>, CoreError> {
        let track = self.library().track(track_id).await?;
        let file = self.open_track_file(&track.path).await?;
        Ok(read_cover(file).await?)
    }

    /// The front cover of an album, read from the first track that has one.
    ///
    /// # Errors
    ///
    /// Fails if there is no such album or the file cannot be read.
    pub async fn album_cover(&self, album_id: &str) -> Result<Option<Cover>, CoreError> {
        match self.library().album(album_id).await?.cover_track_id {
            Some(track_id) => self.track_cover(&track_id).await,
            None => Ok(None),
        }
    }

    /// Opens a file for decoding.
    ///
    /// # Errors
    ///
    /// Fails if the file is gone or cannot be decoded.
    pub async fn decoder(&self, path: &str) -> Result<Decoder, CoreError> {
        let file = self.open_track_file(path).await?;
        Ok(Decoder::open(file, FormatHint::from_path(path)).await?)
    }

    /// Decodes `frames` of the file at `path` into a WAV file and returns how many there were.
    ///
    /// # Errors
    ///
    /// Fails if the source cannot be decoded or the output not be written; then there is no
    /// output.
    pub async fn decode_to_wav(
        &self,
        path: &str,
        out: &str,
        frames: std::ops::Range<u64>,
    ) -> Result<u64, CoreError> {
        let decoder = self.decoder(path).await?;
        Ok(decode_to_wav(decoder, &**self.files(), out, frames).await?)
    }
}
