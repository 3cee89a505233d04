//! The values found in the tags of a file, before they are understood.

use core_library::Lyrics;

use super::{Field, LARGEST_TAG, Tags, clean};
use crate::CueSheet;

/// Real tags have some dozens.
const MOST_VALUES: usize = 1024;

/// The values of fields, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields {
    values: Vec<(Field, String)>,
    size: usize,
    /// Lyrics that are more than a text.
    pub(crate) lyrics: Option<Lyrics>,
    /// A cue sheet that is no text.
    pub(crate) cue_sheet: Option<CueSheet>,
}

impl Fields {
    /// Takes a value, if there is something in it that the field does not have yet.
    pub(crate) fn put(&mut self, field: Field, value: &str) {
        let Some(value) = clean(value) else { return };
        let is_there = self.all(field).any(|other| other == value);
        if is_there || self.values.len() >= MOST_VALUES || self.size + value.len() > LARGEST_TAG {
            return;
        }
        self.size += value.len();
        self.values.push((field, value));
    }

    /// Whether it has a value for `field`.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.values.iter().any(|(other, _)| *other == field)
    }

    /// The first value of `field`.
    pub(crate) fn first(&self, field: Field) -> Option<&str> {
        self.all(field).next()
    }

    /// Every value of `field`.
    pub(crate) fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .filter(move |(other, _)| *other == field)
            .map(|(_, value)| value.as_str())
    }

    /// Takes the fields from `other` that are not known yet.
    pub(crate) fn fill(&mut self, other: Self) {
        let known: Vec<Field> = self.values.iter().map(|(field, _)| *field).collect();
        for (field, value) in other.values {
            if !known.contains(&field) {
                self.put(field, &value);
            }
        }
        self.lyrics = self.lyrics.take().or(other.lyrics);
        self.cue_sheet = self.cue_sheet.take().or(other.cue_sheet);
    }

    /// What they mean.
    pub(crate) fn understand(self) -> Tags {
        Tags::new(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_with_and_without_spaces() {
        for name in ["ALBUMARTIST", "Album Artist", "album_artist"] {
            assert_eq!(Field::of(name), Some(Field::AlbumArtist), "{name}");
        }
        assert_eq!(Field::of("MusicBrainz Release Track Id"), Some(Field::MbTrack));
        assert_eq!(Field::of("a name that is longer than every name of a field"), None);
        assert_eq!(Field::of(""), None);
    }

    #[test]
    fn values_are_kept_once_and_less_trusted_ones_fill_gaps() {
        let mut fields = Fields::default();
        fields.put(Field::Artist, "One");
        fields.put(Field::Artist, "Two\0");
        fields.put(Field::Artist, " One ");
        fields.put(Field::Title, " ");
        let mut other = Fields::default();
        other.put(Field::Artist, "Three");
        other.put(Field::Title, "Title");
        fields.fill(other);
        assert_eq!(fields.all(Field::Artist).collect::<Vec<_>>(), ["One", "Two"]);
        assert_eq!(fields.first(Field::Title), Some("Title"));
    }

    #[test]
    fn tags_are_bounded() {
        let mut fields = Fields::default();
        for number in 0..5_000 {
            fields.put(Field::Genre, &format!("{number} {}", "x".repeat(2_000)));
        }
        assert!(fields.all(Field::Genre).map(str::len).sum::<usize>() <= LARGEST_TAG);
        assert!(fields.all(Field::Genre).count() <= MOST_VALUES);
    }
}
