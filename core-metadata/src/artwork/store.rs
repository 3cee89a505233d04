//! Small versions of covers in files: each picture once, however many tracks show it.

use std::sync::Arc;

use bridge_traits::{
    BridgeError, Clock, EntryKind, ErrorKind, FileSystemAccess, FileSystemExt, ImageResizer,
    ReadAt, Result as BridgeResult, path,
};
use bytes::Bytes;
use core_async::sync::{Mutex, Semaphore};

use super::known::{CoverSource, Known};
use super::{Colour, Cover, CoverSize, read_cover};
use crate::MetadataError;
use crate::tags::LARGEST_COVER;

/// What the folder may hold, if nobody says otherwise.
const LIMIT: u64 = 200 * 1024 * 1024;

/// How many covers are read and made at the same time: a grid asks for all it shows at once, and each
/// may be of 16 MiB.
const AT_ONCE: usize = 4;

/// How many bytes a picture may have that is kept as it is because its pixels are few: an animation, or
/// a camera's notes, may take many more than what is shown.
const LARGEST_AS_IT_IS: usize = 256 * 1024;

/// The edge of the picture that the dominant colour is taken from.
const COLOUR_EDGE: u32 = 32;

/// How old a file may become before a look at it makes it new again.
const STALE_MILLIS: u64 = 24 * 60 * 60 * 1_000;

/// Covers in the sizes that are asked for, made when they are, and kept in a folder of the host's.
///
/// Nothing is read on a scan, and originals are not kept: they are in the music. Equal pictures are
/// kept once. What was not looked at for longest goes when the folder has too many bytes.
#[derive(Debug)]
pub struct Artwork {
    files: Arc<dyn FileSystemAccess>,
    folder: String,
    resizer: Arc<dyn ImageResizer>,
    clock: Arc<dyn Clock>,
    limit: u64,
    making: Semaphore,
    /// Pictures are decoded one at a time, as one may take 160 MiB.
    decoding: Mutex<()>,
    /// How many bytes may be written before the folder is looked through.
    room: Mutex<u64>,
}

/// A cover in the size that was asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SizedCover {
    /// The picture.
    pub cover: Cover,
    /// The colour it is remembered by, to show while it loads. `None` if nothing in it can be seen.
    pub colour: Option<Colour>,
}

