//! Version 1 tags: 128 bytes of fixed fields.

use super::text::latin1;
use super::{V1_LENGTH, genre};
use crate::tags::{Field, Fields};

/// Reads a whole tag.
pub(super) fn read(tag: &[u8]) -> Fields {
    let mut fields = Fields::default();
    if tag.len() as u64 != V1_LENGTH {
        return fields;
    }
    for (field, start, end) in [
        (Field::Title, 3, 33),
        (Field::Artist, 33, 63),
        (Field::Album, 63, 93),
        (Field::Date, 93, 97),
    ] {
        fields.put(field, &text(&tag[start..end]));
    }
    // A number instead of the end of the comment makes it version 1.1.
    let comment = match tag[125..127] {
        [0, number] if number > 0 => {
            fields.put(Field::TrackNumber, &number.to_string());
            &tag[97..125]
        }
        _ => &tag[97..127],
    };
    fields.put(Field::Comment, &text(comment));
    if let Some(genre) = genre(tag[127].into()) {
        fields.put(Field::Genre, genre);
    }
    fields
}

/// The text up to the padding.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    latin1(&bytes[..end])
}
