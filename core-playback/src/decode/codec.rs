//! The codec of a track.

use symphonia::core::audio::layouts::{CHANNEL_LAYOUT_MONO, CHANNEL_LAYOUT_STEREO};
use symphonia::core::codecs::audio::well_known::*;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::Track;

use super::DecodeError;
use super::edits::Edit;
use super::support::{codec_name, is_sound};

/// The most frames of a packet, for which decoders make room at once.
const MOST_FRAMES: u64 = 1 << 17;

pub(crate) fn no_track() -> DecodeError {
    DecodeError::unsupported("a file without an audio track")
}

pub(crate) fn audio_parameters(track: &Track) -> Result<&AudioCodecParameters, DecodeError> {
    track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or_else(no_track)
}

/// Puts right what demuxers get wrong or leave out.
pub(crate) fn correct(parameters: &mut AudioCodecParameters, edit: Edit) {
    if parameters.channels.is_none() && parameters.codec == CODEC_ID_MP3 {
        parameters.channels = match edit.channels {
            1 => Some(CHANNEL_LAYOUT_MONO),
            2 => Some(CHANNEL_LAYOUT_STEREO),
            _ => None,
        };
    }
    if edit.is_big_endian {
        parameters.codec = match parameters.codec {
            CODEC_ID_PCM_S24LE => CODEC_ID_PCM_S24BE,
            CODEC_ID_PCM_S32LE => CODEC_ID_PCM_S32BE,
            CODEC_ID_PCM_F32LE => CODEC_ID_PCM_F32BE,
            CODEC_ID_PCM_F64LE => CODEC_ID_PCM_F64BE,
            codec => codec,
        };
    }
    if [CODEC_ID_PCM_ALAW, CODEC_ID_PCM_MULAW].contains(&parameters.codec) {
        // Eight bits stand for sixteen, and a decoder that is told of eight refuses.
        parameters.bits_per_sample = None;
        parameters.bits_per_coded_sample = None;
    }
}

pub(crate) fn make_codec(
    parameters: &AudioCodecParameters,
    trim: bool,
) -> Result<Box<dyn AudioDecoder>, DecodeError> {
    if !is_sound(parameters) {
        return Err(DecodeError::unsupported(describe(parameters)));
    }
    if let Some(frames) = parameters.max_frames_per_packet.filter(|frames| *frames > MOST_FRAMES) {
        return Err(DecodeError::malformed(format!("packets of {frames} frames")));
    }
    // Where time stamps are exact, trimming is done here: some containers only guess at it.
    let options = AudioDecoderOptions::default().gapless(trim);
    symphonia::default::get_codecs().make_audio_decoder(parameters, &options).map_err(|error| {
        match error {
            Error::Unsupported(_) => DecodeError::unsupported(describe(parameters)),
            error => DecodeError::malformed(error),
        }
    })
}

/// The codec, in a form for people.
fn describe(parameters: &AudioCodecParameters) -> String {
    let channels = parameters.channels.as_ref().map_or(0, |channels| channels.count());
    format!("{} with {channels} channels in this form", codec_name(parameters.codec))
}
