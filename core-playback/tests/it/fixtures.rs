//! Small files of one known signal in every format, and the signal itself.
//!
//! The files were made with ffmpeg from the 16-bit integers that [`tone`] computes, at 22.05 kHz.

/// The sample rate of every fixture.
pub(crate) const RATE: u32 = 22_050;

/// A file with the tone in it.
pub(crate) struct Fixture {
    pub(crate) name: &'static str,
    pub(crate) bytes: &'static [u8],
    pub(crate) codec: &'static str,
    pub(crate) container: &'static str,
    pub(crate) channels: usize,
    /// What the file says about its length.
    pub(crate) promised: Option<u64>,
    /// How many frames it holds.
    pub(crate) frames: usize,
    /// How far the samples may be from the tone; 0 for lossless codecs.
    pub(crate) tolerance: f64,
    /// How many frames of encoder delay come before the tone.
    pub(crate) delay: usize,
}

macro_rules! fixture {
    ($name:literal, $codec:literal in $container:literal, $channels:literal channels,
     $promised:expr, $frames:literal frames, $tolerance:literal after $delay:literal) => {
        Fixture {
            name: $name,
            bytes: include_bytes!(concat!("../fixtures/", $name)),
            codec: $codec,
            container: $container,
            channels: $channels,
            promised: $promised,
            frames: $frames,
            tolerance: $tolerance,
            delay: $delay,
        }
    };
}

/// Every format that decodes.
pub(crate) const ALL: &[Fixture] = &[
    fixture!("tone16.flac", "flac" in "flac", 1 channels, Some(4000), 4000 frames, 0.0 after 0),
    fixture!("tone_alac.m4a", "alac" in "mp4", 1 channels, Some(4000), 4000 frames, 0.0 after 0),
    fixture!("tone.aiff", "pcm" in "aiff", 1 channels, Some(4000), 4000 frames, 0.0 after 0),
    fixture!("tone.caf", "pcm" in "caf", 1 channels, Some(4000), 4000 frames, 0.0 after 0),
    fixture!("tone_cbr.mp3", "mp3" in "mp3", 2 channels, Some(11_025), 11_025 frames, 0.02 after 0),
    fixture!("tone_vbr.mp3", "mp3" in "mp3", 2 channels, Some(11_025), 11_025 frames, 0.02 after 0),
    fixture!("tone_bare.mp3", "mp3" in "mp3", 2 channels, None, 12_672 frames, 0.02 after 1105),
    fixture!("tone.ogg", "vorbis" in "ogg", 2 channels, Some(11_025), 11_025 frames, 0.02 after 0),
    fixture!("tone_aac.m4a", "aac" in "mp4", 2 channels, Some(11_025), 11_025 frames, 0.02 after 0),
    fixture!("tone.aac", "aac" in "adts", 2 channels, None, 12_288 frames, 0.02 after 1024),
    fixture!("tone.mka", "vorbis" in "mkv", 2 channels, None, 11_392 frames, 0.02 after 0),
    fixture!(
        "tone_adpcm.wav", "adpcm" in "wav", 2 channels, Some(11_187), 11_187 frames, 0.02 after 0
    ),
];

/// 24-bit FLAC: the tone with a counter in the lowest byte.
pub(crate) const FLAC24: &[u8] = include_bytes!("../fixtures/tone24.flac");

/// A codec without a decoder.
pub(crate) const OPUS: &[u8] = include_bytes!("../fixtures/tone.opus");

/// The fixture of that name.
pub(crate) fn fixture(name: &str) -> &'static Fixture {
    ALL.iter().find(|fixture| fixture.name == name).expect("there is such a fixture")
}

/// One sample of the signal: three triangles whose periods have no common multiple in sight, so
/// that every place in it is different from every other.
pub(crate) fn tone(frame: usize, channel: usize) -> i32 {
    triangle(frame, 100, 6000) + triangle(frame + channel * 7, 63, 3000) + triangle(frame, 37, 1500)
}

/// The signal as interleaved 16-bit integers.
pub(crate) fn tones(frames: usize, channels: usize) -> Vec<i32> {
    (0..frames * channels).map(|at| tone(at / channels, at % channels)).collect()
}

fn triangle(frame: usize, period: i32, height: i32) -> i32 {
    let phase = i32::try_from(frame).expect("signals are short") % period;
    match phase * 4 * height / period {
        rise if rise < height => rise,
        fall if fall < 3 * height => 2 * height - fall,
        rise => rise - 4 * height,
    }
}
