//! What a commit means for indexes, worked out before it is made.

use std::sync::Arc;

use super::index_key::IndexKey;

/// What [`Engine::stage`](super::Engine::stage) has worked out.
#[derive(Debug)]
pub struct Staged {
    /// The number of the commit before it.
    pub(super) after: u64,
    /// One for each change.
    pub(super) changes: Vec<StagedChange>,
}

/// What indexes are to be told of the change of one record.
#[derive(Debug)]
pub(super) struct StagedChange {
    pub(super) key: Arc<str>,
    /// What was held of the record; `None` if there was none.
    pub(super) held: Option<Held>,
}

/// What is held of a record by those indexes for which it changes, by their places.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) indexes: Vec<(usize, IndexKey)>,
    pub(super) tokens: Vec<(usize, Vec<String>)>,
}
