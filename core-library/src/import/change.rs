//! What a scan found.

/// A file as the library knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownFile {
    /// Where it is.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub modified_millis: Option<u64>,
    /// Evidence for recognising it elsewhere.
    pub signature: String,
    /// The track it holds.
    pub track_id: String,
}

/// A file as it was read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ScannedFile {
    /// Where it is.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub modified_millis: Option<u64>,
    /// Evidence for recognising it elsewhere.
    pub signature: String,
    /// The title.
    pub title: Option<String>,
    /// The artist.
    pub artist: Option<String>,
    /// The album artist.
    pub album_artist: Option<String>,
    /// The album's title.
    pub album: Option<String>,
    /// The number on the disc.
    pub track_number: Option<u32>,
    /// How many tracks the disc has.
    pub track_total: Option<u32>,
    /// The disc.
    pub disc_number: Option<u32>,
    /// How many discs the album has.
    pub disc_total: Option<u32>,
    /// The year of release.
    pub year: Option<i32>,
    /// The genre.
    pub genre: Option<String>,
    /// The playing time in milliseconds.
    pub duration_ms: Option<u64>,
    /// The codec.
    pub codec: String,
    /// Frames per second.
    pub sample_rate: Option<u32>,
    /// Samples per frame.
    pub channels: Option<u32>,
    /// Bits per sample.
    pub bits_per_sample: Option<u32>,
    /// The bit rate in kbit/s.
    pub bitrate: Option<u32>,
    /// Whether the core can decode it.
    pub playable: bool,
    /// Whether it has a cover picture in it.
    pub has_cover: bool,
}

/// One difference between the files and the library.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileChange {
    /// A file that was not there before.
    Add(ScannedFile),
    /// A known file with other content or tags.
    Update {
        /// The track it holds.
        track_id: String,
        /// The file as it is now.
        file: ScannedFile,
    },
    /// A known file in another place.
    Move {
        /// The track it holds.
        track_id: String,
        /// The file as it is now.
        file: ScannedFile,
    },
    /// A known file that is gone.
    Remove {
        /// The track it held.
        track_id: String,
    },
}

impl FileChange {
    /// The track it is about, unless it is new.
    pub(super) fn track_id(&self) -> Option<&String> {
        match self {
            Self::Add(_) => None,
            Self::Update { track_id, .. }
            | Self::Move { track_id, .. }
            | Self::Remove { track_id } => Some(track_id),
        }
    }

    /// The file as it is now, unless it is gone.
    pub(super) fn file(&self) -> Option<&ScannedFile> {
        match self {
            Self::Add(file) | Self::Update { file, .. } | Self::Move { file, .. } => Some(file),
            Self::Remove { .. } => None,
        }
    }
}
