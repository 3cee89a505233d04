//! Entries of the log: what one commit changed.

use bridge_memory::{ChangeSet, PackedRecord, RowChange};
use bridge_traits::Result;
use serde::Deserialize;
use wasm_bindgen::JsValue;

use super::frame::{self, FIRST_FORMAT, Packed, Packer};

/// An entry; each name of a collection occurs once.
#[derive(Debug, Deserialize)]
struct Entry {
    sequence: u64,
    collections: Vec<String>,
    /// The place of the collection's name, and the change.
    changes: Vec<(usize, Change)>,
}

#[derive(Debug, Deserialize)]
enum Change {
    Put(PackedRecord),
    Delete(String),
}

/// The numbers of the variants of [`Change`].
const PUT: u32 = 0;
const DELETE: u32 = 1;

/// Packs a commit, as postcard would pack its [`Entry`].
pub(super) fn encode(commit: &ChangeSet) -> Result<Vec<u8>> {
    let mut collections: Vec<&str> = Vec::new();
    let places = commit.changes.iter().map(|change| {
        let known = collections.iter().rposition(|name| *name == change.collection);
        known.unwrap_or_else(|| {
            collections.push(&change.collection);
            collections.len() - 1
        })
    });
    let places: Vec<usize> = places.collect();
    let mut entry = Packer::new().push(&(commit.sequence, collections, places.len()))?;
    for (place, change) in places.iter().zip(&commit.changes) {
        entry = match &change.record {
            Some(record) => entry.push(&(place, PUT))?.append(record.bytes()),
            None => entry.push(&(place, DELETE, &change.key))?,
        };
    }
    Ok(entry.finish())
}

/// Unpacks a commit; `what` names it for people.
pub(super) fn decode(value: &JsValue, what: &str) -> Result<ChangeSet> {
    let packed = Packed::check(value, what)?;
    if packed.format == FIRST_FORMAT {
        return packed.read();
    }
    let entry: Entry = packed.read()?;
    let changes = entry.changes.into_iter().map(|(place, change)| {
        let collection = entry.collections.get(place).cloned();
        let collection =
            collection.ok_or_else(|| frame::corrupt(format!("{what} names no collection")))?;
        Ok(match change {
            Change::Put(record) => {
                RowChange { collection, key: record.key().to_owned(), record: Some(record) }
            }
            Change::Delete(key) => RowChange { collection, key, record: None },
        })
    });
    Ok(ChangeSet { sequence: entry.sequence, changes: changes.collect::<Result<_>>()? })
}
