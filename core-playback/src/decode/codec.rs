//! The codec of a track.

use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::Track;

use super::DecodeError;
use super::support::{codec_name, is_sound};

pub(crate) fn no_track() -> DecodeError {
    DecodeError::unsupported("a file without an audio track")
}

pub(crate) fn audio_parameters(track: &Track) -> Result<&AudioCodecParameters, DecodeError> {
    track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or_else(no_track)
}

pub(crate) fn make_codec(
    parameters: &AudioCodecParameters,
    trim: bool,
) -> Result<Box<dyn AudioDecoder>, DecodeError> {
    if !is_sound(parameters) {
        return Err(DecodeError::unsupported(describe(parameters)));
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
