//! The engine: collections in memory, brought to a schema, read by queries, changed by batches.

use std::collections::{BTreeMap, BTreeSet};

use bridge_traits::{
    BridgeError, CompiledSchema, ErrorKind, Filter, Page, Query, Result, Row, Schema, SchemaChange,
    WriteBatch,
};
use serde::{Deserialize, Serialize};

use super::away::{Progress, Step};
use super::change_set::ChangeSet;
use super::packed::{PackedRecord, PackedRow};
use super::prepare;
use super::staged::Staged;
use super::table::{self, Table};

/// What an adapter must keep to restore an engine: which migrations were applied, and what the
/// collections look like after them.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct StoredSchema {
    /// The last migration applied, by component.
    pub versions: BTreeMap<String, u32>,
    /// The collections.
    pub compiled: CompiledSchema,
}

/// The reference implementation of schema, queries and batches. It does no I/O: an adapter makes
/// each [`ChangeSet`] durable between [`prepare`](Engine::prepare) and
/// [`commit`](Engine::commit).
#[derive(Debug, Default)]
pub struct Engine {
    stored: StoredSchema,
    pub(super) tables: BTreeMap<String, Table>,
    sequence: u64,
}

impl Engine {
    /// An engine without collections.
    pub fn new() -> Self {
        Self::default()
    }

    /// An engine with the collections that were stored, still without rows, after commit
    /// `sequence`.
    pub fn restore(stored: StoredSchema, sequence: u64) -> Self {
        let tables = stored
            .compiled
            .collections
            .iter()
            .map(|collection| (collection.name.clone(), Table::new(collection.clone())))
            .collect();
        Self { stored, tables, sequence }
    }

    /// Puts back a stored record, which the commit `version` wrote.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it does not fit its collection.
    pub fn load(&mut self, collection: &str, version: u64, record: PackedRecord) -> Result<()> {
        self.check(collection, &record)?;
        let key = record.key().to_owned();
        self.table_mut(collection)?.put(&key, PackedRow { version, record });
        self.sequence = self.sequence.max(version);
        Ok(())
    }

    /// Does again what a stored commit did: all of it or, if it fails, nothing.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it does not fit the collections.
    pub fn replay(&mut self, changes: ChangeSet) -> Result<()> {
        for change in &changes.changes {
            if !self.tables.contains_key(&change.collection) {
                return Err(corrupt(format!(
                    "a stored change names no collection: {:?}",
                    change.collection
                )));
            }
            if let Some(record) = &change.record {
                self.check(&change.collection, record)?;
                if record.key() != change.key {
                    return Err(corrupt("a stored change is of another record".into()));
                }
            }
        }
        let changed = changes.changes.iter().map(|it| (&*it.collection, &*it.key));
        self.check_lacking("database.open", changed)?;
        self.commit(changes)
    }

    /// Checks that a stored record is one of its collection.
    pub(super) fn check(&self, collection: &str, record: &PackedRecord) -> Result<()> {
        let table = self
            .tables
            .get(collection)
            .ok_or_else(|| corrupt(format!("a stored row names no collection: {collection:?}")))?;
        if record.fits(&table.collection) {
            return Ok(());
        }
        let why = table.collection.check(&record.unpack()).err().map(|it| it.to_string());
        Err(corrupt(why.unwrap_or_else(|| "a stored record does not fit".into())))
    }

