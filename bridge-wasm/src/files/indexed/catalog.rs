//! Entries: which names there are, and what they stand for.

use bridge_traits::{BridgeError, DirectoryEntry, EntryKind, ErrorKind, FileMetadata, Result};
use js_sys::{Array, Uint8Array};
use rexie::KeyRange;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use super::content::ContentId;
use crate::host::JsError;
use crate::storage::{Reader, Transaction};

pub(super) const ENTRIES: &str = "entries";

/// How many entries one read asks for.
const AT_ONCE: u32 = 512;

/// What a name stands for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The content of a file; `None` for a directory.
    pub(super) content: Option<Content>,
}

/// The content of a file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Content {
    pub(super) id: ContentId,
    pub(super) length: u64,
    pub(super) modified_millis: u64,
}

impl Entry {
    pub(super) fn directory(name: &str) -> Self {
        Self { name: name.to_owned(), content: None }
    }

    pub(super) fn metadata(&self) -> FileMetadata {
        match &self.content {
            Some(content) => FileMetadata {
                kind: EntryKind::File,
                length: content.length,
                modified_millis: Some(content.modified_millis),
            },
            None => FileMetadata { kind: EntryKind::Directory, length: 0, modified_millis: None },
        }
    }

    pub(super) fn listed(self) -> DirectoryEntry {
        DirectoryEntry { metadata: self.metadata(), name: self.name }
    }
}

/// What is at a place; `None` if nothing is.
pub(super) async fn find(
    reader: &Reader,
    directory: &[&str],
    name: &str,
    operation: &'static str,
) -> Result<Option<Entry>> {
    let value = reader.get(ENTRIES, &key(&directory.join("/"), name)).await;
    value.map_err(|error| error.at(operation))?.map(|value| decode(&value, operation)).transpose()
}

/// Whether `directory` is one.
pub(super) async fn is_directory(
    reader: &Reader,
    directory: &[&str],
    operation: &'static str,
) -> Result<bool> {
    let Some((name, above)) = directory.split_last() else { return Ok(true) };
    let entry = find(reader, above, name, operation).await?;
    Ok(entry.is_some_and(|entry| entry.content.is_none()))
}

/// Everything in a directory, in no order that matters.
pub(super) async fn list(
    reader: &Reader,
    directory: &str,
    operation: &'static str,
) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map_or("", |entry| &entry.name);
        // Arrays come behind all text, so this is where the names end.
        let end = Array::of2(&directory.into(), &Array::new());
        let range = KeyRange::bound(&key(directory, after), &end, Some(true), Some(true))
            .map_err(|error| JsError::from(rexie::Error::from(error)).at(operation))?;
        let values = reader.values(ENTRIES, Some(range), AT_ONCE).await;
        let values = values.map_err(|error| error.at(operation))?;
        let is_last = values.len() < AT_ONCE as usize;
        for value in values {
            entries.push(decode(&value, operation)?);
        }
        if is_last {
            return Ok(entries);
        }
    }
}

/// The directories above a file that have to be made; a file in the way is a `Conflict`.
pub(super) async fn missing_directories<'a>(
    reader: &Reader,
    directory: &'a [&'a str],
    operation: &'static str,
) -> Result<Vec<(String, &'a str)>> {
    let mut missing = Vec::new();
    for depth in 0..directory.len() {
        let (above, name) = (&directory[..depth], directory[depth]);
        match find(reader, above, name, operation).await? {
            None => missing.push((above.join("/"), name)),
            Some(entry) if entry.content.is_some() => {
                return Err(BridgeError::new(ErrorKind::Conflict, operation)
                    .with_detail(format!("a file is in the way: {name:?}")));
            }
            Some(_) => {}
        }
    }
    Ok(missing)
}

/// Asks a transaction to keep an entry.
pub(super) fn put(stores: &Transaction, directory: &str, entry: &Entry) -> Result<(), JsValue> {
    let value = postcard::to_stdvec(entry).map_err(|error| error.to_string())?;
    let value = Uint8Array::from(&value[..]);
    stores.store(ENTRIES)?.put_with_key(&value, &key(directory, &entry.name)).map(drop)
}

/// Asks a transaction to forget an entry.
pub(super) fn delete(stores: &Transaction, directory: &str, name: &str) -> Result<(), JsValue> {
    stores.store(ENTRIES)?.delete(&key(directory, name)).map(drop)
}

fn key(directory: &str, name: &str) -> JsValue {
    Array::of2(&directory.into(), &name.into()).into()
}

fn decode(value: &JsValue, operation: &'static str) -> Result<Entry> {
    let bytes = value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default();
    postcard::from_bytes(&bytes).map_err(|error| {
        BridgeError::new(ErrorKind::Corrupt, operation)
            .with_detail("an entry of the file system does not make sense")
            .with_source(error)
    })
}
