//! Ordered indexes: the values of some fields, in order, with the keys they belong to.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bridge_traits::{Index, Record, Value};

use super::changes::Changes;
use super::table::Rows;

/// One entry: field values, then the record's key.
type Entry = (Vec<Value>, Arc<str>);

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
    changes: Changes<Vec<Value>>,
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

    /// Takes notice that the record of `key` changes from `old` to `new`.
    pub(super) fn replace(&mut self, old: Option<&Record>, new: Option<&Record>, key: &Arc<str>) {
        let same = |(old, new): (&Record, &Record)| {
            self.positions.iter().all(|&position| old.0[position] == new.0[position])
        };
        if old.zip(new).is_some_and(same) {
            return;
        }
        let outdated = self.outdated.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(entries) = self.entries.take() {
            *outdated = Some(Outdated { entries, changes: Changes::default() });
        }
        let Some(Outdated { entries, changes }) = outdated else { return };
        let old = old.map(|old| values(&self.positions, old));
        changes.add(old, key);
        if changes.are_many(entries.len()) {
            *outdated = None;
        }
    }

    /// The indexed values of a record.
    pub(super) fn values(&self, record: &Record) -> Vec<Value> {
        values(&self.positions, record)
    }

    fn build(&self, rows: &Rows) -> BTreeSet<Entry> {
        // Sorted by values that lie together: rows, and what they hold, are all over the memory.
        rows.iter().map(|(key, row)| (self.values(&row.record), Arc::clone(key))).collect()
    }

    fn update(&self, outdated: Outdated, rows: &Rows) -> BTreeSet<Entry> {
        let Outdated { mut entries, changes } = outdated;
        let (gone, changed) = changes.finish();
        for entry in gone {
            entries.remove(&entry);
        }
        for key in changed {
            if let Some((key, row)) = rows.get_key_value(&*key) {
                entries.insert((self.values(&row.record), Arc::clone(key)));
            }
        }
        entries
    }
}

/// The entries of an index, in order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'a>(&'a BTreeSet<Entry>);

impl<'a> Entries<'a> {
    /// The key of a record with exactly these values.
    pub(super) fn find(self, values: &[Value]) -> Option<&'a Arc<str>> {
        self.starting_with(values.to_vec()).next().map(|(_, key)| key)
    }

    /// Entries whose first values are `prefix`, in order.
    pub(super) fn starting_with(
        self,
        prefix: Vec<Value>,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let start = (prefix.clone(), Arc::from(""));
        let entries = self.0.range((Bound::Included(start), Bound::Unbounded));
        entries.take_while(move |(values, _)| values.starts_with(&prefix))
    }

    /// Entries behind `after` whose first values are `prefix`, in order.
    pub(super) fn behind(
        self,
        prefix: Vec<Value>,
        after: &Entry,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let entries = self.0.range((Bound::Excluded(after), Bound::Unbounded));
        entries.take_while(move |(values, _)| values.starts_with(&prefix))
    }

    /// Entries whose first values are `prefix`, last values first, but keys ascending among
    /// entries with the same values; beginning with the values `from` where given.
    pub(super) fn descending(
        self,
        prefix: Vec<Value>,
        from: Option<Vec<Value>>,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let mut next = match from {
            None => self.last_starting_with(&prefix),
            Some(from) => match self.starting_with(from.clone()).next() {
                Some((values, _)) => Some(values.as_slice()),
                None => self.last_values_below(&prefix, &from),
            },
        };
        std::iter::from_fn(move || {
            let values = next.take()?;
            next = self.last_values_below(&prefix, values);
            Some(self.starting_with(values.to_vec()))
        })
        .flatten()
    }

    /// Entries whose first value lies between the bounds, in order.
    pub(super) fn between<F: FnMut(&Value) -> bool>(
        self,
        lower: Bound<&Value>,
        mut within: F,
    ) -> impl Iterator<Item = &'a Entry> + use<'a, F> {
        let start = match lower {
            Bound::Included(value) | Bound::Excluded(value) => {
                Bound::Included((vec![value.clone()], Arc::from("")))
            }
            Bound::Unbounded => Bound::Unbounded,
        };
        let entries = self.0.range((start, Bound::Unbounded));
        entries.take_while(move |(values, _)| within(&values[0]))
    }

    /// The largest values that begin with `prefix`.
    fn last_starting_with(self, prefix: &[Value]) -> Option<&'a [Value]> {
        let last = if prefix.is_empty() {
            self.0.last()
        } else {
            let mut behind = prefix.to_vec();
            behind.push(Value::Tokens(vec![char::MAX.to_string()]));
            let behind = (behind, Arc::from(""));
            self.0.range(..behind).next_back()
        };
        last.filter(|(values, _)| values.starts_with(prefix)).map(|(values, _)| values.as_slice())
    }

    fn last_values_below(self, prefix: &[Value], values: &[Value]) -> Option<&'a [Value]> {
        let before = (values.to_vec(), Arc::from(""));
        let (found, _) = self.0.range(..before).next_back()?;
        found.starts_with(prefix).then_some(found.as_slice())
    }
}

/// What a record has in these fields.
fn values(positions: &[usize], record: &Record) -> Vec<Value> {
    positions.iter().map(|&position| record.0[position].clone()).collect()
}
