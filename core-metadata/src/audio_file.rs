//! Reading one file: its tags, its properties and its signature.

use std::sync::Arc;

use bridge_traits::ReadAt;
use bytes::Bytes;
use core_async::task;
use core_library::ScannedFile;
use futures::future;

use crate::container::{self, Parsed};
use crate::tags::Want;
use crate::window::{Stop, Window};
use crate::{FileSignature, MetadataError};

/// What may be read of one file besides what its signature needs.
const BUDGET: u64 = 4 * 1024 * 1024;

/// Between the values of a field that has several, as other programs show them.
const SEPARATOR: &str = ";";

/// What an audio file says of itself. Unknown is `None`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AudioFile {
    /// The length of the file in bytes.
    pub size: u64,
    /// Evidence for recognising the file after it was moved.
    pub signature: FileSignature,
    /// The title.
    pub title: Option<String>,
    /// The artists as one text.
    pub artist: Option<String>,
    /// The artists one by one.
    pub artists: Vec<String>,
    /// The title of the album.
    pub album: Option<String>,
    /// Whom the album is credited to.
    pub album_artist: Option<String>,
    /// The position on the disc, from 1.
    pub track_number: Option<u32>,
    /// How many tracks the disc has.
    pub track_total: Option<u32>,
    /// The disc, from 1.
    pub disc_number: Option<u32>,
    /// How many discs the album has.
    pub disc_total: Option<u32>,
    /// The year of the recording, or of its release.
    pub year: Option<i32>,
    /// The genre.
    pub genre: Option<String>,
    /// Who wrote the music.
    pub composer: Option<String>,
    /// The codec: `mp3`, `flac`, `vorbis`, `opus`, `aac`, `alac`, `pcm`, `adpcm` …
    pub codec: &'static str,
    /// The container: `mp3`, `flac`, `ogg`, `mp4`, `wav`, `aiff`, `adts` …
    pub container: &'static str,
    /// Samples per second and channel.
    pub sample_rate: u32,
    /// The number of channels.
    pub channels: u32,
    /// Bits per sample, where the codec keeps them.
    pub bits_per_sample: Option<u32>,
    /// The average bitrate of the audio in kbit/s.
    pub bitrate: Option<u32>,
    /// The duration in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether duration and bitrate are estimates, because the format does not say.
    pub is_estimated: bool,
    /// Whether there is a picture that [`read_cover`](crate::read_cover) can try to read.
    pub has_cover: bool,
}

impl AudioFile {
    /// The file as the library takes it in.
    pub fn into_scanned(self, path: String, modified_millis: Option<u64>) -> ScannedFile {
        ScannedFile {
            path,
            size: self.size,
            modified_millis,
            signature: self.signature.to_string(),
            title: self.title,
            artist: self.artist,
            album_artist: self.album_artist,
            album: self.album,
            track_number: self.track_number,
            track_total: self.track_total,
            disc_number: self.disc_number,
            disc_total: self.disc_total,
            year: self.year,
            genre: self.genre,
            duration_ms: self.duration_ms,
            codec: self.codec.to_owned(),
            sample_rate: Some(self.sample_rate),
            channels: Some(self.channels),
            bits_per_sample: self.bits_per_sample,
            bitrate: self.bitrate,
            playable: crate::is_decodable(self.codec),
            has_cover: self.has_cover,
            artists: self.artists,
            composer: self.composer,
            duration_estimated: self.is_estimated,
            bitrate_estimated: self.is_estimated,
            ..ScannedFile::default()
        }
    }

    fn new(window: &Window, signature: FileSignature, parsed: Parsed) -> Self {
        let Parsed { stream, found } = parsed;
        let tags = found.tags;
        let join = |values: &[String]| (!values.is_empty()).then(|| values.join(SEPARATOR));
        Self {
            size: window.length(),
            signature,
            title: tags.title,
            artist: join(&tags.artists),
            artists: tags.artists,
            album: tags.album,
            album_artist: join(&tags.album_artists),
            track_number: tags.track_number,
            track_total: tags.track_total,
            disc_number: tags.disc_number,
            disc_total: tags.disc_total,
            year: tags.year,
            genre: join(&tags.genres),
            composer: join(&tags.composers),
            codec: stream.codec,
            container: stream.container,
            sample_rate: stream.sample_rate,
            channels: stream.channels,
            bits_per_sample: stream.bits_per_sample,
            bitrate: stream.bitrate,
            duration_ms: stream.duration_ms,
            is_estimated: stream.is_estimated,
            has_cover: found.has_cover,
        }
    }
}

