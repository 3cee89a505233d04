//! AIFF, written by hand: three chunks.

use anyhow::Result;

use crate::mix::RATE;

/// An AIFF file with these interleaved stereo samples.
pub(crate) fn encode(samples: &[i16]) -> Result<Vec<u8>> {
    let mut common = Vec::new();
    common.extend(2_u16.to_be_bytes());
    common.extend(u32::try_from(samples.len() / 2)?.to_be_bytes());
    common.extend(16_u16.to_be_bytes());
    common.extend(extended(RATE));

    let mut sound = vec![0; 8];
    sound.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));

    let mut form = b"AIFF".to_vec();
    form.extend(chunk(b"COMM", &common)?);
    form.extend(chunk(b"SSND", &sound)?);
    chunk(b"FORM", &form)
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = name.to_vec();
    bytes.extend(u32::try_from(content.len())?.to_be_bytes());
    bytes.extend(content);
    Ok(bytes)
}

/// A whole number as an 80-bit float, the form AIFF wants for the sample rate.
fn extended(value: u32) -> [u8; 10] {
    let shift = value.leading_zeros();
    // The exponent is biased by 16383; the mantissa's first bit is explicit.
    let exponent = u16::try_from(16_383 + 31 - shift).unwrap_or(0);
    let mantissa = u64::from(value) << (32 + shift);
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&exponent.to_be_bytes());
    bytes[2..].copy_from_slice(&mantissa.to_be_bytes());
    bytes
}
