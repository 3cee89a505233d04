//! WAVE files from samples: pure bytes, no I/O.

use crate::AudioFormat;

/// How samples are stored in a WAVE file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WavSample {
    /// Unsigned 8-bit integers.
    Int8,
    /// Signed 16-bit integers.
    Int16,
    /// Signed 24-bit integers.
    Int24,
    /// Signed 32-bit integers.
    Int32,
    /// 32-bit floats.
    Float32,
}

/// Why audio cannot become a WAVE file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a WAVE file holds at most 4 GiB: write a shorter range")]
pub struct TooLong;

/// Encodes interleaved samples as the bytes of a WAVE file: the header first, then the samples,
/// then the end.
///
/// # Examples
///
/// ```
/// # use core_playback::{WavEncoder, WavSample};
/// # fn main() -> Result<(), core_playback::TooLong> {
/// let encoder = WavEncoder::new(WavSample::Int16, 44_100, 1, 3)?;
/// let mut file = encoder.header();
/// encoder.encode(&[0.0, 0.5, -1.0], &mut file);
/// encoder.finish(&mut file);
/// assert_eq!(&file[44..], [0, 0, 0, 0x40, 0, 0x80]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WavEncoder {
    sample: WavSample,
    sample_rate: u32,
    channels: u16,
    /// The length of the sample data in bytes.
    length: u32,
}

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;

/// What follows the format code in the sub-format of an extensible header.
const GUID_TAIL: [u8; 14] =
    [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

impl WavSample {
    /// The storage that keeps every bit of a source of this format.
    pub fn for_source(format: &AudioFormat) -> Self {
        match format.bits_per_sample {
            Some(0..=8) => Self::Int8,
            Some(9..=16) => Self::Int16,
            Some(17..=24) => Self::Int24,
            Some(_) => Self::Int32,
            None => Self::Float32,
        }
    }

    /// Bytes per sample.
    pub fn bytes(self) -> u16 {
        match self {
            Self::Int8 => 1,
            Self::Int16 => 2,
            Self::Int24 => 3,
            Self::Int32 | Self::Float32 => 4,
        }
    }
}

impl WavEncoder {
    /// An encoder for exactly `frames` frames.
    ///
    /// # Errors
    ///
    /// Fails if a WAVE file cannot hold that much.
    pub fn new(
        sample: WavSample,
        sample_rate: u32,
        channels: u16,
        frames: u64,
    ) -> Result<Self, TooLong> {
        let frame = u64::from(sample.bytes()) * u64::from(channels);
        let length = frames.checked_mul(frame).and_then(|length| u32::try_from(length).ok());
        // The header, at most 80 bytes, and a padding byte count as well.
        let length = length.filter(|length| *length <= u32::MAX - 128).ok_or(TooLong)?;
        Ok(Self { sample, sample_rate, channels, length })
    }

    /// The bytes before the samples.
    pub fn header(&self) -> Vec<u8> {
        let code = if self.sample == WavSample::Float32 { FLOAT } else { PCM };
        // Readers take the plain form for granted only with these.
        let plain = self.channels <= 2 && self.sample.bytes() <= 2;
        let extensible = !plain && code == PCM || self.channels > 2;
        let format = self.format_chunk(code, extensible);
        let mut header = Vec::with_capacity(80);
        header.extend(b"RIFF\0\0\0\0WAVE");
        push_chunk(&mut header, *b"fmt ", &format);
        if code == FLOAT {
            let frames = self.length / u32::from(self.sample.bytes() * self.channels).max(1);
            push_chunk(&mut header, *b"fact", &frames.to_le_bytes());
        }
        header.extend(b"data");
        header.extend(self.length.to_le_bytes());
        let total = u32::try_from(header.len()).unwrap_or(0) - 8 + self.length + self.length % 2;
        header[4..8].copy_from_slice(&total.to_le_bytes());
        header
    }

    /// Appends float samples; what is out of range is clipped.
    pub fn encode(&self, samples: &[f32], out: &mut Vec<u8>) {
        if self.sample == WavSample::Float32 {
            out.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
            return;
        }
        let bits = u32::from(self.sample.bytes()) * 8;
        // The inverse of how decoders make floats, so that a round trip changes nothing. The
        // cast saturates, which clips, and a 64-bit float has room for all 32 bits.
        let scale = f64::from(bits - 1).exp2();
        let most = scale - 1.0;
        for sample in samples {
            let scaled = (f64::from(*sample) * scale).round_ties_even().clamp(-scale, most);
            #[expect(clippy::cast_possible_truncation, reason = "it was clamped to the range")]
            self.push((scaled as i32) << (32 - bits), out);
        }
    }

    /// Appends integer samples that fill 32 bits from the top.
    pub fn encode_integers(&self, samples: &[i32], out: &mut Vec<u8>) {
        for sample in samples {
            self.push(*sample, out);
        }
    }

    /// Appends what comes after the samples.
    pub fn finish(&self, out: &mut Vec<u8>) {
        // Chunks have an even length.
        if self.length % 2 == 1 {
            out.push(0);
        }
    }

    fn push(&self, sample: i32, out: &mut Vec<u8>) {
        let bytes = sample.to_le_bytes();
        match self.sample {
            WavSample::Int8 => out.push(bytes[3] ^ 0x80),
            WavSample::Int16 => out.extend(&bytes[2..]),
            WavSample::Int24 => out.extend(&bytes[1..]),
            WavSample::Int32 => out.extend(bytes),
            WavSample::Float32 => {
                #[expect(clippy::cast_precision_loss, reason = "floats have 24 bits, no more")]
                let float = sample as f32 / 2_147_483_648.0;
                out.extend(float.to_le_bytes());
            }
        }
    }

    fn format_chunk(&self, code: u16, extensible: bool) -> Vec<u8> {
        let frame = self.sample.bytes() * self.channels;
        let bits = self.sample.bytes() * 8;
        let mut chunk = Vec::with_capacity(40);
        chunk.extend(if extensible { EXTENSIBLE } else { code }.to_le_bytes());
        chunk.extend(self.channels.to_le_bytes());
        chunk.extend(self.sample_rate.to_le_bytes());
        chunk.extend((self.sample_rate.saturating_mul(u32::from(frame))).to_le_bytes());
        chunk.extend(frame.to_le_bytes());
        chunk.extend(bits.to_le_bytes());
        if extensible {
            chunk.extend(22_u16.to_le_bytes());
            chunk.extend(bits.to_le_bytes());
            chunk.extend(channel_mask(self.channels).to_le_bytes());
            chunk.extend(code.to_le_bytes());
            chunk.extend(GUID_TAIL);
        } else if code == FLOAT {
            chunk.extend(0_u16.to_le_bytes());
        }
        chunk
    }
}

/// The places of the loudspeakers, where the number of channels tells them.
fn channel_mask(channels: u16) -> u32 {
    match channels {
        1 => 0x4,
        2 => 0x3,
        3 => 0x7,
        4 => 0x33,
        5 => 0x37,
        6 => 0x3f,
        7 => 0x70f,
        8 => 0x63f,
        _ => 0,
    }
}

fn push_chunk(out: &mut Vec<u8>, name: [u8; 4], body: &[u8]) {
    out.extend(name);
    out.extend(u32::try_from(body.len()).unwrap_or(0).to_le_bytes());
    out.extend(body);
}
