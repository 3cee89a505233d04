//! A body that keeps its promises: no longer wait than allowed, no byte less than announced.

use std::time::Duration;

use bridge_traits::{BridgeError, ByteStream, ErrorKind, Result};
use bytes::Bytes;
use core_async::time;
use futures::{StreamExt, stream};

struct Guarded {
    body: ByteStream,
    timeout: Duration,
    /// Bytes still to come, where the length was announced.
    missing: Option<u64>,
}

/// `body`, ending with an error if a piece takes longer than `timeout` or if it is not exactly as
/// long as announced.
pub(super) fn guarded(body: ByteStream, timeout: Duration, announced: Option<u64>) -> ByteStream {
    let guarded = Guarded { body, timeout, missing: announced };
    Box::pin(stream::unfold(Some(guarded), |guarded| async {
        let mut guarded = guarded?;
        match guarded.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(guarded))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    }))
}

impl Guarded {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let Ok(piece) = time::timeout(self.timeout, self.body.next()).await else {
            return Err(BridgeError::new(ErrorKind::TimedOut, "http.body"));
        };
        let piece = piece.transpose()?;
        let length = piece.as_ref().map_or(0, |piece| piece.len() as u64);
        match (&mut self.missing, &piece) {
            (Some(missing), Some(_)) => match missing.checked_sub(length) {
                Some(rest) => *missing = rest,
                None => return Err(wrong_length("longer")),
            },
            (Some(1..), None) => return Err(wrong_length("shorter")),
            _ => {}
        }
        Ok(piece)
    }
}

fn wrong_length(how: &str) -> BridgeError {
    BridgeError::new(ErrorKind::Unavailable, "http.body")
        .with_detail(format!("the body is {how} than announced"))
}