    /// Applies the migrations of `schema` that were not applied yet; says whether there were any.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict` if what is stored is newer, `InvalidRequest` if the schema
    /// contradicts itself, `Other` if there is something to do and records are
    /// [away](Self::let_go); then nothing has changed.
    pub fn migrate(&mut self, schema: &Schema) -> Result<bool> {
        schema.compile()?;
        let mut stored = self.stored.clone();
        let mut dropped = BTreeSet::new();
        for component in &schema.components {
            let version = stored.versions.entry(component.name.clone()).or_default();
            if *version > component.version() {
                return Err(BridgeError::new(ErrorKind::Conflict, "database.open").with_detail(
                    format!(
                        "{:?} was written by a newer release (version {version}, this one knows \
                         {}); update the program",
                        component.name,
                        component.version()
                    ),
                ));
            }
            for migration in &component.migrations {
                if migration.number > *version {
                    for change in &migration.changes {
                        stored.compiled.apply(change)?;
                        if let SchemaChange::DropCollection(name) = change {
                            dropped.insert(name);
                        }
                    }
                    *version = migration.number;
                }
            }
        }
        if stored == self.stored {
            return Ok(false);
        }
        if self.is_partial() {
            return Err(BridgeError::new(ErrorKind::Other, "database.open")
                .with_detail("a migration needs every record, and some are away"));
        }
        let kept = |name: &String| !dropped.contains(name);
        for collection in stored.compiled.collections.iter().filter(|c| kept(&c.name)) {
            if let Some(table) = self.tables.get(&collection.name) {
                table.check_redefinition(collection)?;
            }
        }
        let mut tables = std::mem::take(&mut self.tables);
        tables.retain(|name, _| kept(name));
        for collection in &stored.compiled.collections {
            let table = match tables.remove(&collection.name) {
                Some(mut table) => {
                    table.redefine(collection.clone());
                    table
                }
                None => Table::new(collection.clone()),
            };
            self.tables.insert(collection.name.clone(), table);
        }
        self.stored = stored;
        Ok(true)
    }

    /// What must be kept to [`restore`](Self::restore) this engine.
    pub fn stored_schema(&self) -> &StoredSchema {
        &self.stored
    }

    /// The number of the last commit.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Every row of every collection; those that are away [say so](PackedRecord::is_away).
    pub fn rows(&self) -> impl Iterator<Item = (&str, &PackedRow)> {
        self.tables
            .iter()
            .flat_map(|(name, table)| table.rows.values().map(move |row| (name.as_str(), row)))
    }

    /// The rows of a collection whose keys are at least `from` and less than `to`, in their
    /// order; those that are away [say so](PackedRecord::is_away).
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection.
    pub fn rows_between<'a>(
        &'a self,
        collection: &str,
        from: &str,
        to: Option<&str>,
    ) -> Result<impl Iterator<Item = &'a PackedRow> + use<'a>> {
        let rows = self.table(collection)?.rows.range::<str, _>(table::between(from, to));
        Ok(rows.map(|(_, row)| row))
    }

    /// How many rows a collection has.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection.
    pub fn len(&self, collection: &str) -> Result<usize> {
        Ok(self.table(collection)?.rows.len())
    }

    /// Builds one index that no query has asked yet; says whether there was one.
    ///
    /// Indexes are built when they are first asked, so this is never necessary. An adapter does
    /// it while it has nothing else to do, one at a time.
    pub fn build_an_index(&self) -> bool {
        self.tables.values().any(Table::build_an_index)
    }

    /// The record with this key.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection, `Other` if the record is away.
    pub fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        done(self.get_or_fetch(collection, key)?)
    }

    /// One page of records.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for a query that does not fit the schema or the cursor, `Other` if
    /// records it needs are away.
    pub fn query(&self, query: &Query) -> Result<Page> {
        done(self.query_or_fetch(query, &mut Progress::default())?)
    }

    /// How many records match.
    ///
    /// # Errors
    ///
    /// As for `query`.
    pub fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        done(self.count_or_fetch(collection, filter, &mut Progress::default())?)
    }

    /// Checks a batch and says what it comes down to; changes nothing.
    ///
    /// # Errors
    ///
    /// Fails with `Conflict` or `InvalidRequest`, as [`DatabaseAdapter::write`] does, and with `Other`
    /// if records are [lacking](Self::lacking).
    ///
    /// [`DatabaseAdapter::write`]: bridge_traits::DatabaseAdapter::write
    pub fn prepare(&self, batch: WriteBatch) -> Result<ChangeSet> {
        let changed = batch.operations.iter().map(|it| (&*it.collection, it.change.key()));
        self.check_lacking("database.write", changed)?;
        prepare::prepare(self, batch)
    }

    /// Works out what [`commit_staged`](Self::commit_staged) will do, for an adapter that waits until
    /// the changes are durable and has nothing else to do: that leaves less to do behind it.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` if a change is of no collection.
    pub fn stage(&self, changes: &ChangeSet) -> Result<Staged> {
        let staged = changes.changes.iter().map(|change| {
            Ok(self.table(&change.collection)?.stage(&change.key, change.record.as_ref()))
        });
        Ok(Staged { after: self.sequence, changes: staged.collect::<Result<_>>()? })
    }

    /// As [`commit`](Self::commit), of what [`prepare`](Self::prepare) returned and was staged. If
    /// something else was committed in between, what was worked out is left aside.
    ///
    /// # Errors
    ///
    /// As for [`commit`](Self::commit).
    pub fn commit_staged(&mut self, changes: ChangeSet, staged: Staged) -> Result<()> {
        if staged.after != self.sequence || staged.changes.len() != changes.changes.len() {
            return self.commit(changes);
        }
        let version = changes.sequence;
        for (change, staged) in changes.changes.into_iter().zip(staged.changes) {
            let row = change.record.map(|record| PackedRow { version, record });
            self.table_mut(&change.collection)?.apply(staged, row);
        }
        self.sequence = self.sequence.max(version);
        Ok(())
    }

    /// Applies what [`prepare`](Self::prepare) returned, whose records were checked there.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` if the collections are others by now.
    pub fn commit(&mut self, changes: ChangeSet) -> Result<()> {
        let version = changes.sequence;
        for change in changes.changes {
            match change.record {
                Some(record) => {
                    let table = self.table_mut(&change.collection)?;
                    table.put(&change.key, PackedRow { version, record });
                }
                None => self.table_mut(&change.collection)?.remove(&change.key),
            }
        }
        self.sequence = self.sequence.max(version);
        Ok(())
    }

    pub(super) fn stored(&self, collection: &str, key: &str) -> Result<Option<&PackedRow>> {
        Ok(self.table(collection)?.rows.get(key))
    }

    pub(super) fn table(&self, name: &str) -> Result<&Table> {
        self.tables.get(name).ok_or_else(|| unknown(name))
    }

    pub(super) fn table_mut(&mut self, name: &str) -> Result<&mut Table> {
        self.tables.get_mut(name).ok_or_else(|| unknown(name))
    }
}

