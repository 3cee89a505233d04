//! The file formats that music is written in.

use std::io::Cursor;

use anyhow::Result;

use crate::mix::RATE;
use crate::{aiff, alac, flac};

/// A format, lossless all of them: no encoder in Rust for the others has a licence that fits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    /// FLAC.
    Flac,
    /// WAV.
    Wav,
    /// AIFF.
    Aiff,
    /// Apple Lossless in an MP4 file.
    Alac,
}

impl Format {
    /// The ending of file names.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Wav => "wav",
            Self::Aiff => "aiff",
            Self::Alac => "m4a",
        }
    }

    /// A file with these interleaved stereo samples, without tags.
    pub(crate) fn encode(self, samples: &[i16]) -> Result<Vec<u8>> {
        match self {
            Self::Flac => flac::encode(samples),
            Self::Wav => wav(samples),
            Self::Aiff => aiff::encode(samples),
            Self::Alac => alac::encode(samples),
        }
    }
}

fn wav(samples: &[i16]) -> Result<Vec<u8>> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    writer.finalize()?;
    Ok(file.into_inner())
}
