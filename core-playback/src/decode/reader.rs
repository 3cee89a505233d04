//! Moving a demuxer's reader to where it has to go on.

use symphonia::core::errors::{Error, Result as SymphoniaResult, SeekErrorKind};
use symphonia::core::formats::{FormatReader, SeekMode, SeekTo};
use symphonia::core::units::Timestamp;

/// Goes to the packet that holds this time stamp, or to one before it; an error where the container
/// only finds a later one.
pub(super) fn seek_reader(
    reader: &mut Box<dyn FormatReader>,
    track_id: u32,
    ts: Timestamp,
) -> SymphoniaResult<()> {
    let landed = reader.seek(SeekMode::Accurate, SeekTo::Timestamp { ts, track_id })?;
    if landed.actual_ts > ts {
        return Err(Error::SeekError(SeekErrorKind::Unseekable));
    }
    Ok(())
}

/// Reads to the end of one of several chained streams.
pub(super) fn skip_stream(reader: &mut Box<dyn FormatReader>) -> SymphoniaResult<()> {
    loop {
        match reader.next_packet() {
            Ok(Some(_)) => {}
            Err(Error::ResetRequired) => return Ok(()),
            Ok(None) => return Err(Error::DecodeError("a chained stream is gone")),
            Err(error) => return Err(error),
        }
    }
}
