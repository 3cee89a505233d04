//! Vorbis comments: in FLAC blocks and in Ogg packets.

use super::{Field, Found, LARGEST_COVER, LONGEST_NAME, Want, picture};
use crate::MetadataError;
use crate::window::{Parse, Stop};

/// A run of bytes that can be read and skipped, wherever its parts lie.
pub(crate) trait Run {
    /// The next `length` bytes.
    fn take(&mut self, length: usize) -> Parse<Vec<u8>>;

    /// Passes over the next `length` bytes without reading them, where that is possible.
    fn skip(&mut self, length: u64) -> Parse<()>;
}

/// How much of a comment is looked at to see whether it matters: a name with separators in it.
const START: usize = LONGEST_NAME + 8;

/// Reads a comment header.
pub(crate) fn read(run: &mut dyn Run, want: Want) -> Parse<Found> {
    let mut found = Found::default();
    match collect(&mut found, run, want) {
        // What could be read of damaged comments counts.
        Ok(()) | Err(Stop::Failed(MetadataError::Truncated)) => Ok(found),
        Err(stop) => Err(stop),
    }
}

/// Reads the picture in a FLAC picture block.
pub(crate) fn read_picture(block: &[u8]) -> Found {
    Found { has_cover: true, cover: picture::from_flac(block), ..Found::default() }
}

fn collect(found: &mut Found, run: &mut dyn Run, want: Want) -> Parse<()> {
    let vendor = number(run)?;
    run.skip(u64::from(vendor))?;
    let count = number(run)?;
    for _ in 0..count {
        let length = number(run)?;
        comment(found, run, length, want)?;
    }
    Ok(())
}

fn comment(found: &mut Found, run: &mut dyn Run, length: u32, want: Want) -> Parse<()> {
    let total = usize::try_from(length).map_err(|_| MetadataError::TooLarge)?;
    let start = run.take(total.min(START))?;
    let rest = total - start.len();
    let end = start.iter().position(|byte| *byte == b'=');
    let name = end.and_then(|end| std::str::from_utf8(&start[..end]).ok());
    let Some(name) = name else { return run.skip(rest as u64) };
    let value = &start[name.len() + 1..];
    let is_block = name.eq_ignore_ascii_case("METADATA_BLOCK_PICTURE");
    if is_block || name.eq_ignore_ascii_case("COVERART") {
        found.has_cover = true;
        // As text it is a third longer.
        if want != Want::Cover || found.cover.is_some() || total / 4 * 3 > LARGEST_COVER {
            return run.skip(rest as u64);
        }
        let text = [value, &run.take(rest)?].concat();
        found.cover =
            if is_block { picture::from_comment(&text) } else { picture::from_old_comment(&text) };
        return Ok(());
    }
    match Field::of(name).filter(|field| want == Want::Fields && total <= field.longest()) {
        Some(field) => {
            let text = [value, &run.take(rest)?].concat();
            found.fields.put(field, &String::from_utf8_lossy(&text));
            Ok(())
        }
        None => run.skip(rest as u64),
    }
}

fn number(run: &mut dyn Run) -> Parse<u32> {
    let bytes = run.take(4)?;
    <[u8; 4]>::try_from(&bytes[..])
        .map(u32::from_le_bytes)
        .map_err(|_| MetadataError::Truncated.into())
}
