//! An engine that does not have all its records in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bridge_traits::{BridgeError, ErrorKind, Filter, Page, Query, Result, Row};

use super::away::{Progress, Step, Wanted};
use super::engine::Engine;
use super::packed::PackedRecord;
use super::{answer, table};

impl Engine {
    /// Whether any record was [let go](Self::let_go).
    pub fn is_partial(&self) -> bool {
        self.tables.values().any(|table| table.is_partial)
    }

    /// Lets go of the records of a collection whose keys are at least `from` and less than `to`, and
    /// which commits up to `until` wrote, except those that are to be kept: they are away until they are
    /// [brought back](Self::bring_back). The adapter has them elsewhere.
    ///
    /// Their keys and versions, and what indexes hold of them, stay: all indexes of the collection are
    /// built for that, and none is built anew from now on.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection.
    pub fn let_go(
        &mut self,
        collection: &str,
        (from, to): (&str, Option<&str>),
        until: u64,
        keep: &dyn Fn(&str) -> bool,
    ) -> Result<()> {
        self.table_mut(collection)?.let_go(table::between(from, to), until, keep);
        Ok(())
    }

    /// Puts back a record that is away, as the commit `version` wrote it. What is not away, or is away
    /// in another version, stays as it is.
    ///
    /// # Errors
    ///
    /// Fails with `Corrupt` if it does not fit its collection.
    pub fn bring_back(
        &mut self,
        collection: &str,
        version: u64,
        record: PackedRecord,
    ) -> Result<()> {
        self.check(collection, &record)?;
        self.table_mut(collection)?.bring_back(version, record);
        Ok(())
    }

    /// Whether this record is there, but away.
    pub fn is_away(&self, collection: &str, key: &str) -> bool {
        self.stored(collection, key).is_ok_and(|row| row.is_some_and(|row| row.record.is_away()))
    }

    /// Which of the first `most` records of a collection, whose keys are at least `from` and less than
    /// `to`, are away.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection.
    pub fn away_between(
        &self,
        collection: &str,
        (from, to): (&str, Option<&str>),
        most: usize,
    ) -> Result<Wanted> {
        let rows = self.table(collection)?.rows.range::<str, _>(table::between(from, to));
        let away = rows.take(most).filter(|(_, row)| row.record.is_away());
        let keys = away.map(|(key, _)| Arc::clone(key)).collect();
        Ok(Wanted { collection: collection.to_owned(), keys })
    }

    /// The records that are away and that have to be there, all at once, before records with these
    /// collections and keys are changed: [`prepare`](Self::prepare), [`stage`](Self::stage),
    /// [`commit`](Self::commit) and [`replay`](Self::replay) have to know what they were.
    pub fn lacking<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Vec<Wanted> {
        let mut lacking: BTreeMap<&str, BTreeSet<Arc<str>>> = BTreeMap::new();
        if self.is_partial() {
            for (collection, key) in changes {
                if let Some(key) = self.tables.get(collection).and_then(|it| it.lacks(key)) {
                    lacking.entry(collection).or_default().insert(Arc::clone(key));
                }
            }
        }
        let lacking = lacking.into_iter().map(|(name, keys)| {
            let keys = keys.into_iter().collect();
            Wanted { collection: name.to_owned(), keys }
        });
        lacking.collect()
    }

    /// Fails if there are such.
    pub(super) fn check_lacking<'a>(
        &self,
        operation: &'static str,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<()> {
        if self.lacking(changes).is_empty() {
            return Ok(());
        }
        Err(BridgeError::new(ErrorKind::Other, operation)
            .with_detail("what is changed is away and has to be brought back first"))
    }

    /// As [`get`](Self::get), where records may be away.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection.
    pub fn get_or_fetch(&self, collection: &str, key: &str) -> Result<Step<Option<Row>>> {
        let stored = self.table(collection)?.rows.get_key_value(key);
        Ok(match stored {
            Some((key, row)) if row.record.is_away() => {
                let keys = vec![Arc::clone(key)];
                Step::Fetch(Wanted { collection: collection.to_owned(), keys })
            }
            stored => Step::Done(stored.map(|(_, row)| row.unpack())),
        })
    }

    /// The records with these keys, in their order, where records may be away: a step towards them.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for an unknown collection.
    pub fn get_many_or_fetch(
        &self,
        collection: &str,
        keys: &[String],
        progress: &mut Progress,
    ) -> Result<Step<Vec<Option<Row>>>> {
        Ok(answer::rows(self.table(collection)?, keys, progress))
    }

    /// As [`query`](Self::query), where records may be away: a step towards the page.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidRequest` for a query that does not fit the schema or the cursor.
    pub fn query_or_fetch(&self, query: &Query, progress: &mut Progress) -> Result<Step<Page>> {
        answer::page(self.table(&query.collection)?, query, progress)
    }

    /// As [`count`](Self::count), where records may be away: a step towards the number.
    ///
    /// # Errors
    ///
    /// As for `query_or_fetch`.
    pub fn count_or_fetch(
        &self,
        collection: &str,
        filter: &Filter,
        progress: &mut Progress,
    ) -> Result<Step<u64>> {
        answer::count(self.table(collection)?, filter, progress)
    }
}
