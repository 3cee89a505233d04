//! The fields a user can edit.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A field of a track that a user can edit and a service can know.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TrackField {
    /// The title.
    Title,
    /// The artist as it is shown. Setting it makes it the only artist.
    Artist,
    /// Every artist, in order. Setting them sets what is shown.
    Artists,
    /// The album artist as it is shown. Setting it makes it the only one.
    AlbumArtist,
    /// Every album artist, in order. Setting them sets what is shown.
    AlbumArtists,
    /// The album's title. Setting it takes the track off a release that `MusicBrainz` ids name.
    Album,
    /// The number on the disc.
    TrackNumber,
    /// How many tracks the disc has.
    TrackTotal,
    /// The disc.
    DiscNumber,
    /// How many discs the album has.
    DiscTotal,
    /// The title of the disc.
    DiscSubtitle,
    /// The year of release.
    Year,
    /// The year the music first came out.
    OriginalYear,
    /// When this edition came out.
    ReleaseDate,
    /// Every genre.
    Genres,
    /// Who wrote the music.
    Composer,
    /// What the title is sorted as.
    TitleSort,
    /// What the artist is sorted as.
    ArtistSort,
    /// What the album is sorted as.
    AlbumSort,
    /// What the album artist is sorted as.
    AlbumArtistSort,
    /// A remark.
    Comment,
    /// Whether the album is a compilation.
    Compilation,
    /// The record label.
    Label,
    /// The International Standard Recording Code.
    Isrc,
    /// Beats per minute.
    Bpm,
    /// The `MusicBrainz` id of the track on its release.
    MbTrackId,
    /// The `MusicBrainz` id of the recording.
    MbRecordingId,
    /// The `MusicBrainz` id of the release.
    MbAlbumId,
    /// The `MusicBrainz` id of the release group.
    MbReleaseGroupId,
    /// The `MusicBrainz` ids of the artists.
    MbArtistIds,
    /// The `MusicBrainz` ids of the album artists.
    MbAlbumArtistIds,
    /// How much to amplify the track, in dB.
    ReplaygainTrackGain,
    /// The largest sample of the track.
    ReplaygainTrackPeak,
    /// How much to amplify every track of the album, in dB.
    ReplaygainAlbumGain,
    /// The largest sample of the album.
    ReplaygainAlbumPeak,
    /// The lyrics.
    Lyrics,
}

impl TrackField {
    /// The stable name, as in a track.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Artist => "artist",
            Self::Artists => "artists",
            Self::AlbumArtist => "album_artist",
            Self::AlbumArtists => "album_artists",
            Self::Album => "album",
            Self::TrackNumber => "track_number",
            Self::TrackTotal => "track_total",
            Self::DiscNumber => "disc_number",
            Self::DiscTotal => "disc_total",
            Self::DiscSubtitle => "disc_subtitle",
            Self::Year => "year",
            Self::OriginalYear => "original_year",
            Self::ReleaseDate => "release_date",
            Self::Genres => "genres",
            Self::Composer => "composer",
            Self::TitleSort => "title_sort",
            Self::ArtistSort => "artist_sort",
            Self::AlbumSort => "album_sort",
            Self::AlbumArtistSort => "album_artist_sort",
            Self::Comment => "comment",
            Self::Compilation => "compilation",
            Self::Label => "label",
            Self::Isrc => "isrc",
            Self::Bpm => "bpm",
            Self::MbTrackId => "mb_track_id",
            Self::MbRecordingId => "mb_recording_id",
            Self::MbAlbumId => "mb_album_id",
            Self::MbReleaseGroupId => "mb_release_group_id",
            Self::MbArtistIds => "mb_artist_ids",
            Self::MbAlbumArtistIds => "mb_album_artist_ids",
            Self::ReplaygainTrackGain => "replaygain_track_gain",
            Self::ReplaygainTrackPeak => "replaygain_track_peak",
            Self::ReplaygainAlbumGain => "replaygain_album_gain",
            Self::ReplaygainAlbumPeak => "replaygain_album_peak",
            Self::Lyrics => "lyrics",
        }
    }

    /// The fields whose value depends on this one, and are edited and reverted with it.
    pub(crate) const fn dependents(self) -> &'static [Self] {
        match self {
            Self::Artist => &[Self::Artists, Self::MbArtistIds],
            Self::Artists => &[Self::Artist, Self::MbArtistIds],
            Self::AlbumArtist => &[Self::AlbumArtists, Self::MbAlbumArtistIds],
            Self::AlbumArtists => &[Self::AlbumArtist, Self::MbAlbumArtistIds],
            Self::Album => &[Self::MbAlbumId, Self::MbReleaseGroupId],
            _ => &[],
        }
    }
}
