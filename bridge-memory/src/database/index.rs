//! Ordered indexes: the values of some fields, in order, with the keys they belong to.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bridge_traits::Index;

use super::changes::Changes;
use super::descending::Descending;
use super::index_key::IndexKey;
use super::packed::PackedRecord;
use super::table::Rows;
use super::value_ref::ValueRef;

/// One entry: the values of the fields, then the record's key.
pub(super) type Entry = (IndexKey, Arc<str>);

/// An ordered index over one collection.
///
/// It is built when it is first asked, all at once, which is several times faster than entry by
/// entry: a database opens without waiting for indexes that nobody may ever ask. What changes
/// afterwards waits until it is asked again, so that writing much does not wait for indexes either.
#[derive(Debug)]
pub(super) struct OrderedIndex {
    pub(super) definition: Index,
    pub(super) positions: Vec<usize>,
    entries: OnceLock<BTreeSet<Entry>>,
    /// What it was when it was last asked, unless it is up to date or not built.
    outdated: Mutex<Option<Outdated>>,
}

/// An index and what has changed since.
#[derive(Debug)]
struct Outdated {
    entries: BTreeSet<Entry>,
    changes: Changes<IndexKey>,
}

impl OrderedIndex {
    pub(super) fn new(definition: Index, positions: Vec<usize>) -> Self {
        Self { definition, positions, entries: OnceLock::new(), outdated: Mutex::new(None) }
    }

    /// The entries, built from all rows of the collection or brought up to date if need be.
    pub(super) fn entries(&self, rows: &Rows) -> Entries<'_> {
        Entries(self.entries.get_or_init(|| {
            match self.outdated.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(outdated) => self.update(outdated, rows),
                None => self.build(rows),
            }
        }))
    }

    /// Whether it can answer without work.
    pub(super) fn is_built(&self) -> bool {
        self.entries.get().is_some()
    }

    /// Whether there is anything to keep up to date.
    pub(super) fn is_kept(&mut self) -> bool {
        self.is_built() || self.outdated.get_mut().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Takes notice that the record of `key`, of which `old` was held, has other values. An index that
    /// much has changed for is built anew, unless it `must_stay`.
    pub(super) fn replace(&mut self, old: Option<IndexKey>, key: &Arc<str>, must_stay: bool) {
        if !self.is_kept() {
            return;
        }
        let outdated = self.outdated.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(entries) = self.entries.take() {
            *outdated = Some(Outdated { entries, changes: Changes::default() });
        }
        let Some(Outdated { entries, changes }) = outdated else { return };
        changes.add(old, key);
        if !must_stay && changes.are_many(entries.len()) {
            *outdated = None;
        }
    }

    /// The indexed values of a record.
    pub(super) fn key(&self, record: &PackedRecord) -> IndexKey {
        self.key_of(|position| record.value(position))
    }

    /// The indexed values, of what has them by position.
    pub(super) fn key_of<'a>(&self, value: impl Fn(usize) -> ValueRef<'a>) -> IndexKey {
        IndexKey::new(self.positions.iter().map(|&position| value(position)))
    }

    fn build(&self, rows: &Rows) -> BTreeSet<Entry> {
        // Sorted by values that lie together: rows, and what they hold, are all over the memory. Keys
        // come in order and stay so where values are the same, without being looked at.
        let entries = rows.iter().map(|(key, row)| (self.key(&row.record), Arc::clone(key)));
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.into_iter().collect()
    }

    fn update(&self, outdated: Outdated, rows: &Rows) -> BTreeSet<Entry> {
        let Outdated { mut entries, changes } = outdated;
        let (gone, changed) = changes.finish();
        for entry in gone {
            entries.remove(&entry);
        }
        for key in changed {
            if let Some((key, row)) = rows.get_key_value(&*key) {
                entries.insert((self.key(&row.record), Arc::clone(key)));
            }
        }
        entries
    }
}

/// The entries of an index, in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'a>(pub(super) &'a BTreeSet<Entry>);

impl<'a> Entries<'a> {
    /// The key of a record with exactly these values.
    pub(super) fn find(self, values: &IndexKey) -> Option<&'a Arc<str>> {
        self.starting_with(values.clone()).next().map(|(_, key)| key)
    }

    /// Entries whose first values are `prefix`, in order.
    pub(super) fn starting_with(
        self,
        prefix: IndexKey,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.from(prefix.clone()).take_while(move |(values, _)| values.starts_with(&prefix))
    }

    /// Entries behind `after` whose first values are `prefix`, in order.
    pub(super) fn behind(
        self,
        prefix: IndexKey,
        after: &Entry,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let entries = self.0.range((Bound::Excluded(after), Bound::Unbounded));
        entries.take_while(move |(values, _)| values.starts_with(&prefix))
    }

    /// Entries whose first values are `prefix`, last values first, but keys ascending among
    /// entries with the same values; beginning with the values `from` where given.
    pub(super) fn descending(
        self,
        prefix: IndexKey,
        from: Option<IndexKey>,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let upper = from.map_or_else(|| prefix.behind_all(), |from| from.behind_all());
        Descending::new(self, prefix, upper)
    }

    /// Entries from these values on, in order.
    pub(super) fn from(self, values: IndexKey) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.0.range((Bound::Included((values, Arc::from(""))), Bound::Unbounded))
    }
}
