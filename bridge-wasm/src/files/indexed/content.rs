//! Contents: bytes in chunks, written once.

use bridge_traits::{BridgeError, Durability, ErrorKind, Randomness, Result};
use bytes::Bytes;
use core_async::task;
use js_sys::{Array, Uint8Array};
use rexie::KeyRange;
use wasm_bindgen::{JsCast, JsValue};

use super::catalog::ENTRIES;
use crate::WebRandomness;
use crate::host::JsError;
use crate::storage::{Connection, Reader, Transaction};

pub(super) const CHUNKS: &str = "chunks";
pub(super) const PENDING: &str = "pending";
pub(super) const STORES: [&str; 3] = [ENTRIES, CHUNKS, PENDING];

/// How many bytes a chunk has, but for the last.
pub(super) const CHUNK: usize = 1 << 20;

/// After this long an unfinished content belongs to nobody: its writer has died.
const ABANDONED_MILLIS: f64 = 3_600_000.0;

/// The name of a content: random, used once.
pub(super) type ContentId = String;

/// A content that is being written; removed unless it is [kept](Writing::keep).
#[derive(Debug)]
pub(super) struct Writing {
    database: String,
    id: ContentId,
    buffer: Vec<u8>,
    chunks: u32,
    length: u64,
    is_kept: bool,
}

impl Writing {
    /// Begins a content.
    pub(super) async fn begin(database: &str, operation: &'static str) -> Result<Self> {
        let mut bytes = [0; 16];
        WebRandomness::new().fill(&mut bytes)?;
        let id = format!("{:032x}", u128::from_le_bytes(bytes));
        let (key, since) = (JsValue::from_str(&id), JsValue::from_f64(js_sys::Date::now()));
        change(database, &[PENDING], operation, |stores| {
            stores.store(PENDING)?.put_with_key(&since, &key).map(drop)
        })
        .await?;
        let database = database.to_owned();
        Ok(Self { database, id, buffer: Vec::new(), chunks: 0, length: 0, is_kept: false })
    }

    /// Adds `piece` at the end.
    pub(super) async fn append(&mut self, mut piece: &[u8], operation: &'static str) -> Result<()> {
        while !piece.is_empty() {
            let (taken, rest) = piece.split_at(piece.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(taken);
            piece = rest;
            if self.buffer.len() == CHUNK {
                self.write_chunk(operation).await?;
            }
        }
        Ok(())
    }

    /// Writes what is left; gives the content's name and its length.
    pub(super) async fn finish(&mut self, operation: &'static str) -> Result<(ContentId, u64)> {
        if !self.buffer.is_empty() {
            self.write_chunk(operation).await?;
        }
        Ok((self.id.clone(), self.length))
    }

    /// Says that an entry names the content by now.
    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }

    async fn write_chunk(&mut self, operation: &'static str) -> Result<()> {
        let chunk = Uint8Array::from(&self.buffer[..]);
        let key = chunk_key(&self.id, self.chunks);
        change(&self.database, &[CHUNKS], operation, |stores| {
            stores.store(CHUNKS)?.put_with_key(&chunk, &key).map(drop)
        })
        .await?;
        self.chunks += 1;
        self.length += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.is_kept {
            let (database, id) = (self.database.clone(), self.id.clone());
            // Nobody waits for it; what remains is swept up later.
            task::spawn(async move {
                let remove = |stores: &Transaction| remove(stores, &id);
                change(&database, &[CHUNKS, PENDING], "files.write", remove).await.ok();
            });
        }
    }
}

/// Asks a transaction to remove a content and to forget that it was being written.
pub(super) fn remove(stores: &Transaction, id: &str) -> Result<(), JsValue> {
    stores.store(CHUNKS)?.delete(&all_chunks(id)?.into())?;
    stores.store(PENDING)?.delete(&id.into()).map(drop)
}

/// Asks a transaction to forget that a content was being written.
pub(super) fn settle(stores: &Transaction, id: &str) -> Result<(), JsValue> {
    stores.store(PENDING)?.delete(&id.into()).map(drop)
}

/// Chunk `number` of a content; `None` if it is not there any more.
pub(super) async fn chunk(
    reader: &Reader,
    id: &str,
    number: u32,
    operation: &'static str,
) -> Result<Option<Bytes>> {
    let value = reader.get(CHUNKS, &chunk_key(id, number)).await;
    let value = value.map_err(|error| error.at(operation))?;
    Ok(value.and_then(|value| Some(value.dyn_ref::<Uint8Array>()?.to_vec().into())))
}

/// Removes what writers that died have left.
pub(super) async fn sweep(database: &str, operation: &'static str) -> Result<()> {
    let reader = open(database, operation).await?;
    let failed = |error: JsError| error.at(operation);
    let ids = reader.keys(PENDING).await.map_err(failed)?;
    for id in ids.iter().filter_map(JsValue::as_string) {
        let since = reader.get(PENDING, &id.as_str().into()).await.map_err(failed)?;
        let since = since.and_then(|since| since.as_f64()).unwrap_or_default();
        if js_sys::Date::now() - since > ABANDONED_MILLIS {
            change(database, &[CHUNKS, PENDING], operation, |stores| remove(stores, &id)).await?;
        }
    }
    Ok(())
}

/// A connection for reading, which creates the database if need be.
pub(super) async fn open(database: &str, operation: &'static str) -> Result<Reader> {
    Reader::open(database, &STORES).await.map_err(|error| error.at(operation))
}

/// Carries out `requests` in one transaction. The database must be there.
pub(super) async fn change(
    database: &str,
    stores: &[&str],
    operation: &'static str,
    requests: impl FnOnce(&Transaction) -> Result<(), JsValue>,
) -> Result<()> {
    let failed = |error: JsError| error.at(operation);
    let connection = Connection::open(database).await.map_err(failed)?;
    let transaction = connection.begin(stores, Durability::Strict).map_err(failed)?;
    let transaction = transaction.ok_or_else(|| {
        BridgeError::new(ErrorKind::Unavailable, operation)
            .with_detail("the browser closed the database at once")
    })?;
    transaction.run(requests).await.map_err(failed)
}

fn chunk_key(id: &str, number: u32) -> JsValue {
    Array::of2(&id.into(), &number.into()).into()
}

fn all_chunks(id: &str) -> Result<KeyRange, JsValue> {
    // Arrays come behind all numbers, so this is where the chunks end.
    let end = Array::of2(&id.into(), &Array::new());
    KeyRange::bound(&chunk_key(id, 0), &end, Some(false), Some(true))
        .map_err(|error| error.to_string().into())
}
