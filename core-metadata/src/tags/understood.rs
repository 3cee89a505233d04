//! What the fields of a file mean.

use core_library::Lyrics;
use serde::Serialize;

use super::values::{decimal, flag, ids, iso_date, leading_number, total_after_slash, year};
use super::{Field, Fields};
use crate::{CueSheet, parse_lyrics};

/// Between the values of a credit, as other programs show them.
const SEPARATOR: &str = ";";

/// How far `R128` gains are from those of `ReplayGain`, in dB: they aim at -23 LUFS instead of -18.
const R128_DISTANCE: f64 = 5.0;

/// What people wrote about a track. Unknown is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Tags {
    /// The title.
    pub title: Option<String>,
    /// The artists as one text.
    pub artist: Option<String>,
    /// The artists one by one.
    pub artists: Vec<String>,
    /// The title of the album.
    pub album: Option<String>,
    /// Whom the album is credited to, as one text.
    pub album_artist: Option<String>,
    /// The artists of the album one by one.
    pub album_artists: Vec<String>,
    /// The position on the disc, from 1.
    pub track_number: Option<u32>,
    /// How many tracks the disc has.
    pub track_total: Option<u32>,
    /// The disc, from 1.
    pub disc_number: Option<u32>,
    /// How many discs the album has.
    pub disc_total: Option<u32>,
    /// The title of the disc.
    pub disc_subtitle: Option<String>,
    /// The year of the recording, or of its release.
    pub year: Option<i32>,
    /// When this edition came out: `2001`, `2001-05` or `2001-05-17`.
    pub release_date: Option<String>,
    /// The year the music first came out.
    pub original_year: Option<i32>,
    /// The genres.
    pub genres: Vec<String>,
    /// Who wrote the music, as one text.
    pub composer: Option<String>,
    /// A remark.
    pub comment: Option<String>,
    /// What the title is sorted as.
    pub title_sort: Option<String>,
    /// What the artist is sorted as.
    pub artist_sort: Option<String>,
    /// What the album is sorted as.
    pub album_sort: Option<String>,
    /// What the album artist is sorted as.
    pub album_artist_sort: Option<String>,
    /// Whether the album is a compilation of several artists.
    pub compilation: bool,
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
    /// The `MusicBrainz` ids of the artists.
    pub mb_artist_ids: Vec<String>,
    /// The `MusicBrainz` ids of the album artists.
    pub mb_album_artist_ids: Vec<String>,
    /// How much to amplify the track, in dB. `R128` gains come 5 dB higher than they are written:
    /// they aim at -23 LUFS, and `ReplayGain` at -18.
    pub replaygain_track_gain: Option<f64>,
    /// The largest sample of the track, where full scale is 1.
    pub replaygain_track_peak: Option<f64>,
    /// How much to amplify every track of the album, in dB.
    pub replaygain_album_gain: Option<f64>,
    /// The largest sample of the album, where full scale is 1.
    pub replaygain_album_peak: Option<f64>,
    /// The lyrics.
    pub lyrics: Option<Lyrics>,
    /// Where the tracks in this file begin, if it holds a whole disc. The scanner does not split
    /// such files: they are one track in the library.
    pub cue_sheet: Option<CueSheet>,
}

