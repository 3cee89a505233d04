//! An open file: a content, read chunk by chunk.

use std::cell::RefCell;
use std::fmt;

use bridge_traits::{BridgeError, ErrorKind, ReadAt, Result};
use bytes::{Bytes, BytesMut};

use super::content::{self, CHUNK};

const OPERATION: &str = "files.read";

/// A file as it was when it was opened. One that is replaced or removed meanwhile can be read no
/// further: reads then fail with `Conflict`.
pub(super) struct IndexedFile {
    database: String,
    id: String,
    length: u64,
    /// The chunk that was read last: parsers read many short pieces one behind the other.
    last: RefCell<Option<(u32, Bytes)>>,
}

impl IndexedFile {
    pub(super) fn new(database: &str, id: String, length: u64) -> Self {
        Self { database: database.to_owned(), id, length, last: RefCell::new(None) }
    }

    async fn chunk(&self, number: u32) -> Result<Bytes> {
        if let Some((last, chunk)) = &*self.last.borrow()
            && *last == number
        {
            return Ok(chunk.clone());
        }
        let reader = content::open(&self.database, OPERATION).await?;
        let chunk = content::chunk(&reader, &self.id, number, OPERATION).await?;
        let chunk = chunk.ok_or_else(|| {
            BridgeError::new(ErrorKind::Conflict, OPERATION)
                .with_detail("the file was replaced or removed; open it again")
        })?;
        self.last.replace(Some((number, chunk.clone())));
        Ok(chunk)
    }
}

#[core_async::async_trait]
impl ReadAt for IndexedFile {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&self, offset: u64, length: usize) -> Result<Bytes> {
        let end = offset.saturating_add(length as u64).min(self.length);
        let mut at = offset;
        let mut bytes = BytesMut::new();
        while at < end {
            let number = u32::try_from(at / CHUNK as u64).map_err(|error| {
                BridgeError::new(ErrorKind::InvalidRequest, OPERATION).with_source(error)
            })?;
            let chunk = self.chunk(number).await?;
            let start = u64::from(number) * CHUNK as u64;
            let part =
                |position: u64| usize::try_from(position - start).unwrap_or(CHUNK).min(chunk.len());
            let piece = chunk.slice(part(at)..part(end));
            if piece.is_empty() {
                return Err(BridgeError::new(ErrorKind::Corrupt, OPERATION)
                    .with_detail("a chunk of the file is too short"));
            }
            if bytes.is_empty() && at + piece.len() as u64 == end {
                return Ok(piece);
            }
            bytes.extend_from_slice(&piece);
            at += piece.len() as u64;
        }
        Ok(bytes.freeze())
    }
}

impl fmt::Debug for IndexedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexedFile").field("length", &self.length).finish_non_exhaustive()
    }
}