impl Artwork {
    /// Covers in `folder`, of 200 MiB at most, which `resizer` makes small.
    pub fn new(
        files: Arc<dyn FileSystemAccess>,
        folder: impl Into<String>,
        resizer: Arc<dyn ImageResizer>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            files,
            folder: folder.into(),
            resizer,
            clock,
            limit: LIMIT,
            making: Semaphore::new(AT_ONCE),
            decoding: Mutex::new(()),
            room: Mutex::new(0),
        }
    }

    /// Sets how many bytes the folder may hold. While it is in use it can have a sixteenth more.
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// The cover of a file if it is kept in this size, without a look into the file.
    pub async fn find(&self, source: CoverSource, size: CoverSize) -> Option<SizedCover> {
        let edge = size.edge()?;
        let Known { id, colour } = self.known(source).await?;
        let cover = self.load(&self.path(&format!("{id}-{edge}")), LARGEST_COVER).await?;
        Cover::from_bytes(cover).map(|cover| SizedCover { cover, colour })
    }

    /// Reads the cover of a file, makes it as large as is asked for, and keeps it for
    /// [`find`](Self::find). `None` if there is none that is safe to show.
    ///
    /// One that cannot be kept, as where storage is full, is given all the same; and one that the host
    /// cannot make small, as it says of all of them, as it is and without a colour.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or the picture in it not be decoded.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves nothing, or what was kept already.
    pub async fn make(
        &self,
        source: CoverSource,
        size: CoverSize,
        file: Arc<dyn ReadAt>,
    ) -> Result<Option<SizedCover>, ArtworkError> {
        // Nobody closes it, so there always is a turn.
        let _turn = self.making.acquire().await.ok();
        // Somebody else may have made it meanwhile.
        if let Some(found) = self.find(source, size).await {
            return Ok(Some(found));
        }
        let Some(original) = read_cover(file).await.map_err(ArtworkError::Read)? else {
            return Ok(None);
        };
        match self.sized(source, size, &original).await {
            // Then whoever shows it does what the host cannot.
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                Ok(Some(SizedCover { cover: original, colour: None }))
            }
            sized => Ok(sized.map(Some)?),
        }
    }

    /// A picture in the size that is asked for, with its colour.
    async fn sized(
        &self,
        source: CoverSource,
        size: CoverSize,
        original: &Cover,
    ) -> BridgeResult<SizedCover> {
        let id = original.id();
        let cover = match size.edge() {
            Some(edge) => self.version(original, &format!("{id}-{edge}"), edge).await?,
            None => original.clone(),
        };
        let colour = match self.known(source).await.filter(|known| known.id == id) {
            Some(known) => known.colour,
            None => {
                let colour = self.colour(&cover).await?;
                let text = Known { id, colour }.to_text();
                self.keep(&self.path(&source.file_name()), text.into()).await;
                colour
            }
        };
        Ok(SizedCover { cover, colour })
    }

    /// The picture in a square of `edge` pixels, from the folder if another file has the same one.
    async fn version(&self, original: &Cover, name: &str, edge: u32) -> BridgeResult<Cover> {
        let path = self.path(name);
        if let Some(cover) = self.load(&path, LARGEST_COVER).await.and_then(Cover::from_bytes) {
            return Ok(cover);
        }
        let cover = match original.fits(edge) && original.bytes.len() <= LARGEST_AS_IT_IS {
            true => original.clone(),
            false => {
                let _turn = self.decoding.lock().await;
                let small = self.resizer.resize(original.bytes.clone(), edge).await?;
                Cover::from_bytes(small).ok_or_else(|| {
                    BridgeError::new(ErrorKind::Corrupt, "image_resizer.resize")
                        .with_detail("what came out is no picture")
                })?
            }
        };
        self.keep(&path, cover.bytes.clone()).await;
        Ok(cover)
    }

    async fn colour(&self, cover: &Cover) -> BridgeResult<Option<Colour>> {
        let _turn = self.decoding.lock().await;
        let pixels = self.resizer.pixels(cover.bytes.clone(), COLOUR_EDGE).await?;
        Ok(Colour::dominant(&pixels))
    }

    async fn known(&self, source: CoverSource) -> Option<Known> {
        let text = self.load(&self.path(&source.file_name()), Known::LONGEST).await?;
        Known::from_bytes(&text)
    }

    /// A file of the folder; one that cannot be read is made anew. Reading leaves no trace in a file, so
    /// one that is old is written again: that is how those are known that nobody looks at.
    async fn load(&self, path: &str, limit: usize) -> Option<Bytes> {
        let read = async {
            let modified = self.files.metadata(path).await?.modified_millis;
            let bytes = self.files.read_bytes(path, limit).await?;
            Ok::<_, BridgeError>((modified, bytes))
        };
        let (modified, bytes) = match read.await {
            Ok(found) => found,
            Err(error) => {
                if error.kind() != ErrorKind::NotFound {
                    tracing::warn!(%error, "a cover that was kept cannot be read");
                }
                return None;
            }
        };
        let now = self.clock.unix_millis();
        if modified.is_some_and(|modified| now.saturating_sub(modified) > STALE_MILLIS) {
            self.keep(path, bytes.clone()).await;
        }
        Some(bytes)
    }

    /// Writes a file of the folder, and makes room where that is too much. What is kept saves work and
    /// nothing else, so that a failure is nobody's error.
    async fn keep(&self, path: &str, content: Bytes) {
        let written = content.len() as u64;
        let kept = async {
            self.files.write_bytes(path, content).await?;
            let mut room = self.room.lock().await;
            if *room < written {
                self.trim().await?;
                *room = self.limit / 16;
            }
            *room = room.saturating_sub(written);
            Ok::<_, BridgeError>(())
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a cover could not be kept");
        }
    }

    /// Removes the files that were looked at longest ago, until the folder is within its limit.
    async fn trim(&self) -> BridgeResult<()> {
        let mut entries = self.files.list(&self.folder).await?;
        entries.retain(|entry| entry.metadata.kind == EntryKind::File);
        entries.sort_by_key(|entry| entry.metadata.modified_millis);
        let mut left: u64 = entries.iter().map(|entry| entry.metadata.length).sum();
        let mut outcome = Ok(());
        for entry in entries {
            if left <= self.limit {
                return Ok(());
            }
            match self.files.remove_file(&path::join(&self.folder, &entry.name)).await {
                // Another program or tab makes room as well; and what stays must not keep the others.
                Err(error) if error.kind() != ErrorKind::NotFound => outcome = Err(error),
                _ => left -= entry.metadata.length,
            }
        }
        outcome
    }

    fn path(&self, name: &str) -> String {
        path::join(&self.folder, name)
    }
}

/// Why there is no picture to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArtworkError {
    /// The audio file could not be read. Its own error says what to do.
    #[error(transparent)]
    Read(MetadataError),
    /// The host failed to decode it. Show a placeholder.
    #[error(transparent)]
    Host(#[from] BridgeError),
}

impl ArtworkError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read(error) => error.code(),
            Self::Host(error) => error.kind().code(),
        }
    }
}
