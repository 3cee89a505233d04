//! What has changed since an index was last up to date.

use std::sync::Arc;

/// With fewer changes than this an index is never built anew.
const FEW: usize = 1_000;

/// What an index held of records, with their keys.
type Held<T> = Vec<(T, Arc<str>)>;

/// The changes of one index, in order. `T` is what it holds of a record.
#[derive(Debug)]
pub(super) struct Changes<T> {
    /// What it may hold of records that were changed or removed, with their keys.
    gone: Held<T>,
    /// The keys of records that were added, changed or removed.
    changed: Vec<Arc<str>>,
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self { gone: Vec::new(), changed: Vec::new() }
    }
}

impl<T> Changes<T> {
    /// Notes that the record of `key` was written or removed, and what was held of it before.
    pub(super) fn add(&mut self, old: Option<T>, key: &Arc<str>) {
        self.gone.extend(old.map(|old| (old, Arc::clone(key))));
        self.changed.push(Arc::clone(key));
    }

    /// Whether an index of that many entries is sooner built anew than brought up to date.
    pub(super) fn are_many(&self, entries: usize) -> bool {
        self.changed.len() > FEW.max(entries / 2)
    }

    /// What is to be removed, and then the keys whose records, if they are there, are to be added.
    pub(super) fn finish(mut self) -> (Held<T>, Vec<Arc<str>>) {
        self.changed.sort_unstable();
        self.changed.dedup();
        (self.gone, self.changed)
    }
}
