//! Checking a batch against the engine without changing it.

use std::collections::{BTreeMap, HashMap};

use bridge_traits::{
    BridgeError, Change, ErrorKind, Precondition, Record, Result, Value, WriteBatch,
};

use super::change_set::{ChangeSet, RowChange};
use super::engine::Engine;
use super::table::Table;

/// The records a batch has written so far, over those of the engine.
struct Overlay<'a> {
    engine: &'a Engine,
    sequence: u64,
    /// Collection and key → place in `changes`.
    places: HashMap<(&'a str, &'a str), usize>,
    changes: Vec<RowChange>,
    /// Collection, index and values → the key that now has them, if any.
    unique: BTreeMap<(&'a str, usize, Vec<Value>), Option<String>>,
}

/// What `batch` comes down to.
pub(super) fn prepare(engine: &Engine, batch: &WriteBatch) -> Result<ChangeSet> {
    let mut overlay = Overlay {
        engine,
        sequence: engine.sequence() + 1,
        places: HashMap::new(),
        changes: Vec::new(),
        unique: BTreeMap::new(),
    };
    for operation in &batch.operations {
        let table = engine.table(&operation.collection)?;
        let (key, record) = match &operation.change {
            Change::Put(record) => {
                table.collection.check(record)?;
                (record.key(), Some(record))
            }
            Change::Delete(key) => (key.as_str(), None),
        };
        overlay.check(&operation.collection, key, operation.precondition)?;
        overlay.set(table, &operation.collection, key, record)?;
    }
    Ok(ChangeSet { sequence: overlay.sequence, changes: overlay.changes })
}

impl<'a> Overlay<'a> {
    /// The record as the batch has left it so far, and its version.
    fn current(&self, collection: &'a str, key: &'a str) -> Result<Option<(&Record, u64)>> {
        if let Some(&place) = self.places.get(&(collection, key)) {
            return Ok(self.changes[place].record.as_ref().map(|record| (record, self.sequence)));
        }
        let row = self.engine.get(collection, key)?;
        Ok(row.map(|row| (&row.record, row.version)))
    }

    fn check(&self, collection: &'a str, key: &'a str, precondition: Precondition) -> Result<()> {
        let current = self.current(collection, key)?.map(|(_, version)| version);
        let holds = match precondition {
            Precondition::None => true,
            Precondition::Absent => current.is_none(),
            Precondition::Version(version) => current == Some(version),
            _ => return Err(BridgeError::new(ErrorKind::Unsupported, "database.write")),
        };
        if holds {
            return Ok(());
        }
        Err(conflict(format!("{collection}/{key} was changed by somebody else")))
    }

    fn set(
        &mut self,
        table: &'a Table,
        collection: &'a str,
        key: &'a str,
        record: Option<&Record>,
    ) -> Result<()> {
        let has_unique = table.indexes.iter().any(|index| index.definition.unique);
        let old = match has_unique {
            true => self.current(collection, key)?.map(|(record, _)| record.clone()),
            false => None,
        };
        for (number, index) in table.indexes.iter().enumerate() {
            if !index.definition.unique {
                continue;
            }
            if let Some(old) = &old {
                self.unique.insert((collection, number, index.values(old)), None);
            }
            let Some(record) = record else { continue };
            let values = index.values(record);
            if values.iter().any(Value::is_null) {
                continue;
            }
            let slot = (collection, number, values);
            let owner = match self.unique.get(&slot) {
                Some(owner) => owner.as_deref(),
                None => index.entries(&table.rows).find(&slot.2).map(AsRef::as_ref),
            };
            if owner.is_some_and(|owner| owner != key) {
                let name = &index.definition.name;
                return Err(conflict(format!("{collection} has another record with this {name}")));
            }
            self.unique.insert(slot, Some(key.to_owned()));
        }
        let change = RowChange {
            collection: collection.to_owned(),
            key: key.to_owned(),
            record: record.cloned(),
        };
        match self.places.get(&(collection, key)) {
            Some(&place) => self.changes[place] = change,
            None => {
                self.places.insert((collection, key), self.changes.len());
                self.changes.push(change);
            }
        }
        Ok(())
    }
}

fn conflict(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::Conflict, "database.write").with_detail(detail)
}
