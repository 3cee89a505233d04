//! Running synchronous parsers over bytes that may not be here yet.

use std::io;

use bridge_traits::SparseReader;

use super::DecodeError;

/// Tries `operation` on `source` until all the bytes it wants are here.
pub(crate) async fn complete<T>(
    source: &SparseReader,
    operation: impl Fn() -> io::Result<T>,
) -> Result<io::Result<T>, DecodeError> {
    source.begin();
    loop {
        let outcome = operation();
        if source.is_waiting() {
            drop(outcome);
            source.fetch_missing().await.map_err(DecodeError::Source)?;
        } else if let Some(error) = source.host_error() {
            return Err(DecodeError::Source(error));
        } else {
            return Ok(outcome);
        }
    }
}