/// Reads tags and properties of a file.
///
/// What the file is follows from its content alone. Time and memory are bounded, whatever its
/// headers claim; covers are not read.
///
/// # Errors
///
/// Fails if the file is not whole audio that is known here, or as the host does.
///
/// # Cancellation
///
/// Dropping the future leaves nothing behind.
///
/// # Examples
///
/// ```
/// # use bridge_memory::MemoryFileSystem;
/// # use bridge_traits::FileSystemAccess;
/// # use core_metadata::{MetadataError, read_audio_file};
/// # #[core_async::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let files = MemoryFileSystem::new();
/// files.insert("cover.mp3", &b"\x89PNG\r\n\x1A\n"[..])?;
/// let error = read_audio_file(files.open("cover.mp3").await?).await.unwrap_err();
/// assert_eq!(error.to_string(), "the file is a PNG image, not audio");
/// # Ok(())
/// # }
/// ```
pub async fn read_audio_file(file: Arc<dyn ReadAt>) -> Result<AudioFile, MetadataError> {
    if file.length() == 0 {
        return Err(MetadataError::Empty);
    }
    let source = Arc::clone(&file);
    // One hop to another thread for everything, where the host reads at once.
    let local = task::spawn_blocking(move || match read_pieces_now(&source) {
        Some(Ok(pieces)) => Some(Attempt::new(source, &pieces).parse()),
        Some(Err(error)) => Some(Outcome::Done(Err(error))),
        None => None,
    });
    let mut outcome = match local.await.map_err(|_| MetadataError::Interrupted)? {
        Some(outcome) => outcome,
        None => {
            let pieces = fetch_pieces(&*file).await?;
            Outcome::Again(Attempt::new(file, &pieces), 0, 0)
        }
    };
    loop {
        match outcome {
            Outcome::Done(result) => return result.map(|file| *file),
            Outcome::Again(mut attempt, offset, length) => {
                if length > 0 {
                    attempt.window.fetch_missing(offset, length).await?;
                }
                let next = task::spawn_blocking(move || attempt.parse());
                outcome = next.await.map_err(|_| MetadataError::Interrupted)?;
            }
        }
    }
}

/// One file being parsed, perhaps more than once.
struct Attempt {
    window: Window,
    signature: FileSignature,
}

enum Outcome {
    Done(Result<Box<AudioFile>, MetadataError>),
    /// These bytes (offset, length) have to be fetched first.
    Again(Attempt, u64, u64),
}

impl Attempt {
    fn new(file: Arc<dyn ReadAt>, pieces: &[Bytes]) -> Self {
        let mut window = Window::new(file, BUDGET);
        let signature = FileSignature::new(window.length(), pieces);
        for ((offset, _), piece) in FileSignature::ranges(window.length()).into_iter().zip(pieces) {
            window.insert(offset, piece.clone());
        }
        Self { window, signature }
    }

    fn parse(mut self) -> Outcome {
        match container::read(&mut self.window, Want::Fields) {
            Ok(parsed) => {
                let file = AudioFile::new(&self.window, self.signature, parsed);
                Outcome::Done(Ok(Box::new(file)))
            }
            Err(Stop::Failed(error)) => Outcome::Done(Err(error)),
            Err(Stop::Missing { offset, length }) => Outcome::Again(self, offset, length),
        }
    }
}

/// Reads what the signature needs, if the host reads at once.
fn read_pieces_now(file: &Arc<dyn ReadAt>) -> Option<Result<Vec<Bytes>, MetadataError>> {
    let mut pieces = Vec::new();
    for (offset, length) in FileSignature::ranges(file.length()) {
        let mut buffer = vec![0; length];
        match file.read_at_now(offset, &mut buffer)? {
            Ok(read) if read == length => pieces.push(buffer.into()),
            Ok(_) => return Some(Err(MetadataError::Truncated)),
            Err(error) => return Some(Err(MetadataError::Read(error))),
        }
    }
    Some(Ok(pieces))
}

async fn fetch_pieces(file: &dyn ReadAt) -> Result<Vec<Bytes>, MetadataError> {
    let reads =
        FileSignature::ranges(file.length()).into_iter().map(|(offset, length)| async move {
            let bytes = file.read_at(offset, length).await.map_err(MetadataError::Read)?;
            if bytes.len() == length { Ok(bytes) } else { Err(MetadataError::Truncated) }
        });
    future::try_join_all(reads).await
}
