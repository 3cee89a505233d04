//! Pictures in the layouts of the tag formats.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lofty::config::ParsingMode;
use lofty::id3::v2::{AttachedPictureFrame, FrameFlags, Id3v2Version};
use lofty::picture::Picture;

/// The picture in a FLAC picture block.
pub(super) fn from_flac(block: &[u8]) -> Option<Vec<u8>> {
    let (picture, _) = Picture::from_flac_bytes(block, false, ParsingMode::Relaxed).ok()?;
    Some(picture.data().to_vec())
}

/// The picture in a FLAC picture block, written as text into a comment.
pub(super) fn from_comment(text: &[u8]) -> Option<Vec<u8>> {
    from_flac(&STANDARD.decode(text.trim_ascii()).ok()?)
}

/// The picture in a comment of old, without a block around it.
pub(super) fn from_old_comment(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim_ascii()).ok()
}

/// The picture in a frame of ID3 version 2.
pub(super) fn from_frame(content: &[u8], version: u8) -> Option<Vec<u8>> {
    let version = match version {
        2 => Id3v2Version::V2,
        3 => Id3v2Version::V3,
        _ => Id3v2Version::V4,
    };
    let frame =
        AttachedPictureFrame::parse(&mut Cursor::new(content), FrameFlags::default(), version);
    match frame {
        Ok(frame) => Some(frame.picture.data().to_vec()),
        Err(error) => {
            tracing::debug!(%error, "the picture makes no sense");
            None
        }
    }
}
