//! Decoding to a WAVE file.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_traits::{BridgeError, ErrorKind, FileSystemAccess};
use bytes::Bytes;
use core_async::task::yield_now;
use futures::stream;

use super::{TooLong, WavEncoder, WavSample};
use crate::{DecodeError, Decoder};

/// How many frames are decoded between two turns of others.
const CHUNK: usize = 8192;

/// Why a WAVE file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WavError {
    /// The source could not be decoded; there is no file. See there.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The range is too long. Write a part of it.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The host could not write the file. See there.
    #[error("writing the audio file failed")]
    Write(#[source] BridgeError),
}

impl WavError {
    /// The stable `snake_case` name that crosses the language boundary.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::TooLong(_) => "quota_exceeded",
            Self::Write(error) => error.kind().code(),
        }
    }
}

/// Decodes the frames `range` of a track into a WAVE file and returns how many there were: fewer
/// than asked for if the track ends before. The samples keep the bit depth of a lossless integer
/// source; others become 32-bit floats.
///
/// # Errors
///
/// Fails as the source or the file system does. The path then holds what it held before.
///
/// # Cancellation
///
/// Dropping the future leaves the path as it was.
///
/// # Examples
///
/// ```
/// # use bridge_traits::FileSystemAccess;
/// # use core_playback::{Decoder, FormatHint, WavError, decode_to_wav};
/// # async fn example(files: &dyn FileSystemAccess) -> Result<(), Box<dyn std::error::Error>> {
/// let file = files.open("album/song.flac").await?;
/// let decoder = Decoder::open(file, FormatHint::from_path("album/song.flac")).await?;
/// let frames = decode_to_wav(decoder, files, "song.wav", 0..u64::MAX).await?;
/// # Ok(())
/// # }
/// ```
pub async fn decode_to_wav(
    mut decoder: Decoder,
    files: &dyn FileSystemAccess,
    path: &str,
    range: Range<u64>,
) -> Result<u64, WavError> {
    let end = find_end(&mut decoder, range.end).await?;
    decoder.seek(range.start.min(end)).await?;
    let frames = end.saturating_sub(decoder.position());
    let format = decoder.format();
    let sample = WavSample::for_source(format);
    let encoder = WavEncoder::new(sample, format.sample_rate, format.channels, frames)?;
    // The file system knows only its own errors, so ours takes this way out.
    let failure = Arc::new(Mutex::new(None));
    let writer = Writer { decoder, encoder, left: frames, failure: failure.clone(), begun: false };
    let body = Box::pin(stream::try_unfold(writer, Writer::next));
    match files.write(path, body).await {
        Ok(()) => Ok(frames),
        Err(error) => match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(WavError::Decode(error)),
            None => Err(WavError::Write(error)),
        },
    }
}

/// Where the track ends, or `limit` if it goes on beyond. The header of a WAVE file tells the
/// length, so it must be known before the first sample is written.
async fn find_end(decoder: &mut Decoder, limit: u64) -> Result<u64, DecodeError> {
    match decoder.format().frames {
        Some(frames) => Ok(frames.min(limit)),
        None => {
            decoder.seek(limit).await?;
            Ok(decoder.position())
        }
    }
}

struct Writer {
    decoder: Decoder,
    encoder: WavEncoder,
    left: u64,
    failure: Arc<Mutex<Option<DecodeError>>>,
    begun: bool,
}

impl Writer {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, BridgeError> {
        if !self.begun {
            self.begun = true;
            return Ok(Some((self.encoder.header().into(), self)));
        }
        if self.left == 0 {
            return Ok(None);
        }
        yield_now().await;
        match self.chunk().await {
            Ok(bytes) => Ok(Some((bytes.into(), self))),
            Err(error) => {
                let refusal = BridgeError::new(ErrorKind::Corrupt, "playback.decode")
                    .with_detail(error.to_string());
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Err(refusal)
            }
        }
    }

    async fn chunk(&mut self) -> Result<Vec<u8>, DecodeError> {
        let format = self.decoder.format();
        let channels = usize::from(format.channels);
        let integers = format.bits_per_sample.is_some();
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(CHUNK);
        let mut bytes = Vec::new();
        let frames = if integers {
            let mut samples = vec![0; wanted * channels];
            let frames = self.decoder.read_integers(&mut samples).await?;
            self.encoder.encode_integers(&samples[..frames * channels], &mut bytes);
            frames
        } else {
            let mut samples = vec![0.0; wanted * channels];
            let frames = self.decoder.read(&mut samples).await?;
            self.encoder.encode(&samples[..frames * channels], &mut bytes);
            frames
        };
        if frames == 0 {
            // The header has promised more.
            let frame = self.decoder.position();
            return Err(DecodeError::Truncated { frame, expected: Some(frame + self.left) });
        }
        self.left -= frames as u64;
        if self.left == 0 {
            self.encoder.finish(&mut bytes);
        }
        Ok(bytes)
    }
}