impl Tags {
    pub(super) fn new(mut fields: Fields) -> Self {
        let lyrics = lyrics(&mut fields);
        let cue_sheet = fields.cue_sheet.take();
        let fields = &fields;
        let text = |field| fields.first(field).map(str::to_owned);
        let list = |field| fields.all(field).map(str::to_owned).collect::<Vec<_>>();
        let joined = |field| {
            let values = list(field);
            (!values.is_empty()).then(|| values.join(SEPARATOR))
        };
        let either = |first, second| if fields.has(first) { list(first) } else { list(second) };
        let number = |field| fields.first(field).and_then(leading_number);
        let total = |own, number_field| {
            number(own).or_else(|| total_after_slash(fields.first(number_field)?))
        };
        let date = |order: &[Field]| order.iter().find_map(|field| iso_date(fields.first(*field)?));
        let id = |field| fields.all(field).flat_map(ids).next();
        let id_list = |field| fields.all(field).flat_map(ids).collect();
        let gain = |field, r128| {
            fields.first(field).and_then(|text| decimal(text, 100.0)).or_else(|| {
                let steps = decimal(fields.first(r128)?, 32_768.0)?;
                Some(steps / 256.0 + R128_DISTANCE)
            })
        };
        let peak = |field| {
            let value = decimal(fields.first(field)?, 1_000.0)?;
            (value >= 0.0).then_some(value)
        };
        let first_year = [Field::Date, Field::Year, Field::ReleaseDate, Field::OriginalDate]
            .into_iter()
            .find_map(|field| year(fields.first(field)?));
        Self {
            title: text(Field::Title),
            artist: joined(Field::Artist).or_else(|| joined(Field::Artists)),
            artists: either(Field::Artists, Field::Artist),
            album: text(Field::Album),
            album_artist: joined(Field::AlbumArtist).or_else(|| joined(Field::AlbumArtists)),
            album_artists: either(Field::AlbumArtists, Field::AlbumArtist),
            track_number: number(Field::TrackNumber),
            track_total: total(Field::TrackTotal, Field::TrackNumber),
            disc_number: number(Field::DiscNumber),
            disc_total: total(Field::DiscTotal, Field::DiscNumber),
            disc_subtitle: text(Field::DiscSubtitle),
            year: first_year,
            release_date: date(&[Field::ReleaseDate, Field::Date, Field::Year]),
            original_year: fields.first(Field::OriginalDate).and_then(year),
            genres: list(Field::Genre),
            composer: joined(Field::Composer),
            comment: text(Field::Comment).or_else(|| text(Field::Description)),
            title_sort: text(Field::TitleSort),
            artist_sort: text(Field::ArtistSort),
            album_sort: text(Field::AlbumSort),
            album_artist_sort: text(Field::AlbumArtistSort),
            compilation: fields.first(Field::Compilation).is_some_and(flag),
            label: text(Field::Label),
            isrc: text(Field::Isrc),
            bpm: fields
                .first(Field::Bpm)
                .and_then(|text| decimal(text, 10_000.0))
                .filter(|bpm| *bpm > 0.0),
            mb_track_id: id(Field::MbTrack),
            mb_recording_id: id(Field::MbRecording),
            mb_album_id: id(Field::MbAlbum),
            mb_release_group_id: id(Field::MbReleaseGroup),
            mb_artist_ids: id_list(Field::MbArtist),
            mb_album_artist_ids: id_list(Field::MbAlbumArtist),
            replaygain_track_gain: gain(Field::TrackGain, Field::R128Track),
            replaygain_track_peak: peak(Field::TrackPeak),
            replaygain_album_gain: gain(Field::AlbumGain, Field::R128Album),
            replaygain_album_peak: peak(Field::AlbumPeak),
            lyrics,
            cue_sheet: cue_sheet.or_else(|| CueSheet::parse(fields.first(Field::CueSheet)?).ok()),
        }
    }
}

/// The best of all lyrics in a file: times from one text, words from another.
fn lyrics(fields: &mut Fields) -> Option<Lyrics> {
    let mut best = fields.lyrics.take().unwrap_or_default();
    for text in fields.all(Field::Lyrics) {
        let parsed = parse_lyrics(text);
        if best.lines.is_empty() {
            best.lines = parsed.lines;
        }
        best.plain = best.plain.or(parsed.plain);
        best.language = best.language.or(parsed.language);
    }
    (best.plain.is_some() || !best.lines.is_empty()).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(values: &[(Field, &str)]) -> Tags {
        let mut fields = Fields::default();
        for (field, value) in values {
            fields.put(*field, value);
        }
        fields.understand()
    }

    #[test]
    fn credits_are_shown_as_written_and_known_one_by_one() {
        let found = tags(&[
            (Field::Artist, "Ada feat. Béla"),
            (Field::Artists, "Ada"),
            (Field::Artists, "Béla"),
        ]);
        assert_eq!(found.artist.as_deref(), Some("Ada feat. Béla"));
        assert_eq!(found.artists, ["Ada", "Béla"]);
        let found = tags(&[(Field::Artist, "Ada"), (Field::Artist, "Béla")]);
        assert_eq!(found.artist.as_deref(), Some("Ada;Béla"));
        assert_eq!(found.artists, ["Ada", "Béla"]);
    }

    #[test]
    fn loudness_of_opus_is_converted() {
        let found = tags(&[(Field::R128Track, "-1024"), (Field::R128Album, "0")]);
        assert_eq!(found.replaygain_track_gain, Some(1.0));
        assert_eq!(found.replaygain_album_gain, Some(5.0));
        let found = tags(&[(Field::R128Track, "-1024"), (Field::TrackGain, "-7.5 dB")]);
        assert_eq!(found.replaygain_track_gain, Some(-7.5));
    }

    #[test]
    fn dates_of_release_and_origin_differ() {
        let found = tags(&[
            (Field::Date, "2009-09-09"),
            (Field::OriginalDate, "1969-09-26"),
            (Field::Bpm, "0"),
        ]);
        assert_eq!((found.year, found.original_year), (Some(2009), Some(1969)));
        assert_eq!(found.release_date.as_deref(), Some("2009-09-09"));
        assert_eq!(found.bpm, None);
    }

    #[test]
    fn words_and_times_may_come_from_different_texts() {
        let found =
            tags(&[(Field::Lyrics, "La la"), (Field::Lyrics, "[00:01.00]La\n[00:02.00]la")]);
        let lyrics = found.lyrics.unwrap();
        assert_eq!(lyrics.plain.as_deref(), Some("La la"));
        assert_eq!(lyrics.lines.iter().map(|line| line.at_ms).collect::<Vec<_>>(), [1_000, 2_000]);
    }
}
