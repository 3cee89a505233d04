//! What hosts do with pictures: decode and resize them.

use std::fmt;

use bridge_traits::{PlatformSend, PlatformSync, Result};

use super::{Cover, Pixels};

/// Decodes and resizes pictures.
///
/// The core never decodes one itself. Browsers have decoders of their own, which are faster than any
/// in the bundle and cost it nothing: `createImageBitmap` with `resizeWidth`, and an
/// `OffscreenCanvas` to encode the result, work in the worker the core lives in. The decoders for
/// JPEG, PNG and WebP would add more to the bundle than all of this crate does. A desktop host uses
/// the library it has anyway.
///
/// # Contract
///
/// * The result fits into a square of `edge` pixels, has the proportions of the original, and is
///   never larger than it.
/// * Animated pictures give their first frame.
/// * Pictures that cannot be decoded are `Corrupt`, formats that are not known `Unsupported`.
/// * Memory stays within a small multiple of the picture's pixels, which the caller has checked.
#[core_async::async_trait]
pub trait ImageResizer: fmt::Debug + PlatformSend + PlatformSync {
    /// Makes a small version of `cover`.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` or `Unsupported`.
    async fn resize(&self, cover: &Cover, edge: u32) -> Result<Resized>;
}

/// A small version of a picture.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resized {
    /// The picture, encoded.
    pub cover: Cover,
    /// The same as pixels.
    pub pixels: Pixels,
}
