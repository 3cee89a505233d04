//! The fields that matter, and the names that programs give them.

/// What a value in a tag is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Field {
    Title,
    /// The artists as they are credited; perhaps several values.
    Artist,
    /// The same artists one by one, where the credit is one text.
    Artists,
    Album,
    AlbumArtist,
    AlbumArtists,
    TrackNumber,
    TrackTotal,
    DiscNumber,
    DiscTotal,
    Date,
    Year,
    ReleaseDate,
    OriginalDate,
    Genre,
    Composer,
    Comment,
    /// What old programs wrote instead of a comment.
    Description,
    TitleSort,
    ArtistSort,
    AlbumSort,
    AlbumArtistSort,
    Compilation,
    DiscSubtitle,
    Label,
    Isrc,
    Bpm,
    MbTrack,
    MbRecording,
    MbAlbum,
    MbReleaseGroup,
    MbArtist,
    MbAlbumArtist,
    TrackGain,
    TrackPeak,
    AlbumGain,
    AlbumPeak,
    /// Gains as Opus writes them: 256ths of a dB, towards -23 LUFS.
    R128Track,
    R128Album,
    Lyrics,
    CueSheet,
}

/// The longest name of a field that matters.
pub(crate) const LONGEST_NAME: usize = 32;

impl Field {
    /// The field of this name in Vorbis comments, APE items, user text of ID3 and free-form atoms of
    /// MP4. They use the same words, with and without spaces and underscores.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let mut letters = [0; LONGEST_NAME];
        let mut length = 0;
        for byte in name.bytes().filter(|byte| !matches!(byte, b' ' | b'_' | b'-')) {
            *letters.get_mut(length)? = byte.to_ascii_uppercase();
            length += 1;
        }
        Some(match &letters[..length] {
            b"TITLE" => Self::Title,
            b"ARTIST" => Self::Artist,
            b"ARTISTS" => Self::Artists,
            b"ALBUM" => Self::Album,
            b"ALBUMARTIST" => Self::AlbumArtist,
            b"ALBUMARTISTS" => Self::AlbumArtists,
            b"TRACKNUMBER" | b"TRACK" => Self::TrackNumber,
            b"TRACKTOTAL" | b"TOTALTRACKS" => Self::TrackTotal,
            b"DISCNUMBER" | b"DISC" => Self::DiscNumber,
            b"DISCTOTAL" | b"TOTALDISCS" => Self::DiscTotal,
            b"DATE" => Self::Date,
            b"YEAR" => Self::Year,
            b"RELEASEDATE" => Self::ReleaseDate,
            b"ORIGINALDATE" | b"ORIGINALYEAR" | b"ORIGINALRELEASEDATE" => Self::OriginalDate,
            b"GENRE" => Self::Genre,
            b"COMPOSER" => Self::Composer,
            b"COMMENT" => Self::Comment,
            b"DESCRIPTION" => Self::Description,
            b"TITLESORT" => Self::TitleSort,
            b"ARTISTSORT" => Self::ArtistSort,
            b"ALBUMSORT" => Self::AlbumSort,
            b"ALBUMARTISTSORT" => Self::AlbumArtistSort,
            b"COMPILATION" => Self::Compilation,
            b"DISCSUBTITLE" | b"SETSUBTITLE" => Self::DiscSubtitle,
            b"LABEL" | b"ORGANIZATION" | b"PUBLISHER" => Self::Label,
            b"ISRC" => Self::Isrc,
            b"BPM" => Self::Bpm,
            b"MUSICBRAINZRELEASETRACKID" => Self::MbTrack,
            // The name is older than the difference between tracks and recordings.
            b"MUSICBRAINZTRACKID" | b"MUSICBRAINZRECORDINGID" => Self::MbRecording,
            b"MUSICBRAINZALBUMID" => Self::MbAlbum,
            b"MUSICBRAINZRELEASEGROUPID" => Self::MbReleaseGroup,
            b"MUSICBRAINZARTISTID" => Self::MbArtist,
            b"MUSICBRAINZALBUMARTISTID" => Self::MbAlbumArtist,
            b"REPLAYGAINTRACKGAIN" => Self::TrackGain,
            b"REPLAYGAINTRACKPEAK" => Self::TrackPeak,
            b"REPLAYGAINALBUMGAIN" => Self::AlbumGain,
            b"REPLAYGAINALBUMPEAK" => Self::AlbumPeak,
            b"R128TRACKGAIN" => Self::R128Track,
            b"R128ALBUMGAIN" => Self::R128Album,
            b"LYRICS" | b"UNSYNCEDLYRICS" | b"SYNCEDLYRICS" => Self::Lyrics,
            b"CUESHEET" => Self::CueSheet,
            _ => return None,
        })
    }

    /// The longest value that is read. Longer ones are no names.
    pub(crate) fn longest(self) -> usize {
        match self {
            Self::Lyrics | Self::CueSheet => super::LONGEST_TEXT,
            _ => super::LONGEST_FIELD,
        }
    }
}
