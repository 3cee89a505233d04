//! Tracks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ArtistCredit;

/// One piece of music and the file it is in.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Track {
    /// The id; it outlives moves and changes of the file.
    pub id: String,
    /// The title; the file's name without extension where the file has none.
    pub title: String,
    /// The artist as the file names it.
    pub artist: Option<String>,
    /// The id of the first of [`artists`](Self::artists).
    pub artist_id: Option<String>,
    /// Every artist it is credited to, in order; the album artists where it names none.
    pub artists: Vec<ArtistCredit>,
    /// The album artist as the file names it.
    pub album_artist: Option<String>,
    /// Every artist its album is credited to, in order.
    pub album_artists: Vec<ArtistCredit>,
    /// The album's title.
    pub album: Option<String>,
    /// The album's id.
    pub album_id: Option<String>,
    /// The number on the disc.
    pub track_number: Option<u32>,
    /// How many tracks the disc has.
    pub track_total: Option<u32>,
    /// The disc.
    pub disc_number: Option<u32>,
    /// How many discs the album has.
    pub disc_total: Option<u32>,
    /// The title of the disc.
    pub disc_subtitle: Option<String>,
    /// The year of release.
    pub year: Option<i32>,
    /// The year the music first came out.
    pub original_year: Option<i32>,
    /// The first of [`genres`](Self::genres).
    pub genre: Option<String>,
    /// Every genre as the file names it.
    pub genres: Vec<String>,
    /// Who wrote the music.
    pub composer: Option<String>,
    /// Whether its album is a compilation of several artists.
    pub compilation: bool,
    /// The playing time in milliseconds.
    #[ts(type = "number | null")]
    pub duration_ms: Option<u64>,
    /// The codec, for example `"flac"`.
    pub codec: String,
    /// Frames per second.
    pub sample_rate: Option<u32>,
    /// Samples per frame.
    pub channels: Option<u32>,
    /// Bits per sample, for codecs that have such a thing.
    pub bits_per_sample: Option<u32>,
    /// The bit rate in kbit/s.
    pub bitrate: Option<u32>,
    /// Where the file is.
    pub path: String,
    /// The length of the file in bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// Whether the core can decode it. Tracks it cannot decode yet are listed all the same.
    pub playable: bool,
    /// Whether the file has a cover picture in it.
    pub has_cover: bool,
    /// Whether there are lyrics; they come with the track's details.
    pub has_lyrics: bool,
    /// When it came into the library, in milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub added_at: u64,
    /// What the user thinks of it, 0 to 100.
    pub rating: Option<u32>,
    /// Whether it is one of the user's favourites.
    pub favourite: bool,
    /// How often it was played to the end.
    pub play_count: u32,
    /// How often it was given up before the end.
    pub skip_count: u32,
    /// When it was last played to the end, in milliseconds since the Unix epoch.
    #[ts(type = "number | null")]
    pub last_played_at: Option<u64>,
    /// When it went to the bin, in milliseconds since the Unix epoch; `None` in the library.
    #[ts(type = "number | null")]
    pub deleted_at: Option<u64>,
}

impl Track {
    /// Artist and title in one line.
    pub(crate) fn display_title(&self) -> String {
        match &self.artist {
            Some(artist) => format!("{artist} - {}", self.title),
            None => self.title.clone(),
        }
    }
}
