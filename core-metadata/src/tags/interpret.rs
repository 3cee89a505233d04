//! Reads tag images with lofty.

use std::io::Cursor;

use lofty::config::{GlobalOptions, ParseOptions, ParsingMode, apply_global_options};
use lofty::file::{FileType, TaggedFileExt};
use lofty::picture::{Picture, PictureType};
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag};

use super::{Found, LARGEST_COVER, LARGEST_TAG, Tags, Want};

/// Reads the tags in `image`, which looks like a file of `kind`. Nothing, if they make no sense.
pub(crate) fn interpret(image: Vec<u8>, kind: FileType, want: Want) -> Option<Found> {
    let limit = match want {
        Want::Fields => LARGEST_TAG,
        // Covers in Vorbis comments are a third longer than their content.
        Want::Cover => 2 * LARGEST_COVER,
    };
    // The options belong to the thread, which may be a different one each time.
    apply_global_options(
        GlobalOptions::new()
            .use_custom_resolvers(false)
            .preserve_format_specific_items(false)
            .allocation_limit(limit),
    );
    let options = ParseOptions::new()
        .read_properties(false)
        .read_cover_art(want == Want::Cover)
        .parsing_mode(ParsingMode::Relaxed);
    let file = match Probe::with_file_type(Cursor::new(image), kind).options(options).read() {
        Ok(file) => file,
        Err(error) => {
            tracing::debug!(%error, "the tags make no sense");
            return None;
        }
    };
    let primary = file.primary_tag();
    let others =
        file.tags().iter().filter(|tag| Some(tag.tag_type()) != primary.map(Tag::tag_type));
    let mut found = Found::default();
    for tag in primary.into_iter().chain(others) {
        found.tags.fill(fields(tag));
        if want == Want::Cover && found.cover.is_none() {
            found.cover = best(tag.pictures()).map(|picture| picture.data().to_vec());
        }
    }
    Some(found)
}

fn fields(tag: &Tag) -> Tags {
    let first = |key| tag.get_strings(key).find_map(clean);
    let all = |key| tag.get_strings(key).filter_map(clean).collect::<Vec<_>>();
    let number = |key| first(key).and_then(|text| leading_number(&text));
    // `n/m` in one field, where the total has no field of its own.
    let total = |number_key, key| {
        number(key).or_else(|| leading_number(first(number_key)?.split_once('/')?.1))
    };
    let date = |key| first(key).and_then(|text| year(&text));
    Tags {
        title: first(ItemKey::TrackTitle),
        artists: all(ItemKey::TrackArtist),
        album: first(ItemKey::AlbumTitle),
        album_artists: all(ItemKey::AlbumArtist),
        track_number: number(ItemKey::TrackNumber),
        track_total: total(ItemKey::TrackNumber, ItemKey::TrackTotal),
        disc_number: number(ItemKey::DiscNumber),
        disc_total: total(ItemKey::DiscNumber, ItemKey::DiscTotal),
        year: date(ItemKey::RecordingDate)
            .or_else(|| date(ItemKey::Year))
            .or_else(|| date(ItemKey::ReleaseDate))
            .or_else(|| date(ItemKey::OriginalReleaseDate)),
        genres: all(ItemKey::Genre),
        composers: all(ItemKey::Composer),
    }
}

/// The front cover, or any picture.
fn best(pictures: &[Picture]) -> Option<&Picture> {
    pictures
        .iter()
        .find(|picture| picture.pic_type() == PictureType::CoverFront)
        .or_else(|| pictures.first())
}

/// `text` without the white space and NUL padding around it; nothing if nothing is left.
pub(crate) fn clean(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!text.is_empty()).then(|| text.to_owned())
}

/// The number that `text` begins with; zero means unknown.
pub(crate) fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok().filter(|number| *number > 0)
}

/// The year in a date in any of the usual spellings: its first four digits in a row.
pub(crate) fn year(date: &str) -> Option<i32> {
    let digits = |part: &&[u8]| part.iter().all(u8::is_ascii_digit);
    let part = date.as_bytes().windows(4).find(digits)?;
    std::str::from_utf8(part).ok()?.parse().ok().filter(|year| *year > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_found_in_dates() {
        for (date, expected) in [
            ("2004-05-01", Some(2004)),
            ("2004", Some(2004)),
            ("1 May 1987", Some(1987)),
            ("87", None),
            ("0000", None),
            ("", None),
        ] {
            assert_eq!(year(date), expected, "{date}");
        }
    }

    #[test]
    fn numbers_stop_where_the_digits_do() {
        for (text, expected) in
            [("9", Some(9)), ("09/12", Some(9)), (" 3 ", Some(3)), ("A1", None), ("0", None)]
        {
            assert_eq!(leading_number(text), expected, "{text}");
        }
        assert_eq!(leading_number("99999999999"), None);
    }

    #[test]
    fn padding_is_no_text() {
        assert_eq!(clean(" a b\0\0"), Some("a b".to_owned()));
        assert_eq!(clean(" \0 "), None);
    }
}
