//! What the fields can hold.

use serde_json::Value as Json;

use super::{FieldValue, TrackField};
use crate::models::Lyrics;

/// The longest text of a field, in bytes.
const LONGEST_TEXT: usize = 4096;

/// The longest lyrics, in bytes, times aside.
const LONGEST_LYRICS: usize = 256 * 1024;

/// The most values of one field.
const MOST_VALUES: usize = 64;

/// Whether the field of this name can hold what is stored like this.
pub(crate) fn can_hold(field: &str, value: &Json) -> bool {
    let field = serde_json::from_value::<TrackField>(Json::from(field));
    let known = FieldValue::from_json(value);
    let is_value = known.is_some() || value.is_null();
    field.is_ok_and(|field| is_value && check(field, known.as_ref()).is_ok())
}

/// Says what a field can hold, if it is not this.
pub(super) fn check(field: TrackField, value: Option<&FieldValue>) -> Result<(), &'static str> {
    use TrackField as F;
    let Some(value) = value else {
        return refuse_if(field == F::Title, "a title, which cannot be empty");
    };
    let (fits, expected) = match field {
        F::Artists | F::AlbumArtists | F::Genres => {
            (is_list(value, is_text), "a list of at most 64 texts without control characters")
        }
        F::MbArtistIds | F::MbAlbumArtistIds => {
            (is_list(value, is_mbid), "a list of MusicBrainz ids")
        }
        F::MbTrackId | F::MbRecordingId | F::MbAlbumId | F::MbReleaseGroupId => {
            (text(value).is_some_and(is_mbid), "a MusicBrainz id: 32 hexadecimal digits in groups")
        }
        F::TrackNumber | F::TrackTotal | F::DiscNumber | F::DiscTotal => {
            (is_whole(value, 1.0, 9999.0), "a whole number from 1 to 9999")
        }
        F::Year | F::OriginalYear => (is_whole(value, 1.0, 9999.0), "a year from 1 to 9999"),
        F::ReleaseDate => {
            (text(value).is_some_and(is_date), "a date such as 2001, 2001-05 or 2001-05-17")
        }
        F::Compilation => (matches!(value, FieldValue::Flag(_)), "true or false"),
        F::Bpm => (is_between(value, 1.0, 1000.0), "a number from 1 to 1000"),
        F::ReplaygainTrackGain | F::ReplaygainAlbumGain => {
            (is_between(value, -60.0, 60.0), "a number from -60 to 60")
        }
        F::ReplaygainTrackPeak | F::ReplaygainAlbumPeak => {
            (is_between(value, 0.0, 100.0), "a number from 0 to 100")
        }
        F::Isrc => (text(value).is_some_and(is_isrc), "an ISRC such as GBAYE0601498"),
        F::Lyrics => (is_lyrics(value), "lyrics of at most 256 KiB"),
        F::Comment => (
            text(value).is_some_and(|text| text.len() <= LONGEST_TEXT && !text.contains('\0')),
            "a text of at most 4096 bytes",
        ),
        _ => (
            text(value).is_some_and(is_text),
            "a text of 1 to 4096 bytes without control characters",
        ),
    };
    refuse_if(!fits, expected)
}

fn refuse_if(refused: bool, expected: &'static str) -> Result<(), &'static str> {
    if refused { Err(expected) } else { Ok(()) }
}

fn text(value: &FieldValue) -> Option<&str> {
    match value {
        FieldValue::Text(text) => Some(text),
        _ => None,
    }
}

fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST_TEXT && !text.contains(char::is_control)
}

fn is_list(value: &FieldValue, fits: fn(&str) -> bool) -> bool {
    matches!(value, FieldValue::List(list)
        if list.len() <= MOST_VALUES && list.iter().all(|value| fits(value)))
}

fn is_between(value: &FieldValue, least: f64, most: f64) -> bool {
    matches!(value, FieldValue::Number(number) if (least..=most).contains(number))
}

fn is_whole(value: &FieldValue, least: f64, most: f64) -> bool {
    is_between(value, least, most)
        && matches!(value, FieldValue::Number(number) if number.fract() == 0.0)
}

fn is_mbid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn is_isrc(text: &str) -> bool {
    // ISO 3901: two letters, three letters or digits, seven digits; often written with hyphens.
    let code: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    code.len() == 12
        && code[..2].iter().all(u8::is_ascii_alphabetic)
        && code[2..5].iter().all(u8::is_ascii_alphanumeric)
        && code[5..].iter().all(u8::is_ascii_digit)
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &&str, digits: usize, most: u32| {
        part.len() == digits && part.parse().is_ok_and(|number: u32| (1..=most).contains(&number))
    };
    match &*parts {
        [year] => number(year, 4, 9999),
        [year, month] => number(year, 4, 9999) && number(month, 2, 12),
        [year, month, day] => number(year, 4, 9999) && number(month, 2, 12) && number(day, 2, 31),
        _ => false,
    }
}

fn is_lyrics(value: &FieldValue) -> bool {
    let length = |lyrics: &Lyrics| {
        let timed: usize = lyrics.lines.iter().map(|line| line.text.len()).sum();
        lyrics.plain.as_ref().map_or(0, String::len) + timed
    };
    match value {
        FieldValue::Lyrics(lyrics) => {
            length(lyrics) <= LONGEST_LYRICS && lyrics.lines.is_sorted_by_key(|line| line.at_ms)
        }
        _ => false,
    }
}
