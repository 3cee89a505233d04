//! Reading a `Blob` or `File` at any offset.

use bridge_traits::{BridgeError, ErrorKind, ReadAt, Result};
use bytes::Bytes;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

use crate::host::{JsError, resolve};

const OPERATION: &str = "files.read";

/// A file the user picked, or one of [`OpfsFileSystem`](super::OpfsFileSystem).
///
/// It holds no lock: the file can be replaced or removed at any time, and reads then fail with
/// `Conflict` or `NotFound`. In workers it can be read without waiting.
#[derive(Clone, Debug)]
pub struct BlobFile {
    blob: Blob,
    /// The size as it was; a `Blob` never changes it.
    length: u64,
    /// Missing outside workers.
    now: Option<FileReaderSync>,
}

impl BlobFile {
    /// A file over `blob`, which may be a `File`.
    pub fn new(blob: Blob) -> Self {
        let length = super::place::whole(blob.size());
        Self { blob, length, now: FileReaderSync::new().ok() }
    }

    /// The part of the blob from `offset` on, at most `length` bytes.
    fn part(&self, offset: u64, length: usize) -> Result<Blob, JsValue> {
        let start = offset.min(self.length);
        let end = start.saturating_add(length as u64).min(self.length);
        self.blob.slice_with_f64_and_f64(exact(start), exact(end))
    }
}

#[core_async::async_trait]
impl ReadAt for BlobFile {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let read = async {
            let part = self.part(offset, length)?;
            resolve::<ArrayBuffer>(part.array_buffer()).await
        };
        let bytes = read.await.map_err(gone)?;
        Ok(Uint8Array::new(&bytes).to_vec().into())
    }

    fn read_at_now(&self, offset: u64, buffer: &mut [u8]) -> Option<Result<usize>> {
        let reader = self.now.as_ref()?;
        let read = self
            .part(offset, buffer.len())
            .and_then(|part| reader.read_as_array_buffer(&part))
            .map_err(|error| gone(JsError::from(error)));
        Some(read.map(|bytes| {
            let bytes = Uint8Array::new(&bytes);
            let length = bytes.length() as usize;
            bytes.copy_to(&mut buffer[..length]);
            length
        }))
    }
}

/// Why a read failed. Firefox says of a file whose content was replaced that the read was aborted,
/// which nobody does here.
fn gone(error: JsError) -> BridgeError {
    match error.kind() {
        ErrorKind::Cancelled => BridgeError::new(ErrorKind::Conflict, OPERATION).with_source(error),
        _ => error.at(OPERATION),
    }
}

/// A file offset as JavaScript has it.
#[expect(clippy::cast_precision_loss, reason = "no file reaches 2⁵³ bytes")]
fn exact(offset: u64) -> f64 {
    offset as f64
}
