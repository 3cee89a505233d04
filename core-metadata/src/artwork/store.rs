//! Covers in files: each picture once, however many tracks show it.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, EntryKind, ErrorKind, FileSystemAccess, FileSystemExt, ReadAt, path,
};
use bytes::Bytes;

use super::{Colour, Cover, CoverId, Dimensions, ImageResizer, read_cover};
use crate::MetadataError;
use crate::tags::LARGEST_COVER;

/// The edge of the picture that the dominant colour is taken from.
const COLOUR_EDGE: u32 = 32;

/// Covers, originals and small versions, in a folder of the host's.
///
/// Nothing is read on a scan: a picture comes in when it is first shown. Equal pictures have one id
/// and are kept once. Small versions and colours are made when they are first asked for, and can be
/// [trimmed](Self::trim) away at any time; so can originals, which are in the music as well.
#[derive(Clone, Debug)]
pub struct Artwork {
    files: Arc<dyn FileSystemAccess>,
    folder: String,
    resizer: Arc<dyn ImageResizer>,
}

impl Artwork {
    /// Covers in `folder`, which `resizer` makes small.
    pub fn new(
        files: Arc<dyn FileSystemAccess>,
        folder: impl Into<String>,
        resizer: Arc<dyn ImageResizer>,
    ) -> Self {
        Self { files, folder: folder.into(), resizer }
    }

    /// Takes the cover of an audio file in. `None` if it has none that is safe to show.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or the picture not be kept.
    pub async fn take_from(&self, file: Arc<dyn ReadAt>) -> Result<Option<CoverId>, ArtworkError> {
        match read_cover(file).await.map_err(ArtworkError::Read)? {
            Some(cover) => self.keep(&cover).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes a picture in, from wherever it is.
    ///
    /// # Errors
    ///
    /// Fails as the host does.
    pub async fn keep(&self, cover: &Cover) -> Result<CoverId, ArtworkError> {
        let id = cover.id();
        let path = self.path(id, "");
        if self.files.metadata(&path).await.is_err() {
            self.files.write_bytes(&path, cover.bytes.clone()).await?;
        }
        Ok(id)
    }

    /// The picture as it came.
    ///
    /// # Errors
    ///
    /// Fails with [`ArtworkError::Missing`] if it was trimmed away or never taken in.
    pub async fn original(&self, id: CoverId) -> Result<Cover, ArtworkError> {
        self.load(&self.path(id, "")).await?.ok_or(ArtworkError::Missing)
    }

    /// A version of the picture that fits into a square of `edge` pixels. It is made once.
    ///
    /// # Errors
    ///
    /// Fails as [`original`](Self::original) does, or if the picture cannot be decoded within bounds.
    pub async fn thumbnail(&self, id: CoverId, edge: u32) -> Result<Cover, ArtworkError> {
        let path = self.path(id, &format!("-{edge}"));
        if let Some(cover) = self.load(&path).await? {
            return Ok(cover);
        }
        let original = self.original(id).await?;
        let dimensions = checked(&original)?;
        if dimensions.width.max(dimensions.height) <= edge {
            return Ok(original);
        }
        let small = self.resizer.resize(&original, edge).await?.cover;
        self.files.write_bytes(&path, small.bytes.clone()).await?;
        Ok(small)
    }

    /// The colour that the picture is remembered by. `None` if nothing in it can be seen.
    ///
    /// # Errors
    ///
    /// Fails as [`thumbnail`](Self::thumbnail) does.
    pub async fn colour(&self, id: CoverId) -> Result<Option<Colour>, ArtworkError> {
        let path = self.path(id, "-colour");
        match self.files.read_bytes(&path, 16).await {
            Ok(bytes) => {
                if let [red, green, blue] = bytes[..] {
                    return Ok(Some(Colour { red, green, blue }));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let original = self.original(id).await?;
        checked(&original)?;
        let colour = self.resizer.resize(&original, COLOUR_EDGE).await?.pixels.dominant();
        if let Some(Colour { red, green, blue }) = colour {
            let bytes = Bytes::copy_from_slice(&[red, green, blue]);
            self.files.write_bytes(&path, bytes).await?;
        }
        Ok(colour)
    }

    /// Removes the oldest files until the folder holds at most `limit` bytes. Tells how many bytes
    /// are left.
    ///
    /// # Errors
    ///
    /// Fails as the host does.
    pub async fn trim(&self, limit: u64) -> Result<u64, ArtworkError> {
        let mut entries = match self.files.list(&self.folder).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        entries.retain(|entry| entry.metadata.kind == EntryKind::File);
        entries.sort_by_key(|entry| entry.metadata.modified_millis);
        let mut left: u64 = entries.iter().map(|entry| entry.metadata.length).sum();
        for entry in entries {
            if left <= limit {
                break;
            }
            self.files.remove_file(&path::join(&self.folder, &entry.name)).await?;
            left -= entry.metadata.length;
        }
        Ok(left)
    }

    fn path(&self, id: CoverId, what: &str) -> String {
        path::join(&self.folder, &format!("{id}{what}"))
    }

    async fn load(&self, path: &str) -> Result<Option<Cover>, ArtworkError> {
        match self.files.read_bytes(path, LARGEST_COVER).await {
            Ok(bytes) => Ok(Cover::from_bytes(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The dimensions of a picture that may be decoded.
fn checked(cover: &Cover) -> Result<Dimensions, ArtworkError> {
    let dimensions = Dimensions::of(&cover.bytes).ok_or(ArtworkError::Damaged)?;
    if dimensions.is_reasonable() { Ok(dimensions) } else { Err(ArtworkError::TooLarge) }
}

/// Why there is no picture to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArtworkError {
    /// It is not here. Take it in again from the music.
    #[error("the picture is not here any more")]
    Missing,
    /// It does not say how large it is. Show a placeholder.
    #[error("the picture is damaged")]
    Damaged,
    /// It has more pixels than can be decoded safely. Show a placeholder.
    #[error("the picture has too many pixels")]
    TooLarge,
    /// The audio file could not be read. Its own error says what to do.
    #[error(transparent)]
    Read(MetadataError),
    /// The host failed to keep, find or decode it. The kind says what to do.
    #[error(transparent)]
    Host(#[from] BridgeError),
}
