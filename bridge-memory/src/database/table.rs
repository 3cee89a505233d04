//! One collection in memory: its rows and everything that finds them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use bridge_traits::{BridgeError, Collection, ErrorKind, FieldKind, Result, Value};

use super::index::OrderedIndex;
use super::index_key::IndexKey;
use super::packed::{PackedRecord, PackedRow};
use super::staged::{Held, StagedChange};
use super::tokens::{Postings, TokenIndex};
use super::value_ref::ValueRef;

/// The rows of one collection, by key.
pub(super) type Rows = BTreeMap<Arc<str>, PackedRow>;

/// The rows of one collection with their indexes.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) collection: Collection,
    pub(super) rows: Rows,
    pub(super) indexes: Vec<OrderedIndex>,
    tokens: Vec<TokenIndex>,
    /// Records may be away, so that no index can be built anew.
    pub(super) is_partial: bool,
}

impl Table {
    pub(super) fn new(collection: Collection) -> Self {
        let mut table = Self {
            collection,
            rows: Rows::new(),
            indexes: Vec::new(),
            tokens: Vec::new(),
            is_partial: false,
        };
        table.forget_indexes();
        table
    }

    /// Checks that the rows keep to the unique indexes of a changed definition.
    pub(super) fn check_redefinition(&self, collection: &Collection) -> Result<()> {
        for index in collection.indexes.iter().filter(|index| index.unique) {
            let mut seen = BTreeSet::new();
            for row in self.rows.values() {
                let stored = row.record.values().count();
                let value = |name: &String| {
                    let position = collection.position(name)?;
                    let default = ValueRef::from(&collection.fields[position].default);
                    Some(if position < stored { row.record.value(position) } else { default })
                };
                let values: Vec<_> = index.fields.iter().filter_map(value).collect();
                let is_unique = values.iter().any(|value| value.is_null())
                    || seen.insert(IndexKey::new(values));
                if !is_unique {
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
            let stored = row.record.values().count();
            if stored < added.len() {
                let mut record = row.record.unpack();
                record.0.extend_from_slice(&added[stored..]);
                row.record = PackedRecord::pack(&record);
            }
        }
        self.forget_indexes();
    }

    /// Writes the record of `key`.
    pub(super) fn put(&mut self, key: &str, row: PackedRow) {
        // While nothing is indexed, as when a database is read, there is nothing to look up.
        if !self.has_indexes() {
            self.rows.insert(Arc::from(key), row);
            return;
        }
        let change = self.stage(key, Some(&row.record));
        self.apply(change, Some(row));
    }

    /// Lets go of the records between two keys that commits up to `until` wrote, except those that are
    /// to be kept.
    pub(super) fn let_go(
        &mut self,
        (from, to): (Bound<&str>, Bound<&str>),
        until: u64,
        keep: &dyn Fn(&str) -> bool,
    ) {
        // What has changed is still to be read from the records.
        while self.build_an_index() {}
        self.is_partial = true;
        for (key, row) in self.rows.range_mut::<str, _>((from, to)) {
            if row.version <= until && !keep(key) {
                row.record = PackedRecord::away();
            }
        }
    }

    /// Puts back a record that is away, unless that was of another version.
    pub(super) fn bring_back(&mut self, version: u64, record: PackedRecord) {
        if let Some(row) = self.rows.get_mut(record.key())
            && row.record.is_away()
            && row.version == version
        {
            row.record = record;
        }
    }

    /// Whether a change of this record has to know what it was, and that is away.
    pub(super) fn lacks(&self, key: &str) -> Option<&Arc<str>> {
        let (key, row) = self.rows.get_key_value(key)?;
        let is_indexed = !(self.indexes.is_empty() && self.tokens.is_empty());
        (row.record.is_away() && is_indexed).then_some(key)
    }

    /// Removes a record, if it is there.
    pub(super) fn remove(&mut self, key: &str) {
        let change = self.stage(key, None);
        self.apply(change, None);
    }

    /// What [`apply`](Self::apply) will have to tell indexes, also those that are yet to be built: while
    /// it waits, somebody may ask them.
    pub(super) fn stage(&self, key: &str, new: Option<&PackedRecord>) -> StagedChange {
        let Some((key, old)) = self.rows.get_key_value(key) else {
            return StagedChange { key: Arc::from(key), held: None };
        };
        let old = &old.record;
        let differs = new.map(|new| old.differences(new));
        let concerns = |position: usize| differs.as_ref().is_none_or(|fields| fields[position]);
        let indexes = self.indexes.iter().enumerate();
        let indexes = indexes.filter(|(_, it)| it.positions.iter().any(|&at| concerns(at)));
        let tokens = self.tokens.iter().enumerate().filter(|(_, it)| concerns(it.position));
        let held = Held {
            indexes: indexes.map(|(at, index)| (at, index.key(old))).collect(),
            tokens: tokens.map(|(at, tokens)| (at, tokens.held(old))).collect(),
        };
        StagedChange { key: Arc::clone(key), held: Some(held) }
    }

    /// Writes or removes a record that is as it was when the change was staged.
    pub(super) fn apply(&mut self, change: StagedChange, row: Option<PackedRow>) {
        let StagedChange { key, held } = change;
        match row {
            Some(row) => _ = self.rows.insert(Arc::clone(&key), row),
            None if self.rows.remove(&key).is_some() => {}
            None => return,
        }
        let (rows, must_stay) = (self.rows.len(), self.is_partial);
        match held {
            Some(Held { indexes, tokens }) => {
                for (at, held) in indexes {
                    self.indexes[at].replace(Some(held), &key, must_stay);
                }
                for (at, held) in tokens {
                    self.tokens[at].replace(Some(held), &key, rows, must_stay);
                }
            }
            None => {
                for index in &mut self.indexes {
                    index.replace(None, &key, must_stay);
                }
                for tokens in &mut self.tokens {
                    tokens.replace(None, &key, rows, must_stay);
                }
            }
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

    /// Whether some index wants to know what changes.
    fn has_indexes(&mut self) -> bool {
        self.indexes.iter_mut().any(OrderedIndex::is_kept)
            || self.tokens.iter_mut().any(TokenIndex::is_kept)
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

/// The bounds of keys from `from` to before `to`. A range that ends before it begins is empty here, and
/// a panic in a map.
pub(super) fn between<'a>(from: &'a str, to: Option<&'a str>) -> (Bound<&'a str>, Bound<&'a str>) {
    let to = to.map_or(Bound::Unbounded, |to| Bound::Excluded(to.max(from)));
    (Bound::Included(from), to)
}

#[cfg(test)]
mod tests {
    use bridge_traits::{Record, TokenMatch};

    use super::*;

    fn collection() -> Collection {
        let tracks = Collection::new("tracks").required("year", FieldKind::Integer);
        tracks.required("search", FieldKind::Tokens).index(&["year"])
    }

    fn row(number: usize, year: usize) -> PackedRow {
        let year = i64::try_from(year % 60).unwrap_or_default();
        let tokens = vec![format!("w{}", year % 7), format!("x{}", number % 11)];
        let record = Record::new(format!("{number:05}")).with(year).with(Value::Tokens(tokens));
        PackedRow { version: 1, record: PackedRecord::pack(&record) }
    }

    /// Asks every index and compares it with one that is built from the same rows.
    fn check(table: &Table) {
        let mut fresh = Table::new(collection());
        for row in table.rows.values() {
            fresh.put(row.record.key(), row.clone());
        }
        let entries = |table: &Table| {
            let index = table.indexes[0].entries(&table.rows);
            index.starting_with(IndexKey::new([])).cloned().collect::<Vec<_>>()
        };
        assert_eq!(entries(table), entries(&fresh));
        for word in ["w", "w1", "x", "x10"] {
            let wanted = [TokenMatch { text: word.to_owned(), prefix: true }];
            let keys = |table: &Table| {
                let postings = table.tokens(2).map(|postings| {
                    let keys = postings.possible(&wanted).into_iter().cloned();
                    keys.collect::<Vec<_>>()
                });
                postings.unwrap_or_default()
            };
            assert_eq!(keys(table), keys(&fresh), "{word}");
        }
    }

    #[core_async::test]
    async fn what_is_asked_between_staging_and_writing_misses_nothing() {
        for is_asked_before in [false, true] {
            let mut table = Table::new(collection());
            for number in 0..50 {
                table.put(&format!("{number:05}"), row(number, number));
            }
            // One changes, one goes, one comes, one was never there.
            for (number, new) in
                [(7, Some(row(7, 30))), (8, None), (60, Some(row(60, 3))), (61, None)]
            {
                if is_asked_before {
                    check(&table);
                }
                let change =
                    table.stage(&format!("{number:05}"), new.as_ref().map(|row| &row.record));
                check(&table);
                table.apply(change, new);
                check(&table);
            }
        }
    }

    #[core_async::test]
    async fn indexes_catch_up_with_few_changes_and_with_many() {
        let mut table = Table::new(collection());
        check(&table);
        let mut random = 1_usize;
        for changes in [1, 3, 40, 2_500, 10, 900, 1_200, 1, 5_000, 7] {
            for _ in 0..changes {
                random = random.wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
                let number = random / 7 % 4_000;
                if random.is_multiple_of(5) {
                    table.remove(&format!("{number:05}"));
                } else {
                    table.put(&format!("{number:05}"), row(number, random / 11));
                }
            }
            check(&table);
            assert!(!table.build_an_index(), "everything was asked");
        }
    }
}
