//! What is rarely shown of a track.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Lyrics;

/// What files say beyond what lists show. It is stored apart from the tracks, and only for tracks
/// that have any of it, so that lists stay quick.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
pub struct TrackTags {
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
    /// When this edition came out: `2001`, `2001-05` or `2001-05-17`, as precise as the tag.
    pub release_date: Option<String>,
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
    /// The `MusicBrainz` ids of the artists, in their order.
    pub mb_artist_ids: Vec<String>,
    /// The `MusicBrainz` ids of the album artists, in their order.
    pub mb_album_artist_ids: Vec<String>,
    /// How much to amplify the track, in dB.
    pub replaygain_track_gain: Option<f64>,
    /// The largest sample of the track, where full scale is 1.
    pub replaygain_track_peak: Option<f64>,
    /// How much to amplify every track of the album, in dB.
    pub replaygain_album_gain: Option<f64>,
    /// The largest sample of the album, where full scale is 1.
    pub replaygain_album_peak: Option<f64>,
    /// The lyrics.
    pub lyrics: Option<Lyrics>,
    /// Whether the duration is an estimate.
    pub duration_estimated: bool,
    /// Whether the bit rate is an estimate.
    pub bitrate_estimated: bool,
}
