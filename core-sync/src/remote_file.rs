//! A file of a drive, read by ranges.

use std::sync::Arc;

use bridge_traits::{BridgeError, ErrorKind, ReadAt, Result};
use bytes::Bytes;

use crate::provider::{ProviderError, RemoteItem, StorageProvider};

/// A [`ReadAt`] over a file of a drive: each read is one request for a range.
#[derive(Clone, Debug)]
pub struct RemoteFile {
    provider: Arc<dyn StorageProvider>,
    item: RemoteItem,
    length: u64,
}

impl RemoteFile {
    /// The file `item` of `provider`.
    ///
    /// # Errors
    ///
    /// Fails with `Unsupported` for what has no known length.
    pub fn new(provider: Arc<dyn StorageProvider>, item: RemoteItem) -> Result<Self> {
        let length = item.size.ok_or_else(|| {
            BridgeError::new(ErrorKind::Unsupported, "remote.open")
                .with_detail("the drive does not say how long the file is")
        })?;
        Ok(Self { provider, item, length })
    }
}

#[core_async::async_trait]
impl ReadAt for RemoteFile {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let left = self.length.saturating_sub(offset);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(length);
        if length == 0 {
            return Ok(Bytes::new());
        }
        let read = self.provider.read(&self.item, offset, length).await;
        let bytes = read.map_err(|error| match error {
            ProviderError::Bridge(error) => error,
            error => BridgeError::new(error.kind(), "remote.read").with_source(error),
        })?;
        if bytes.len() < length {
            // The rest is there according to the listing: it is another file by now.
            return Err(BridgeError::new(ErrorKind::Conflict, "remote.read")
                .with_detail("the file is shorter than the drive said"));
        }
        Ok(bytes)
    }
}
