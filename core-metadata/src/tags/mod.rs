//! Tags: what people wrote about the audio.
//!
//! The container parsers find the tags and copy the fields that matter, within bounds, into a small
//! *image*: a file of nothing but tags, in memory. [`lofty`] reads that image, so it never sees
//! the file itself, and none of its reads can wait, grow or run away. Covers are left out unless
//! they are wanted.

pub(crate) mod ape;
pub(crate) mod id3;
pub(crate) mod ilst;
pub(crate) mod vorbis;

mod interpret;

pub(crate) use interpret::{clean, interpret, leading_number, year};

/// Longer fields are no titles or names and are left out.
pub(crate) const LONGEST_FIELD: usize = 64 * 1024;

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

/// What the tags of a file say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tags {
    pub(crate) title: Option<String>,
    pub(crate) artists: Vec<String>,
    pub(crate) album: Option<String>,
    pub(crate) album_artists: Vec<String>,
    pub(crate) track_number: Option<u32>,
    pub(crate) track_total: Option<u32>,
    pub(crate) disc_number: Option<u32>,
    pub(crate) disc_total: Option<u32>,
    pub(crate) year: Option<i32>,
    pub(crate) genres: Vec<String>,
    pub(crate) composers: Vec<String>,
}

impl Tags {
    /// Takes from `other` what is not known yet.
    pub(crate) fn fill(&mut self, other: Self) {
        fn list(ours: &mut Vec<String>, theirs: Vec<String>) {
            if ours.is_empty() {
                *ours = theirs;
            }
        }
        self.title = self.title.take().or(other.title);
        list(&mut self.artists, other.artists);
        self.album = self.album.take().or(other.album);
        list(&mut self.album_artists, other.album_artists);
        self.track_number = self.track_number.or(other.track_number);
        self.track_total = self.track_total.or(other.track_total);
        self.disc_number = self.disc_number.or(other.disc_number);
        self.disc_total = self.disc_total.or(other.disc_total);
        self.year = self.year.or(other.year);
        list(&mut self.genres, other.genres);
        list(&mut self.composers, other.composers);
    }
}

/// What was found in the tags of a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) tags: Tags,
    /// Whether there is a picture.
    pub(crate) has_cover: bool,
    /// The picture, where it was [wanted](Want::Cover).
    pub(crate) cover: Option<Vec<u8>>,
}

impl Found {
    /// Takes from a less trusted tag of the same file what is not known yet.
    pub(crate) fn fill(&mut self, other: Self) {
        self.tags.fill(other.tags);
        self.has_cover |= other.has_cover;
        self.cover = self.cover.take().or(other.cover);
    }
}
