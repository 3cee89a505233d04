//! Atomic batches: the only way to write.

use super::Record;

/// What a write waits for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Durability {
    /// Survives the death of the process or tab at once, and a power cut a moment later.
    #[default]
    Relaxed,
    /// Survives a power cut once acknowledged: for cursors, tokens and migrations.
    Strict,
}

/// What must hold for an operation to be carried out.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Precondition {
    /// Nothing.
    #[default]
    None,
    /// There is no record with this key.
    Absent,
    /// The record was last written by this commit.
    Version(u64),
}

/// One change of one record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// Writes the whole record, replacing one with the same key.
    Put(Record),
    /// Removes the record with this key; one that is not there is fine.
    Delete(String),
}

impl Change {
    /// The key of the record.
    pub fn key(&self) -> &str {
        match self {
            Self::Put(record) => record.key(),
            Self::Delete(key) => key,
        }
    }
}

/// A change, where it goes, and what must hold for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operation {
    /// The collection.
    pub collection: String,
    /// The change.
    pub change: Change,
    /// What must hold.
    pub precondition: Precondition,
}

/// Changes that happen together or not at all, in order; a later one sees the earlier ones.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct WriteBatch {
    /// The changes.
    pub operations: Vec<Operation>,
    /// What the write waits for.
    pub durability: Durability,
}

impl WriteBatch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks to wait until a power cut cannot undo the batch.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.durability = Durability::Strict;
        self
    }

    /// Adds: write this record, whatever is there.
    pub fn put(&mut self, collection: &str, record: Record) {
        self.push(collection, Change::Put(record), Precondition::None);
    }

    /// Adds: write this record, which must not exist yet.
    pub fn insert(&mut self, collection: &str, record: Record) {
        self.push(collection, Change::Put(record), Precondition::Absent);
    }

    /// Adds: write this record, which must still be as `version` left it.
    pub fn replace(&mut self, collection: &str, record: Record, version: u64) {
        self.push(collection, Change::Put(record), Precondition::Version(version));
    }

    /// Adds: remove the record with this key.
    pub fn delete(&mut self, collection: &str, key: impl Into<String>) {
        self.push(collection, Change::Delete(key.into()), Precondition::None);
    }

    /// Adds an operation.
    pub fn push(&mut self, collection: &str, change: Change, precondition: Precondition) {
        let collection = collection.to_owned();
        self.operations.push(Operation { collection, change, precondition });
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

/// A finished write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Commit {
    /// Its number: larger than that of every commit before it.
    pub sequence: u64,
}
