//! What audio files say of themselves, and a library that is kept equal to its folders.
//!
//! [`read_audio_file`] reads tags and properties, [`read_cover`] the cover, both of any
//! [`ReadAt`](bridge_traits::ReadAt) and within fixed bounds, whatever the file claims. [`Scanner`]
//! walks folders and brings the differences into the library.

mod artwork;
mod audio_file;
mod container;
mod cue;
mod error;
mod formats;
mod lyrics;
mod scan;
mod sidecar;
mod signature;
mod sparse;
mod tags;
mod window;

pub use artwork::{
    Artwork, ArtworkError, Colour, Cover, CoverSize, CoverSource, SizedCover, UnknownSize,
    read_cover,
};
pub use audio_file::{AudioFile, read_audio_file};
pub use cue::{CueError, CueSheet, CueTime, CueTrack, VirtualTrack, read_cue_sheet};
pub use error::MetadataError;
pub use formats::{AUDIO_EXTENSIONS, is_audio_path, is_decodable};
pub use lyrics::{parse_lyrics, read_lyrics};
pub use scan::{FailedFile, ScanError, ScanPlan, ScanReport, Scanner};
pub use signature::FileSignature;
pub use sparse::read_sparse;
pub use tags::Tags;
