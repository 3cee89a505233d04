//! What can be called.

use core_library::{AlbumQuery, ArtistQuery, SearchQuery, TrackQuery};
use serde::Deserialize;

/// One call, as `{"method": "library.tracks", "params": {…}}`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "method", content = "params")]
#[non_exhaustive]
pub enum Request {
    /// A page of tracks.
    #[serde(rename = "library.tracks")]
    Tracks(TrackQuery),
    /// A page of albums.
    #[serde(rename = "library.albums")]
    Albums(AlbumQuery),
    /// A page of artists.
    #[serde(rename = "library.artists")]
    Artists(ArtistQuery),
    /// What matches a text.
    #[serde(rename = "library.search")]
    Search(SearchQuery),
    /// One track.
    #[serde(rename = "library.track")]
    Track(Id),
    /// One album.
    #[serde(rename = "library.album")]
    Album(Id),
    /// Play a track.
    #[serde(rename = "player.play")]
    Play(Id),
    /// Silence the output.
    #[serde(rename = "player.pause")]
    Pause {},
    /// Go on.
    #[serde(rename = "player.resume")]
    Resume {},
    /// Give the track up.
    #[serde(rename = "player.stop")]
    Stop {},
    /// Go to a place in the track.
    #[serde(rename = "player.seek")]
    Seek {
        /// The place, in seconds from the start.
        seconds: f64,
    },
    /// Set the volume.
    #[serde(rename = "player.set_volume")]
    SetVolume {
        /// A linear gain, 0.0 to 1.0.
        volume: f32,
    },
    /// What the player does.
    #[serde(rename = "player.status")]
    PlayerStatus {},
    /// How the core is.
    #[serde(rename = "status")]
    Status {},
}

/// Something by its id.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Id {
    /// The id.
    pub id: String,
}
