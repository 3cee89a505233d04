//! Covers: read when somebody wants to see one, kept once, resized by the host.

mod colour;
mod cover;
mod dimensions;
mod resize;
mod store;

pub use colour::{Colour, Pixels};
pub use cover::{Cover, CoverId, read_cover};
pub use dimensions::Dimensions;
pub use resize::{ImageResizer, Resized};
pub use store::{Artwork, ArtworkError};
