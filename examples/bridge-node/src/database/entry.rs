//! What an entry of the file says.

use bridge_memory::{ChangeSet, PackedRecord, StoredSchema};
use serde::{Deserialize, Serialize};

/// An entry as it is read.
#[derive(Debug, Deserialize)]
pub(super) enum Entry {
    /// The first one: what the file is.
    Description(Description),
    /// Records as of the description's commit.
    Block(String, Vec<(u64, PackedRecord)>),
    /// A commit behind it.
    Commit(ChangeSet),
}

/// An entry as it is written; the same bytes as [`Entry`].
#[derive(Debug, Serialize)]
pub(super) enum EntryRef<'a> {
    /// The first one: what the file is.
    Description(&'a Description),
    /// Records as of the description's commit.
    Block(&'a str, Vec<(u64, &'a PackedRecord)>),
    /// A commit behind it.
    Commit(&'a ChangeSet),
}

/// What a file is.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Description {
    /// The collections.
    pub(super) schema: StoredSchema,
    /// The commit the blocks stand for; the commits go on from here.
    pub(super) sequence: u64,
    /// How many blocks there are.
    pub(super) blocks: u64,
}
