//! A part of a file that keeps to what it announced.

use std::fmt;

use bytes::Bytes;
use futures::{StreamExt, stream};

use super::{TransferFault, Validator};
use crate::{ByteStream, Result};

/// A part of a file on its way, or all of it.
pub struct Part {
    /// The offset of its first byte.
    pub start: u64,
    /// How many bytes it has, where the server said so.
    pub length: Option<u64>,
    /// How long the whole file is, where the server said so.
    pub total: Option<u64>,
    /// Which version of the file it belongs to.
    pub validator: Option<Validator>,
    /// The bytes. More or fewer than announced are an error, and no byte beyond the announced ones
    /// is delivered.
    pub body: ByteStream,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("start", &self.start)
            .field("length", &self.length)
            .field("total", &self.total)
            .field("validator", &self.validator)
            .finish_non_exhaustive()
    }
}

struct Counted {
    body: ByteStream,
    missing: u64,
}

/// `body`, which has to have exactly `length` bytes.
pub(super) fn exactly(body: ByteStream, length: Option<u64>) -> ByteStream {
    let Some(missing) = length else { return body };
    let counted = Counted { body, missing };
    Box::pin(stream::unfold(Some(counted), |counted| async {
        let mut counted = counted?;
        match counted.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(counted))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    }))
}

impl Counted {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let Some(piece) = self.body.next().await.transpose()? else {
            return if self.missing == 0 { Ok(None) } else { Err(TransferFault::TooShort.into()) };
        };
        let rest = self.missing.checked_sub(piece.len() as u64);
        self.missing = rest.ok_or(TransferFault::TooLong)?;
        Ok(Some(piece))
    }
}
