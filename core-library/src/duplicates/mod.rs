//! Finding tracks that are the same recording.
//!
//! Each kind of evidence has an index in which tracks that agree stand side by side. One pass over
//! it finds them, however many there are; only those that stand together are read and compared.

mod finder;
mod kinds;
mod place;
mod sounds;

pub(crate) use finder::Finder;
pub use sounds::SoundComparison;
