//! What is in the files of tracks: covers and sound.

use core_metadata::{CoverSize, CoverSource, SizedCover};
use core_playback::{Decoder, FormatHint, decode_to_wav};

use crate::error::CoreError;
use crate::service::CoreService;

impl CoreService {
    /// The front cover of a track, in the size that is asked for, and the colour it is remembered by.
    /// Its file is read where the cover is not kept in this size yet.
    ///
    /// # Errors
    ///
    /// Fails if there is no such track, its file cannot be read or the cover not be decoded, and with
    /// [`MissingBridge`](crate::BootstrapError::MissingBridge) if the host makes no covers.
    pub async fn track_cover(
        &self,
        track_id: &str,
        size: CoverSize,
    ) -> Result<Option<SizedCover>, CoreError> {
        let artwork = self.artwork()?;
        // As the caller knows it, also if it was merged into another one.
        let track = self.library().track(track_id).await?;
        let file = self.library().file_of(&track.id).await?;
        let source = CoverSource::of(&file);
        if let Some(found) = artwork.find(source, size).await {
            return Ok(Some(found));
        }
        let content = self.open_track_file(&file.path).await?;
        Ok(artwork.make(source, size, content).await?)
    }

    /// The front cover of an album, which is that of the first track that has one.
    ///
    /// # Errors
    ///
    /// Fails if there is no such album, and as [`track_cover`](Self::track_cover) does.
    pub async fn album_cover(
        &self,
        album_id: &str,
        size: CoverSize,
    ) -> Result<Option<SizedCover>, CoreError> {
        match self.library().album(album_id).await?.cover_track_id {
            Some(track_id) => self.track_cover(&track_id, size).await,
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
