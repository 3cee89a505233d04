//! FLAC, with the encoder of `flacenc`.

use anyhow::{Result, anyhow};
use flacenc::bitsink::ByteSink;
use flacenc::component::BitRepr;
use flacenc::error::Verify;

use crate::mix::RATE;

/// A FLAC file with these interleaved stereo samples.
pub(crate) fn encode(samples: &[i16]) -> Result<Vec<u8>> {
    let config = flacenc::config::Encoder::default()
        .into_verified()
        .map_err(|(_, error)| anyhow!("{error}"))?;
    let samples: Vec<i32> = samples.iter().copied().map(i32::from).collect();
    let source = flacenc::source::MemSource::from_samples(&samples, 2, 16, usize::try_from(RATE)?);
    let stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size)
        .map_err(|error| anyhow!("{error}"))?;
    let mut sink = ByteSink::new();
    stream.write(&mut sink).map_err(|error| anyhow!("{error}"))?;
    let mut file = sink.as_slice().to_vec();
    // The encoder counts the last block as the smallest one, which RFC 9639, section 8.2, leaves out.
    file.copy_within(10..12, 8);
    Ok(file)
}
