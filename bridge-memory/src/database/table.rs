//! One collection in memory: its rows and everything that finds them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bridge_traits::{BridgeError, Collection, ErrorKind, FieldKind, Result, Row, Value};

use super::index::OrderedIndex;
use super::tokens::{Postings, TokenIndex};

/// The rows of one collection, by key.
pub(super) type Rows = BTreeMap<Arc<str>, Row>;

/// The rows of one collection with their indexes.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) collection: Collection,
    pub(super) rows: Rows,
    pub(super) indexes: Vec<OrderedIndex>,
    tokens: Vec<TokenIndex>,
}

impl Table {
    pub(super) fn new(collection: Collection) -> Self {
        let mut table =
            Self { collection, rows: Rows::new(), indexes: Vec::new(), tokens: Vec::new() };
        table.forget_indexes();
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
        self.forget_indexes();
    }

    /// Writes a record.
    pub(super) fn put(&mut self, row: Row) {
        let key: Arc<str> = Arc::from(row.record.key());
        // While nothing is indexed, as when a database is read, there is nothing to look up.
        if self.has_indexes() {
            let old = self.rows.get(&key).map(|row| &row.record);
            for index in &mut self.indexes {
                index.replace(old, Some(&row.record), &key);
            }
            for tokens in &mut self.tokens {
                tokens.replace(old, Some(&row.record), &key);
            }
        }
        self.rows.insert(key, row);
    }

    /// Removes a record, if it is there.
    pub(super) fn remove(&mut self, key: &str) {
        let Some((key, old)) = self.rows.remove_entry(key) else { return };
        for index in &mut self.indexes {
            index.replace(Some(&old.record), None, &key);
        }
        for tokens in &mut self.tokens {
            tokens.replace(Some(&old.record), None, &key);
        }
    }

    /// The posting lists of the token field at `position`.
    pub(super) fn tokens(&self, position: usize) -> Option<Postings<'_>> {
        let index = self.tokens.iter().find(|index| index.position == position)?;
        Some(index.postings(&self.rows))
    }

    /// Builds one index that is not built yet; says whether there was one.
    pub(super) fn build_an_index(&self) -> bool {
        if let Some(index) = self.indexes.iter().find(|index| !index.is_built()) {
            index.entries(&self.rows);
            return true;
        }
        let tokens = self.tokens.iter().find(|tokens| !tokens.is_built());
        tokens.map(|tokens| tokens.postings(&self.rows)).is_some()
    }

    fn has_indexes(&self) -> bool {
        self.indexes.iter().any(OrderedIndex::is_built)
            || self.tokens.iter().any(TokenIndex::is_built)
    }

    /// Replaces the indexes by those of the definition, which are built when they are asked.
    fn forget_indexes(&mut self) {
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
    }
}
