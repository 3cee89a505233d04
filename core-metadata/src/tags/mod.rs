//! Tags: what people wrote about the audio.
//!
//! The container parsers find the tags and read the fields that matter, within bounds, straight from
//! the [`Window`](crate::window::Window): nothing waits, grows or runs away, and one damaged field
//! spoils no other. Pictures, which come in layouts of their own, are taken apart by [`lofty`] once
//! they are in memory, and left out unless they are wanted.

pub(crate) mod ape;
pub(crate) mod id3;
pub(crate) mod ilst;
pub(crate) mod vorbis;

mod field;
mod fields;
mod picture;
mod understood;
mod values;

pub(crate) use field::{Field, LONGEST_NAME};
pub(crate) use fields::Fields;
pub use understood::Tags;
pub(crate) use values::clean;

/// Longer fields are no titles or names and are left out.
pub(crate) const LONGEST_FIELD: usize = 64 * 1024;

/// The longest lyrics or cue sheet that is read.
pub(crate) const LONGEST_TEXT: usize = 512 * 1024;

/// The most that the fields of one tag may take together.
pub(crate) const LARGEST_TAG: usize = 1024 * 1024;

/// The largest cover that is read, in bytes.
pub(crate) const LARGEST_COVER: usize = 16 * 1024 * 1024;

/// What a parser is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Want {
    /// The fields, and whether there is a cover.
    Fields,
    /// The bytes of the cover.
    Cover,
}

/// What was found in the tags of a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) fields: Fields,
    /// Whether there is a picture.
    pub(crate) has_cover: bool,
    /// The picture, where it was [wanted](Want::Cover).
    pub(crate) cover: Option<Vec<u8>>,
}

impl Found {
    /// Takes from a less trusted tag of the same file what is not known yet.
    pub(crate) fn fill(&mut self, other: Self) {
        self.fields.fill(other.fields);
        self.has_cover |= other.has_cover;
        self.cover = self.cover.take().or(other.cover);
    }
}
