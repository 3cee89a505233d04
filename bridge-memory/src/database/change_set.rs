//! What a batch comes down to once it has been checked.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::packed::PackedRecord;

/// The effect of one write: what an adapter makes durable, and what the engine then applies.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ChangeSet {
    /// The number of the commit.
    pub sequence: u64,
    /// The changes, one per record.
    pub changes: Vec<RowChange>,
}

/// The effect on one record.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RowChange {
    /// The collection.
    pub collection: String,
    /// The record's key.
    pub key: String,
    /// The new record; `None` removes it.
    pub record: Option<PackedRecord>,
}

impl ChangeSet {
    /// The collections it changes, sorted.
    pub fn collections(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.changes.iter().map(|row| &row.collection).collect();
        names.into_iter().cloned().collect()
    }
}
