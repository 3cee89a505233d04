//! Ordered indexes: the values of some fields, in order, with the keys they belong to.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use bridge_traits::{Index, Record, Value};

/// One entry: field values, then the record's key.
type Entry = (Vec<Value>, Arc<str>);

/// An ordered index over one collection.
#[derive(Debug)]
pub(super) struct OrderedIndex {
    pub(super) definition: Index,
    pub(super) positions: Vec<usize>,
    entries: BTreeSet<Entry>,
}

impl OrderedIndex {
    pub(super) fn new(definition: Index, positions: Vec<usize>) -> Self {
        Self { definition, positions, entries: BTreeSet::new() }
    }

    pub(super) fn insert(&mut self, record: &Record, key: &Arc<str>) {
        self.entries.insert((self.values(record), Arc::clone(key)));
    }

    pub(super) fn remove(&mut self, record: &Record, key: &Arc<str>) {
        self.entries.remove(&(self.values(record), Arc::clone(key)));
    }

    /// The indexed values of a record.
    pub(super) fn values(&self, record: &Record) -> Vec<Value> {
        self.positions.iter().map(|&position| record.0[position].clone()).collect()
    }

    /// The key of a record with exactly these values.
    pub(super) fn find(&self, values: &[Value]) -> Option<&Arc<str>> {
        self.starting_with(values.to_vec()).next().map(|(_, key)| key)
    }

    /// Entries whose first values are `prefix`, in order.
    pub(super) fn starting_with(&self, prefix: Vec<Value>) -> impl Iterator<Item = &Entry> {
        let start = (prefix.clone(), Arc::from(""));
        let entries = self.entries.range((Bound::Included(start), Bound::Unbounded));
        entries.take_while(move |(values, _)| values.starts_with(&prefix))
    }

    /// Entries behind `after` whose first values are `prefix`, in order.
    pub(super) fn behind(
        &self,
        prefix: Vec<Value>,
        after: &Entry,
    ) -> impl Iterator<Item = &Entry> + use<'_> {
        let entries = self.entries.range((Bound::Excluded(after), Bound::Unbounded));
        entries.take_while(move |(values, _)| values.starts_with(&prefix))
    }

    /// Entries whose first values are `prefix`, last values first, but keys ascending among
    /// entries with the same values; beginning with the values `from` where given.
    pub(super) fn descending(
        &self,
        prefix: Vec<Value>,
        from: Option<Vec<Value>>,
    ) -> impl Iterator<Item = &Entry> {
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
    pub(super) fn between(
        &self,
        lower: Bound<&Value>,
        mut within: impl FnMut(&Value) -> bool,
    ) -> impl Iterator<Item = &Entry> {
        let start = match lower {
            Bound::Included(value) | Bound::Excluded(value) => {
                Bound::Included((vec![value.clone()], Arc::from("")))
            }
            Bound::Unbounded => Bound::Unbounded,
        };
        let entries = self.entries.range((start, Bound::Unbounded));
        entries.take_while(move |(values, _)| within(&values[0]))
    }

    /// The largest values that begin with `prefix`.
    fn last_starting_with<'a>(&'a self, prefix: &[Value]) -> Option<&'a [Value]> {
        let last = if prefix.is_empty() {
            self.entries.last()
        } else {
            let mut behind = prefix.to_vec();
            behind.push(Value::Tokens(vec![char::MAX.to_string()]));
            let behind = (behind, Arc::from(""));
            self.entries.range(..behind).next_back()
        };
        last.filter(|(values, _)| values.starts_with(prefix)).map(|(values, _)| values.as_slice())
    }

    fn last_values_below<'a>(&'a self, prefix: &[Value], values: &[Value]) -> Option<&'a [Value]> {
        let before = (values.to_vec(), Arc::from(""));
        let (found, _) = self.entries.range(..before).next_back()?;
        found.starts_with(prefix).then_some(found.as_slice())
    }
}
