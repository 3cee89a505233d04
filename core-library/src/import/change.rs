//! What a scan found.

use serde::{Deserialize, Serialize};

use crate::models::Lyrics;

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
    /// Whether that is another copy of a track. If the files of both go, the copy has to be told
    /// first: otherwise it would take the track's place.
    pub is_copy: bool,
}

/// A file as it was read. Unknown is `None` or empty.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
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
    /// Every credited artist, in order; [`artist`](Self::artist) is the credit as it is shown.
    pub artists: Vec<String>,
    /// Every artist the album is credited to, in order.
    pub album_artists: Vec<String>,
    /// Every genre; [`genre`](Self::genre) is the first.
    pub genres: Vec<String>,
    /// Who wrote the music.
    pub composer: Option<String>,
    /// What the title is sorted as.
    pub title_sort: Option<String>,
    /// What the artist is sorted as.
    pub artist_sort: Option<String>,
    /// What the album is sorted as.
    pub album_sort: Option<String>,
    /// What the album artist is sorted as.
    pub album_artist_sort: Option<String>,
    /// A remark.
    pub comment: Option<String>,
    /// Whether the album is a compilation of several artists.
    pub compilation: bool,
    /// When this edition came out: `2001`, `2001-05` or `2001-05-17`, as precise as the tag.
    pub release_date: Option<String>,
    /// The year the music first came out.
    pub original_year: Option<i32>,
    /// The title of the disc.
    pub disc_subtitle: Option<String>,
    /// The record label.
    pub label: Option<String>,
    /// The International Standard Recording Code.
    pub isrc: Option<String>,
    /// Beats per minute.
    pub bpm: Option<f64>,
    /// The `MusicBrainz` id of the track on its release.
    pub mb_track_id: Option<String>,
    /// The `MusicBrainz` id of the recording.
    pub mb_recording_id: Option<String>,
    /// The `MusicBrainz` id of the release.
    pub mb_album_id: Option<String>,
    /// The `MusicBrainz` id of the release group.
    pub mb_release_group_id: Option<String>,
    /// The `MusicBrainz` ids of the artists, in the order of [`artists`](Self::artists).
    pub mb_artist_ids: Vec<String>,
    /// The `MusicBrainz` ids of the album artists.
    pub mb_album_artist_ids: Vec<String>,
    /// How much to amplify the track, in dB, for the loudness `ReplayGain` aims at (-18 LUFS).
    /// `R128` gains of Opus aim at -23 LUFS and come here 5 dB higher.
    pub replaygain_track_gain: Option<f64>,
    /// The largest sample of the track, where full scale is 1.
    pub replaygain_track_peak: Option<f64>,
    /// How much to amplify every track of the album, in dB.
    pub replaygain_album_gain: Option<f64>,
    /// The largest sample of the album, where full scale is 1.
    pub replaygain_album_peak: Option<f64>,
    /// The lyrics.
    pub lyrics: Option<Lyrics>,
    /// Whether the duration is an estimate, because the format does not say it.
    pub duration_estimated: bool,
    /// Whether the bit rate is an estimate.
    pub bitrate_estimated: bool,
}

/// One difference between the files and the library.
#[derive(Clone, Debug, PartialEq)]
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
}
