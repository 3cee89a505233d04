//! One collection in memory: its rows and everything that finds them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bridge_traits::{BridgeError, Collection, ErrorKind, FieldKind, Record, Result, Row, Value};

use super::index::OrderedIndex;
use super::tokens::TokenIndex;

/// The rows of one collection with their indexes.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) collection: Collection,
    pub(super) rows: BTreeMap<Arc<str>, Row>,
    pub(super) indexes: Vec<OrderedIndex>,
    pub(super) tokens: Vec<TokenIndex>,
}

impl Table {
    pub(super) fn new(collection: Collection) -> Self {
        let mut table =
            Self { collection, rows: BTreeMap::new(), indexes: Vec::new(), tokens: Vec::new() };
        table.reindex();
        table
    }

    /// Checks that the rows keep to the unique indexes of a changed definition.
    pub(super) fn check_redefinition(&self, collection: &Collection) -> Result<()> {
        for index in collection.indexes.iter().filter(|index| index.unique) {
            let mut seen = BTreeSet::new();
            for row in self.rows.values() {
                let value = |name: &String| {
                    let position = collection.position(name)?;
                    let default = &collection.fields[position].default;
                    Some(row.record.0.get(position).unwrap_or(default))
                };
                let values: Vec<_> = index.fields.iter().filter_map(value).collect();
                if !values.iter().any(|value| value.is_null()) && !seen.insert(values) {
                    let detail = format!(
                        "{} holds two records with the same {}",
                        collection.name, index.name
                    );
                    return Err(
                        BridgeError::new(ErrorKind::Conflict, "database.open").with_detail(detail)
                    );
                }
            }
        }
        Ok(())
    }

    /// Takes a changed definition: rows get the defaults of added fields, indexes are rebuilt.
    pub(super) fn redefine(&mut self, collection: Collection) {
        let added: Vec<Value> =
            collection.fields.iter().map(|field| field.default.clone()).collect();
        self.collection = collection;
        for row in self.rows.values_mut() {
            let missing = &added[row.record.0.len().min(added.len())..];
            row.record.0.extend_from_slice(missing);
        }
        self.reindex();
    }

    /// Writes a record.
    pub(super) fn put(&mut self, row: Row) {
        self.remove(row.record.key());
        let key: Arc<str> = Arc::from(row.record.key());
        self.index(&key, &row.record);
        self.rows.insert(key, row);
    }

    /// Removes a record, if it is there.
    pub(super) fn remove(&mut self, key: &str) {
        let Some((key, old)) = self.rows.remove_entry(key) else { return };
        for index in &mut self.indexes {
            index.remove(&old.record, &key);
        }
        for tokens in &mut self.tokens {
            tokens.remove(&old.record, &key);
        }
    }

    fn index(&mut self, key: &Arc<str>, record: &Record) {
        for index in &mut self.indexes {
            index.insert(record, key);
        }
        for tokens in &mut self.tokens {
            tokens.insert(record, key);
        }
    }

    fn reindex(&mut self) {
        let fields = &self.collection.fields;
        let positions = |names: &[String]| {
            // The schema was checked, so every name has a position.
            names.iter().filter_map(|name| self.collection.position(name)).collect()
        };
        self.indexes = self
            .collection
            .indexes
            .iter()
            .map(|index| OrderedIndex::new(index.clone(), positions(&index.fields)))
            .collect();
        self.tokens = (0..fields.len())
            .filter(|&position| fields[position].kind == FieldKind::Tokens)
            .map(TokenIndex::new)
            .collect();
        let rows = std::mem::take(&mut self.rows);
        for (key, row) in &rows {
            self.index(key, &row.record);
        }
        self.rows = rows;
    }
}
