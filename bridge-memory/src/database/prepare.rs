//! Checking a batch against the engine without changing it.

use std::collections::{BTreeMap, HashMap};

use bridge_traits::{
    BridgeError, Change, ErrorKind, Operation, Precondition, Record, Result, WriteBatch,
};

use super::change_set::{ChangeSet, RowChange};
use super::engine::Engine;
use super::index_key::IndexKey;
use super::packed::PackedRecord;
use super::table::Table;
use super::value_ref::ValueRef;

/// What a batch has written so far, over the records of the engine.
struct Overlay<'a> {
    engine: &'a Engine,
    operations: &'a [Operation],
    sequence: u64,
    /// Collection and key → place in `last`.
    places: HashMap<(&'a str, &'a str), usize>,
    /// The last operation on each record, by the number of the operation.
    last: Vec<usize>,
    /// Collection, index and values → the key that now has them, if any.
    unique: BTreeMap<(&'a str, usize, IndexKey), Option<&'a str>>,
}

/// A record, in the batch or in the engine.
#[derive(Clone, Copy)]
enum Current<'a> {
    New(&'a Record),
    Stored(&'a PackedRecord),
}

/// What `batch` comes down to.
pub(super) fn prepare(engine: &Engine, batch: WriteBatch) -> Result<ChangeSet> {
    let sequence = engine.sequence() + 1;
    let last = Overlay::new(engine, &batch.operations, sequence).check()?;
    // Packed here, once for the disk and for the memory, and let go one by one.
    let mut operations: Vec<_> = batch.operations.into_iter().map(Some).collect();
    let changes = last.into_iter().filter_map(|number| operations[number].take());
    let changes = changes.map(|Operation { collection, change, .. }| match change {
        Change::Put(record) => {
            let (packed, key) = (PackedRecord::pack(&record), record.key().to_owned());
            RowChange { collection, key, record: Some(packed) }
        }
        Change::Delete(key) => RowChange { collection, key, record: None },
    });
    Ok(ChangeSet { sequence, changes: changes.collect() })
}

impl<'a> Overlay<'a> {
    fn new(engine: &'a Engine, operations: &'a [Operation], sequence: u64) -> Self {
        let places = HashMap::with_capacity(operations.len());
        let last = Vec::with_capacity(operations.len());
        Self { engine, operations, sequence, places, last, unique: BTreeMap::new() }
    }

    /// Goes through the operations and returns the last one on each record.
    fn check(mut self) -> Result<Vec<usize>> {
        for (number, operation) in self.operations.iter().enumerate() {
            let table = self.engine.table(&operation.collection)?;
            let key = operation.change.key();
            let record = match &operation.change {
                Change::Put(record) => {
                    table.collection.check(record)?;
                    Some(record)
                }
                Change::Delete(_) => None,
            };
            self.check_precondition(&operation.collection, key, operation.precondition)?;
            self.check_unique(table, &operation.collection, key, record)?;
            match self.places.get(&(operation.collection.as_str(), key)) {
                Some(&place) => self.last[place] = number,
                None => {
                    self.places.insert((&operation.collection, key), self.last.len());
                    self.last.push(number);
                }
            }
        }
        Ok(self.last)
    }

    /// The record as the batch has left it so far, and its version.
    fn current(&self, collection: &'a str, key: &'a str) -> Result<Option<(Current<'a>, u64)>> {
        if let Some(&place) = self.places.get(&(collection, key)) {
            return Ok(match &self.operations[self.last[place]].change {
                Change::Put(record) => Some((Current::New(record), self.sequence)),
                Change::Delete(_) => None,
            });
        }
        let row = self.engine.stored(collection, key)?;
        Ok(row.map(|row| (Current::Stored(&row.record), row.version)))
    }

    fn check_precondition(
        &self,
        collection: &'a str,
        key: &'a str,
        precondition: Precondition,
    ) -> Result<()> {
        let current = || self.current(collection, key).map(|row| row.map(|(_, version)| version));
        let holds = match precondition {
            Precondition::None => true,
            Precondition::Absent => current()?.is_none(),
            Precondition::Version(version) => current()? == Some(version),
            _ => return Err(BridgeError::new(ErrorKind::Unsupported, "database.write")),
        };
        if holds {
            return Ok(());
        }
        Err(conflict(format!("{collection}/{key} was changed by somebody else")))
    }

    fn check_unique(
        &mut self,
        table: &'a Table,
        collection: &'a str,
        key: &'a str,
        record: Option<&Record>,
    ) -> Result<()> {
        let unique = || table.indexes.iter().enumerate().filter(|(_, it)| it.definition.unique);
        if unique().next().is_none() {
            return Ok(());
        }
        let old = self.current(collection, key)?.map(|(record, _)| record);
        for (number, index) in unique() {
            if let Some(old) = old {
                let values = index.key_of(|position| old.value(position));
                self.unique.insert((collection, number, values), None);
            }
            let Some(record) = record else { continue };
            if index.positions.iter().any(|&position| record.0[position].is_null()) {
                continue;
            }
            let values = index.key_of(|position| ValueRef::from(&record.0[position]));
            let slot = (collection, number, values);
            let owner = match self.unique.get(&slot) {
                Some(owner) => *owner,
                None => index.entries(&table.rows).find(&slot.2).map(AsRef::as_ref),
            };
            if owner.is_some_and(|owner| owner != key) {
                let name = &index.definition.name;
                return Err(conflict(format!("{collection} has another record with this {name}")));
            }
            self.unique.insert(slot, Some(key));
        }
        Ok(())
    }
}

impl<'a> Current<'a> {
    fn value(self, position: usize) -> ValueRef<'a> {
        match self {
            Self::New(record) => ValueRef::from(&record.0[position]),
            Self::Stored(record) => record.value(position),
        }
    }
}

fn conflict(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::Conflict, "database.write").with_detail(detail)
}
