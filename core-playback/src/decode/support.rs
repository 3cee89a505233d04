//! What really decodes.

use symphonia::core::codecs::audio::well_known::*;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};

/// The short names of every codec that decodes, in alphabetical order.
pub fn supported_codecs() -> &'static [&'static str] {
    &["aac", "adpcm", "alac", "flac", "mp3", "pcm", "vorbis"]
}

/// The extensions of files that may hold one of the supported codecs.
pub fn supported_extensions() -> &'static [&'static str] {
    &[
        "aac", "adts", "aif", "aifc", "aiff", "bw64", "caf", "flac", "m4a", "m4b", "mka", "mkv",
        "mp3", "mp4", "mpga", "oga", "ogg", "rf64", "w64", "wav", "wave", "webm",
    ]
}

/// Whether there is a decoder for the codec of this short name.
///
/// # Examples
///
/// ```
/// assert!(core_playback::can_decode("flac"));
/// assert!(!core_playback::can_decode("opus"));
/// ```
pub fn can_decode(codec: &str) -> bool {
    supported_codecs().contains(&codec)
}

/// The short name of a codec, or what to call it when there is no decoder.
pub(crate) fn codec_name(id: AudioCodecId) -> &'static str {
    match id {
        CODEC_ID_AAC => "aac",
        CODEC_ID_ALAC => "alac",
        CODEC_ID_FLAC => "flac",
        CODEC_ID_MP3 => "mp3",
        CODEC_ID_VORBIS => "vorbis",
        CODEC_ID_ADPCM_MS | CODEC_ID_ADPCM_IMA_WAV | CODEC_ID_ADPCM_IMA_QT => "adpcm",
        CODEC_ID_MP1 => "mp1",
        CODEC_ID_MP2 => "mp2",
        CODEC_ID_OPUS => "opus",
        CODEC_ID_SPEEX => "speex",
        CODEC_ID_MUSEPACK => "musepack",
        CODEC_ID_WAVPACK => "wavpack",
        CODEC_ID_AC3 => "ac3",
        CODEC_ID_EAC3 => "eac3",
        id if is_pcm(id) => "pcm",
        _ => "an unknown codec",
    }
}

/// Whether the codec is uncompressed, in any of its many layouts.
pub(crate) fn is_pcm(id: AudioCodecId) -> bool {
    (CODEC_ID_PCM_S32LE..=CODEC_ID_PCM_MULAW).contains(&id)
}

/// Whether uncompressed samples of this codec are floats.
pub(crate) fn is_float(id: AudioCodecId) -> bool {
    (CODEC_ID_PCM_F32LE..=CODEC_ID_PCM_F64BE_PLANAR).contains(&id)
}

/// Whether every bit of the source survives.
pub(crate) fn is_lossless(id: AudioCodecId) -> bool {
    is_pcm(id) || [CODEC_ID_FLAC, CODEC_ID_ALAC].contains(&id)
}

/// Whether what the decoder makes of this is the real thing.
pub(crate) fn is_sound(parameters: &AudioCodecParameters) -> bool {
    let channels = parameters.channels.as_ref().map_or(0, |channels| channels.count());
    // The decoder undoes several coupling steps in the wrong order (Vorbis I § 4.3.5 says last
    // step first), so only mono and stereo, with one step at most, come out right.
    parameters.codec != CODEC_ID_VORBIS || channels <= 2
}