/// The answer that needs no record that is away.
fn done<T>(step: Step<T>) -> Result<T> {
    match step {
        Step::Done(answer) => Ok(answer),
        Step::Fetch(_) => Err(BridgeError::new(ErrorKind::Other, "database")
            .with_detail("records are away and have to be brought back first")),
    }
}

fn corrupt(detail: String) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "database.open").with_detail(detail)
}

fn unknown(name: &str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "database")
        .with_detail(format!("there is no collection {name:?}"))
}

#[cfg(test)]
mod tests {
    use bridge_traits::{Collection, Direction, FieldKind, Record, SchemaComponent};

    use super::*;

    fn batch(key: &str, year: i64) -> WriteBatch {
        let mut batch = WriteBatch::new();
        batch.put("songs", Record::new(key).with(year));
        batch
    }

    #[core_async::test]
    async fn what_was_staged_before_another_commit_is_worked_out_anew() {
        let songs = Collection::new("songs").required("year", FieldKind::Integer).index(&["year"]);
        let songs = vec![SchemaChange::CreateCollection(songs)];
        let songs = SchemaComponent::new("songs").migration(songs);
        let mut engine = Engine::new();
        engine.migrate(&Schema { components: vec![songs] }).unwrap();
        // By the index, which has a record twice if it was not told of a change.
        let by_year = Query::new("songs").sort("year", Direction::Ascending);
        let years = |engine: &Engine| {
            let rows = engine.query(&by_year).unwrap().rows.into_iter();
            rows.map(|row| row.record.0[1].clone()).collect::<Vec<_>>()
        };
        let changes = engine.prepare(batch("a", 1990)).unwrap();
        let staged = engine.stage(&changes).unwrap();
        engine.commit_staged(changes, staged).unwrap();
        assert_eq!(years(&engine), [1990_i64.into()]);
        let first = engine.prepare(batch("a", 1991)).unwrap();
        let mut late = first.clone();
        let staged = engine.stage(&late).unwrap();
        engine.commit(engine.prepare(batch("a", 1992)).unwrap()).unwrap();
        assert_eq!(years(&engine), [1992_i64.into()]);
        late.sequence += 1;
        engine.commit_staged(late, staged).unwrap();
        assert_eq!((years(&engine), engine.sequence()), (vec![1991_i64.into()], 3));
    }
}
