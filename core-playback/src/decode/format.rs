//! What is known of a file's audio before and after it is opened.

/// What the surroundings of a file say about its content. The content itself wins.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FormatHint {
    /// The file name's extension, without the dot.
    pub extension: Option<String>,
    /// The MIME type, if the file came with one.
    pub mime: Option<String>,
}

impl FormatHint {
    /// The hint that a path gives.
    ///
    /// # Examples
    ///
    /// ```
    /// # use core_playback::FormatHint;
    /// assert_eq!(FormatHint::from_path("a.b/Song.MP3").extension.as_deref(), Some("mp3"));
    /// assert_eq!(FormatHint::from_path("a.b/Song").extension, None);
    /// ```
    pub fn from_path(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        Self { extension, mime: None }
    }

    /// Whether the hint promises a bare stream of MPEG audio frames, which has no magic number.
    pub(crate) fn promises_frames(&self) -> bool {
        let extension = self.extension.as_deref().unwrap_or_default().to_ascii_lowercase();
        let mime = self.mime.as_deref().unwrap_or_default().to_ascii_lowercase();
        matches!(extension.as_str(), "mp3" | "mpga" | "aac" | "adts")
            || matches!(mime.as_str(), "audio/mpeg" | "audio/mp3" | "audio/aac" | "audio/aacp")
    }
}

/// The audio in a file, as its decoder delivers it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AudioFormat {
    /// The codec's short name, one of [`supported_codecs`](crate::supported_codecs).
    pub codec: &'static str,
    /// The container's short name, for example `"flac"`, `"ogg"` or `"mp4"`.
    pub container: &'static str,
    /// Frames per second.
    pub sample_rate: u32,
    /// Samples per frame.
    pub channels: u16,
    /// The bit depth of a lossless integer source; `None` for lossy codecs and floats.
    pub bits_per_sample: Option<u16>,
    /// The exact number of frames that will be delivered, where the file says so.
    pub frames: Option<u64>,
}

impl AudioFormat {
    /// The exact duration in milliseconds, rounded down, where the file says it.
    pub fn duration_ms(&self) -> Option<u64> {
        self.frames.map(|frames| frames_to_millis(frames, self.sample_rate))
    }
}

/// Converts a frame count to milliseconds, rounding down.
pub(crate) fn frames_to_millis(frames: u64, sample_rate: u32) -> u64 {
    let millis = u128::from(frames) * 1000 / u128::from(sample_rate.max(1));
    u64::try_from(millis).unwrap_or(u64::MAX)
}

/// Converts seconds to the nearest frame. Nonsense becomes the start or the far end.
pub(crate) fn seconds_to_frames(seconds: f64, sample_rate: u32) -> u64 {
    // A float cast saturates, and turns NaN into 0.
    #[expect(clippy::cast_possible_truncation, reason = "saturating is what is wanted")]
    let frames = (seconds * f64::from(sample_rate)).round() as i128;
    u64::try_from(frames.max(0)).unwrap_or(u64::MAX)
}
