//! An open file that closes itself.

use core_async::task;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::NodeError;
use super::fs::{FileHandle, fs_promises, fs_sync};
use super::process::is_windows;

/// How much one call of the operating system reads or writes.
const PIECE: usize = 4 << 20;

/// The largest offset Node takes as a number.
const LARGEST_OFFSET: u64 = 1 << 53;

/// An open file; dropping it closes it once what is under way is done.
#[derive(Debug)]
pub(crate) struct File {
    handle: FileHandle,
    is_closed: bool,
}

impl File {
    /// Opens a file as `node:fs` does: `"r"`, `"wx"`, …
    pub(crate) async fn open(path: &str, flags: &str, mode: u32) -> Result<Self, NodeError> {
        let (path, flags) = (path.to_owned(), flags.to_owned());
        // A task of its own: where nobody waits for it any more, the file is closed once it is open.
        let opening = task::spawn(async move {
            let handle = fs_promises::open(&path, &flags, mode).await?;
            Ok(Self { handle, is_closed: false })
        });
        opening.await.unwrap_or_else(|_| Err(NodeError::new("ECANCELED", "it was broken off")))
    }

    /// How long the file is now.
    pub(crate) async fn length(&self) -> Result<u64, NodeError> {
        let length = self.handle.stat().await?.size();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        Ok(length as u64)
    }

    /// Who may use the file, and how.
    pub(crate) async fn mode(&self) -> Result<u32, NodeError> {
        Ok(self.handle.stat().await?.mode() & 0o777)
    }

    /// Reads `length` bytes at `offset`, fewer only at the end.
    pub(crate) async fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, NodeError> {
        let mut content = Vec::with_capacity(length);
        while content.len() < length {
            // An array of Node's own, not a view of our memory: that moves when it grows, and the
            // read goes on when this future is dropped.
            let wanted = small(PIECE.min(length - content.len()));
            let array = Uint8Array::new_with_length(wanted);
            let position = position(offset, content.len())?;
            let read = self.handle.read(&array, 0, wanted, position).await?;
            let read = count(&read, "bytesRead");
            if read == 0 {
                break;
            }
            content.extend_from_slice(&array.subarray(0, read).to_vec());
        }
        Ok(content)
    }

    /// Reads into `buffer` at `offset` and waits for the disk; says how much there was.
    pub(crate) fn read_now(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, NodeError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let wanted = small(PIECE.min(buffer.len() - filled));
            let array = Uint8Array::new_with_length(wanted);
            let position = position(offset, filled)?;
            let read = fs_sync::read(self.handle.fd(), &array, 0, wanted, position)? as usize;
            if read == 0 {
                break;
            }
            array.subarray(0, small(read)).copy_to(&mut buffer[filled..filled + read]);
            filled += read;
        }
        Ok(filled)
    }

    /// Writes all of `bytes` at `offset`.
    pub(crate) async fn write(&self, offset: u64, bytes: &[u8]) -> Result<(), NodeError> {
        let mut written = 0;
        for piece in bytes.chunks(PIECE) {
            let array = Uint8Array::from(piece);
            let mut start = 0;
            while start < array.length() {
                let left = array.length() - start;
                let position = position(offset, written)?;
                let count =
                    count(&self.handle.write(&array, start, left, position).await?, "bytesWritten");
                start += count;
                written += count as usize;
            }
        }
        Ok(())
    }

    /// Cuts the file to `length` bytes.
    pub(crate) async fn truncate(&self, length: u64) -> Result<(), NodeError> {
        Ok(self.handle.truncate(position(length, 0)?).await?)
    }

    /// Gives the file these permissions.
    pub(crate) async fn set_mode(&self, mode: u32) -> Result<(), NodeError> {
        Ok(self.handle.chmod(mode).await?)
    }

    /// Waits until the content is on the disk.
    pub(crate) async fn sync(&self) -> Result<(), NodeError> {
        Ok(self.handle.datasync().await?)
    }

    /// Closes the file, which may report that an earlier write has failed.
    pub(crate) async fn close(mut self) -> Result<(), NodeError> {
        self.is_closed = true;
        JsFuture::from(self.handle.close()).await?;
        Ok(())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if !self.is_closed {
            let closing = JsFuture::from(self.handle.close());
            // A rejection that nobody looks at would end the process. The task ends by itself.
            task::spawn(async move { closing.await.ok() });
        }
    }
}

/// The content of a small file.
pub(crate) async fn read_file(path: &str) -> Result<Vec<u8>, NodeError> {
    let file = File::open(path, "r", 0).await?;
    let length = usize::try_from(file.length().await?).unwrap_or(usize::MAX);
    let content = file.read(0, length).await?;
    file.close().await?;
    Ok(content)
}

/// Makes what has happened to the names in a directory durable.
pub(crate) async fn sync_directory(path: &str) -> Result<(), NodeError> {
    let path = if path.is_empty() { "." } else { path };
    // Windows does not open directories, and keeps names by itself.
    if is_windows() {
        return Ok(());
    }
    let directory = File::open(path, "r", 0).await?;
    directory.handle.sync().await?;
    directory.close().await
}

fn count(outcome: &JsValue, key: &str) -> u32 {
    let count = Reflect::get(outcome, &key.into()).ok().and_then(|count| count.as_f64());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most PIECE")]
    count.map_or(0, |count| count as u32)
}

fn small(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "exact up to the bound")]
fn position(offset: u64, further: usize) -> Result<f64, NodeError> {
    match offset.checked_add(further as u64) {
        Some(offset) if offset <= LARGEST_OFFSET => Ok(offset as f64),
        _ => Err(NodeError::new("EFBIG", "offsets of 2⁵³ and more are out of reach")),
    }
}
