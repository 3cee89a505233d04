//! Covers: read when somebody wants to see one, made small by the host, kept for the next time.

mod colour;
mod cover;
mod dimensions;
mod known;
mod size;
mod store;

pub use colour::Colour;
pub use cover::{Cover, read_cover};
pub use known::CoverSource;
pub use size::{CoverSize, UnknownSize};
pub use store::{Artwork, ArtworkError, SizedCover};
