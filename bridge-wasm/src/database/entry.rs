//! Entries of the log: what one commit changed.

use bridge_memory::{ChangeSet, RowChange};
use bridge_traits::{Record, Result};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::frame::{self, FIRST_FORMAT, Packed};

/// An entry; each name of a collection occurs once.
#[derive(Debug, Deserialize, Serialize)]
struct Entry<Name, Change> {
    sequence: u64,
    collections: Vec<Name>,
    /// The place of the collection's name, and the change.
    changes: Vec<(usize, Change)>,
}

#[derive(Debug, Deserialize)]
enum Change {
    Put(Record),
    Delete(String),
}

#[derive(Debug, Serialize)]
enum ChangeRef<'a> {
    Put(&'a Record),
    Delete(&'a str),
}

/// Packs a commit.
pub(super) fn encode(commit: &ChangeSet) -> Result<Vec<u8>> {
    let mut collections: Vec<&str> = Vec::new();
    let changes = commit.changes.iter().map(|change| {
        let known = collections.iter().rposition(|name| *name == change.collection);
        let place = known.unwrap_or_else(|| {
            collections.push(&change.collection);
            collections.len() - 1
        });
        let change = match &change.record {
            Some(record) => ChangeRef::Put(record),
            None => ChangeRef::Delete(&change.key),
        };
        (place, change)
    });
    let changes = changes.collect();
    frame::encode(&Entry { sequence: commit.sequence, collections, changes })
}

/// Unpacks a commit; `what` names it for people.
pub(super) fn decode(value: &JsValue, what: &str) -> Result<ChangeSet> {
    let packed = Packed::check(value, what)?;
    if packed.format == FIRST_FORMAT {
        return packed.read();
    }
    let entry: Entry<String, Change> = packed.read()?;
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
