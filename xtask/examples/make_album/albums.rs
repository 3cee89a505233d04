//! The two albums: who plays what, and how it goes.

use crate::cover::Cover;
use crate::file::Format;
use crate::piece::{DORIAN, Drums, Lead, MAJOR, MINOR, Piece};
use crate::tags::Tags;

/// An album.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Album {
    /// Its name.
    pub(crate) title: &'static str,
    /// Whose album it is.
    pub(crate) artist: &'static str,
    /// When it was made.
    year: u32,
    /// What is on the cover.
    pub(crate) cover: Cover,
    /// Its tracks, disc by disc.
    pub(crate) tracks: &'static [Track],
}

/// A track of an album.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Track {
    disc: u32,
    title: &'static str,
    artist: &'static str,
    genre: &'static str,
    /// The format of its file.
    pub(crate) format: Format,
    /// Its music.
    pub(crate) piece: Piece,
}

impl Track {
    /// The tags of its file.
    pub(crate) fn tags(&self, album: &Album) -> Tags {
        let on_disc = || album.tracks.iter().filter(|track| track.disc == self.disc);
        let number = on_disc().position(|track| track.title == self.title).unwrap_or(0) + 1;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Tags {
            title: self.title.to_owned(),
            artist: self.artist.to_owned(),
            album: album.title.to_owned(),
            album_artist: album.artist.to_owned(),
            genre: self.genre.to_owned(),
            year: album.year,
            track: (count(number), count(on_disc().count())),
            disc: (self.disc, album.tracks.last().map_or(1, |track| track.disc)),
        }
    }

    /// The name of its file, such as `1-02 Title.flac`.
    pub(crate) fn file_name(&self, album: &Album) -> String {
        let tags = self.tags(album);
        let disc = if tags.disc.1 > 1 { format!("{}-", tags.disc.0) } else { String::new() };
        format!("{disc}{:02} {}.{}", tags.track.0, self.title, self.format.extension())
    }
}

/// Both albums: one by a single artist with accents, one by several on two discs.
pub(crate) const ALBUMS: &[Album] = &[
    Album {
        title: "Lumière du matin",
        artist: "Zoë Été",
        year: 2024,
        cover: Cover { sky: [38, 70, 120], glow: [255, 190, 130], land: [30, 40, 66], shift: 1.3 },
        tracks: &[
            Track {
                disc: 1,
                title: "Aube",
                artist: "Zoë Été",
                genre: "Ambient",
                format: Format::Flac,
                piece: Piece {
                    seed: 1,
                    tempo: 84.0,
                    root: 60,
                    scale: MAJOR,
                    chords: [0, 5, 3, 4],
                    bars: 5,
                    lead: Lead::Flute,
                    drums: Drums::None,
                },
            },
            Track {
                disc: 1,
                title: "Café à Évian",
                artist: "Zoë Été",
                genre: "Bossa nova",
                format: Format::Flac,
                piece: Piece {
                    seed: 2,
                    tempo: 118.0,
                    root: 57,
                    scale: DORIAN,
                    chords: [0, 3, 0, 4],
                    bars: 8,
                    lead: Lead::Pluck,
                    drums: Drums::Soft,
                },
            },
            Track {
                disc: 1,
                title: "Pluie légère",
                artist: "Zoë Été",
                genre: "Ambient",
                format: Format::Alac,
                piece: Piece {
                    seed: 3,
                    tempo: 72.0,
                    root: 62,
                    scale: MINOR,
                    chords: [0, 5, 2, 6],
                    bars: 4,
                    lead: Lead::Bell,
                    drums: Drums::None,
                },
            },
            Track {
                disc: 1,
                title: "Midi",
                artist: "Zoë Été feat. Søren Åkesson",
                genre: "Folk",
                format: Format::Wav,
                piece: Piece {
                    seed: 4,
                    tempo: 126.0,
                    root: 55,
                    scale: MAJOR,
                    chords: [0, 4, 5, 3],
                    bars: 8,
                    lead: Lead::Pluck,
                    drums: Drums::Straight,
                },
            },
        ],
    },
    Album {
        title: "夜の電車 (Night Train)",
        artist: "Various Artists",
        year: 2019,
        cover: Cover { sky: [14, 12, 40], glow: [190, 70, 140], land: [18, 10, 34], shift: 2.6 },
        tracks: &[
            Track {
                disc: 1,
                title: "東京の朝",
                artist: "山田 花子",
                genre: "Electronic",
                format: Format::Flac,
                piece: Piece {
                    seed: 5,
                    tempo: 132.0,
                    root: 57,
                    scale: MINOR,
                    chords: [0, 5, 2, 6],
                    bars: 9,
                    lead: Lead::Bell,
                    drums: Drums::Broken,
                },
            },
            Track {
                disc: 1,
                title: "Northern Line",
                artist: "The Low Tides",
                genre: "Indie",
                format: Format::Aiff,
                piece: Piece {
                    seed: 6,
                    tempo: 104.0,
                    root: 59,
                    scale: DORIAN,
                    chords: [0, 6, 3, 0],
                    bars: 6,
                    lead: Lead::Pluck,
                    drums: Drums::Straight,
                },
            },
            Track {
                disc: 1,
                title: "Señales",
                artist: "Río Único",
                genre: "Electronic",
                format: Format::Flac,
                piece: Piece {
                    seed: 7,
                    tempo: 112.0,
                    root: 64,
                    scale: MINOR,
                    chords: [0, 3, 5, 4],
                    bars: 7,
                    lead: Lead::Flute,
                    drums: Drums::Broken,
                },
            },
            Track {
                disc: 2,
                title: "Last Stop",
                artist: "The Low Tides",
                genre: "Indie",
                format: Format::Alac,
                piece: Piece {
                    seed: 8,
                    tempo: 92.0,
                    root: 55,
                    scale: MAJOR,
                    chords: [3, 4, 0, 5],
                    bars: 6,
                    lead: Lead::Bell,
                    drums: Drums::Soft,
                },
            },
            Track {
                disc: 2,
                title: "星の音",
                artist: "山田 花子",
                genre: "Ambient",
                format: Format::Flac,
                piece: Piece {
                    seed: 9,
                    tempo: 66.0,
                    root: 60,
                    scale: DORIAN,
                    chords: [0, 2, 3, 6],
                    bars: 4,
                    lead: Lead::Bell,
                    drums: Drums::None,
                },
            },
        ],
    },
];
