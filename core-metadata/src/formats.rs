//! Which files are worth opening, and which of them can be played.

use bridge_traits::path;

/// The extensions of files that may hold audio that is read here, in lower case.
pub const AUDIO_EXTENSIONS: [&str; 30] = [
    "3gp", "aac", "afc", "aif", "aifc", "aiff", "ape", "bw64", "flac", "m4a", "m4b", "m4p", "m4r",
    "mp+", "mp1", "mp2", "mp3", "mp4", "mpc", "mpga", "mpp", "oga", "ogg", "opus", "rf64", "spx",
    "w64", "wav", "wave", "wv",
];

/// The codecs the core decodes.
const DECODABLE: [&str; 7] = ["aac", "adpcm", "alac", "flac", "mp3", "pcm", "vorbis"];

/// Whether the name of a file promises audio. Hidden files do not count: some systems keep their
/// own notes in files that look like music (`._song.mp3`).
pub fn is_audio_path(file: &str) -> bool {
    !path::file_name(file).starts_with('.')
        && AUDIO_EXTENSIONS.contains(&path::extension(file).as_str())
}

/// Whether the core can decode what [`AudioFile::codec`](crate::AudioFile::codec) names.
pub fn is_decodable(codec: &str) -> bool {
    DECODABLE.contains(&codec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_audio_whatever_their_case() {
        assert!(is_audio_path("music/A song.FLAC"));
        assert!(!is_audio_path("music/cover.jpg"));
        assert!(!is_audio_path("music/._song.mp3"));
        assert!(!is_audio_path("mp3"));
        assert!(AUDIO_EXTENSIONS.is_sorted());
    }
}
