//! Sources that behave in every way a host's may.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_traits::{BridgeError, ErrorKind, ReadAt, Result};
use bytes::Bytes;
use core_async::task::yield_now;
use core_playback::{Decoder, FormatHint};

/// How a source answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Manner {
    /// At once.
    Local,
    /// Only when waited for.
    Remote,
    /// At once or not, as it pleases.
    Moody,
    /// Only when waited for, and often not even then, several times in a row.
    Failing,
}

#[derive(Debug)]
pub(crate) struct TestFile {
    bytes: Bytes,
    manner: Manner,
    calls: AtomicUsize,
}

impl TestFile {
    pub(crate) fn new(bytes: impl Into<Bytes>, manner: Manner) -> Arc<Self> {
        Arc::new(Self { bytes: bytes.into(), manner, calls: AtomicUsize::new(0) })
    }

    fn slice(&self, offset: u64, length: usize) -> Bytes {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
        self.bytes.slice(start..self.bytes.len().min(start.saturating_add(length)))
    }
}

#[core_async::async_trait]
impl ReadAt for TestFile {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        yield_now().await;
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.manner == Manner::Failing && call % 7 >= 4 {
            return Err(BridgeError::new(ErrorKind::Unavailable, "test.read"));
        }
        Ok(self.slice(offset, length))
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let now = match self.manner {
            Manner::Local => true,
            Manner::Moody => call % 3 != 1,
            Manner::Remote | Manner::Failing => false,
        };
        now.then(|| {
            let bytes = self.slice(offset, buffer.len());
            buffer[..bytes.len()].copy_from_slice(&bytes);
            Ok(bytes.len())
        })
    }
}

/// Opens bytes as a local file.
pub(crate) async fn open(bytes: impl Into<Bytes>) -> Decoder {
    let file = TestFile::new(bytes, Manner::Local);
    Decoder::open(file, FormatHint::default()).await.unwrap()
}

/// Everything from where the decoder is.
pub(crate) async fn read_all(decoder: &mut Decoder) -> Vec<f32> {
    let channels = usize::from(decoder.format().channels);
    let mut all = Vec::new();
    // An odd size, so that packets never fit.
    let mut buffer = vec![0.0; 777 * channels];
    loop {
        let frames = decoder.read(&mut buffer).await.unwrap();
        all.extend_from_slice(&buffer[..frames * channels]);
        if frames == 0 {
            return all;
        }
    }
}
