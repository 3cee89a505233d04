//! Reading one file: its tags, its properties and its signature.

use std::sync::Arc;

use bridge_traits::ReadAt;
use bytes::Bytes;
use core_async::task;
use core_library::ScannedFile;
use futures::future;
use serde::Serialize;

use crate::container::{self, Parsed};
use crate::tags::Want;
use crate::window::{Stop, Window};
use crate::{FileSignature, MetadataError, Tags};

/// What may be read of one file besides what its signature needs.
const BUDGET: u64 = 4 * 1024 * 1024;

/// What an audio file says of itself. Unknown is `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AudioFile {
    /// The length of the file in bytes.
    pub size: u64,
    /// Evidence for recognising the file after it was moved. [`read_sparse`](crate::read_sparse)
    /// leaves it out, because it needs more of the file than anything else.
    pub signature: Option<FileSignature>,
    /// What people wrote about the track.
    pub tags: Tags,
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
    /// Whether the duration is an estimate, because the format does not say it.
    pub duration_estimated: bool,
    /// Whether the bitrate is an estimate.
    pub bitrate_estimated: bool,
    /// Whether there is a picture that [`read_cover`](crate::read_cover) can try to read.
    pub has_cover: bool,
}

impl AudioFile {
    /// The file as the library takes it in.
    pub fn into_scanned(self, path: String, modified_millis: Option<u64>) -> ScannedFile {
        let tags = self.tags;
        ScannedFile {
            path,
            size: self.size,
            modified_millis,
            signature: self.signature.map(|signature| signature.to_string()).unwrap_or_default(),
            title: tags.title,
            artist: tags.artist,
            album_artist: tags.album_artist,
            album: tags.album,
            track_number: tags.track_number,
            track_total: tags.track_total,
            disc_number: tags.disc_number,
            disc_total: tags.disc_total,
            year: tags.year,
            genre: tags.genres.first().cloned(),
            duration_ms: self.duration_ms,
            codec: self.codec.to_owned(),
            sample_rate: Some(self.sample_rate),
            channels: Some(self.channels),
            bits_per_sample: self.bits_per_sample,
            bitrate: self.bitrate,
            playable: crate::is_decodable(self.codec),
            has_cover: self.has_cover,
            artists: tags.artists,
            album_artists: tags.album_artists,
            genres: tags.genres,
            composer: tags.composer,
            title_sort: tags.title_sort,
            artist_sort: tags.artist_sort,
            album_sort: tags.album_sort,
            album_artist_sort: tags.album_artist_sort,
            comment: tags.comment,
            compilation: tags.compilation,
            release_date: tags.release_date,
            original_year: tags.original_year,
            disc_subtitle: tags.disc_subtitle,
            label: tags.label,
            isrc: tags.isrc,
            bpm: tags.bpm,
            mb_track_id: tags.mb_track_id,
            mb_recording_id: tags.mb_recording_id,
            mb_album_id: tags.mb_album_id,
            mb_release_group_id: tags.mb_release_group_id,
            mb_artist_ids: tags.mb_artist_ids,
            mb_album_artist_ids: tags.mb_album_artist_ids,
            replaygain_track_gain: tags.replaygain_track_gain,
            replaygain_track_peak: tags.replaygain_track_peak,
            replaygain_album_gain: tags.replaygain_album_gain,
            replaygain_album_peak: tags.replaygain_album_peak,
            lyrics: tags.lyrics,
            duration_estimated: self.duration_estimated,
            bitrate_estimated: self.bitrate_estimated,
        }
    }

    pub(crate) fn new(window: &Window, signature: Option<FileSignature>, parsed: Parsed) -> Self {
        let Parsed { stream, found } = parsed;
        Self {
            size: window.length(),
            signature,
            tags: found.fields.understand(),
            codec: stream.codec,
            container: stream.container,
            sample_rate: stream.sample_rate,
            channels: stream.channels,
            bits_per_sample: stream.bits_per_sample,
            bitrate: stream.bitrate,
            duration_ms: stream.duration_ms,
            duration_estimated: stream.is_estimated,
            bitrate_estimated: stream.is_estimated,
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
    signature: Option<FileSignature>,
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
        Self { window, signature: Some(signature) }
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
