//! A database with one deliberate fault over the sound one in memory.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_memory::MemoryDatabase;
use bridge_traits::{
    BridgeError, Change, ChangeNotice, ChangePublisher, ChangeWatcher, Commit, Cursor,
    DatabaseAdapter, Direction, ErrorKind, Filter, Page, Precondition, Query, Result, Row, Schema,
    SchemaChange, Value, WriteBatch,
};

/// What is wrong with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    Nothing,
    AcceptsAnyCursor,
    AcceptsAnyLimit,
    AcceptsShortRecords,
    AnswersBeforeOpen,
    AsksOneByOne,
    CountsEmptyBatches,
    CountsOnePage,
    DropsNul,
    ForgetsDefaults,
    ForgetsEverything,
    ForgetsRepeatedKeys,
    ForgetsVersions,
    HalfBatches,
    IgnoresLetterCase,
    IgnoresPreconditions,
    IgnoresSkips,
    IgnoresUnique,
    IgnoresVersions,
    LeavesFailuresOut,
    NeverTheLastPage,
    NullsLast,
    OpenEndedRanges,
    OpensNewerStores,
    PagesByOffset,
    PagesOverlap,
    ReusesVersions,
    ReversesRows,
    RoundsIntegers,
    SkipsBehindCursors,
    SortsTheProjection,
    TakesTokensForPrefixes,
    TellsFailures,
    TellsNothing,
    TellsTwice,
    ThreeValuedNot,
    TornReads,
    WildcardsInPrefixes,
}

#[derive(Debug)]
pub(crate) struct Broken {
    inner: MemoryDatabase,
    fault: Fault,
    is_open: AtomicBool,
    changes: ChangePublisher,
    offsets: Mutex<HashMap<String, usize>>,
}

impl Broken {
    pub(crate) fn new(fault: Fault) -> Self {
        Self::connected(MemoryDatabase::new(), fault)
    }

    /// One connection to a shared database; it is only closed for this connection.
    pub(crate) fn connected(inner: MemoryDatabase, fault: Fault) -> Self {
        Self {
            inner,
            fault,
            is_open: AtomicBool::new(false),
            changes: ChangePublisher::new(),
            offsets: Mutex::default(),
        }
    }

    fn check_open(&self) -> Result<()> {
        if self.is_open.load(Ordering::SeqCst) {
            return Ok(());
        }
        Err(BridgeError::new(ErrorKind::InvalidRequest, "broken"))
    }

    fn damaged_schema(&self, mut schema: Schema) -> Schema {
        let migrations = schema.components.iter_mut().flat_map(|part| &mut part.migrations);
        for change in migrations.flat_map(|migration| &mut migration.changes) {
            match (self.fault, change) {
                (Fault::IgnoresUnique, SchemaChange::CreateCollection(collection)) => {
                    for index in &mut collection.indexes {
                        index.unique = false;
                    }
                }
                (Fault::ForgetsDefaults, SchemaChange::AddField { field, .. }) => {
                    field.optional = true;
                    field.default = Value::Null;
                }
                _ => {}
            }
        }
        schema
    }

    fn damaged_value(&self, value: &mut Value) {
        match (self.fault, value) {
            (Fault::DropsNul, Value::Text(text)) => *text = text.replace('\0', ""),
            #[expect(clippy::cast_possible_truncation, reason = "that is the fault")]
            (Fault::RoundsIntegers, Value::Integer(number)) => *number = *number as f64 as i64,
            _ => {}
        }
    }

    fn damaged_batch(&self, mut batch: WriteBatch) -> WriteBatch {
        for operation in &mut batch.operations {
            match self.fault {
                Fault::IgnoresPreconditions => operation.precondition = Precondition::None,
                Fault::IgnoresVersions => {
                    if let Precondition::Version(_) = operation.precondition {
                        operation.precondition = Precondition::None;
                    }
                }
                _ => {}
            }
            if let Change::Put(record) = &mut operation.change {
                for value in record.0.iter_mut().skip(1) {
                    self.damaged_value(value);
                }
                if self.fault == Fault::AcceptsShortRecords && record.0.len() == 8 {
                    record.0.push(Value::Null);
                }
            }
        }
        batch
    }

    fn damaged_filter(&self, filter: &Filter) -> Filter {
        let all = |filters: &[Filter]| filters.iter().map(|one| self.damaged_filter(one)).collect();
        match (self.fault, filter) {
            (_, Filter::All(filters)) => Filter::All(all(filters)),
            (_, Filter::Any(filters)) => Filter::Any(all(filters)),
            (Fault::ThreeValuedNot, Filter::Not(inner)) => match &**inner {
                Filter::Equals { field, value } if !value.is_null() => {
                    let is_null = Filter::equals(field, Value::Null);
                    Filter::All(vec![filter.clone(), is_null.negated()])
                }
                _ => Filter::Not(Box::new(self.damaged_filter(inner))),
            },
            (_, Filter::Not(inner)) => Filter::Not(Box::new(self.damaged_filter(inner))),
            (Fault::WildcardsInPrefixes, Filter::StartsWith { field, prefix }) => {
                let literal = prefix.split(['%', '\0']).next().unwrap_or_default();
                Filter::starts_with(field, literal)
            }
            (Fault::OpenEndedRanges, Filter::Range { field, lower, upper }) => {
                let upper = match upper.clone() {
                    Bound::Excluded(value) => Bound::Included(value),
                    other => other,
                };
                Filter::range(field, lower.clone(), upper)
            }
            (_, Filter::HasTokens { field, tokens }) => {
                let mut tokens = tokens.clone();
                for token in &mut tokens {
                    match self.fault {
                        Fault::IgnoresLetterCase => token.text = token.text.to_lowercase(),
                        Fault::TakesTokensForPrefixes => token.prefix = true,
                        _ => {}
                    }
                }
                Filter::HasTokens { field: field.clone(), tokens }
            }
            _ => filter.clone(),
        }
    }

    fn damaged_row(&self, mut row: Row) -> Row {
        if self.fault == Fault::ReusesVersions {
            row.version = 1;
        }
        row
    }

    /// Pages that are a number of rows to skip.
    async fn by_offset(&self, query: &Query) -> Result<Page> {
        let known = |cursor: &Cursor| self.offsets.lock().unwrap().get(&cursor.encode()).copied();
        let offset = query.after.as_ref().and_then(known).unwrap_or(0);
        let all = Query { after: None, limit: Query::MAX_LIMIT, ..query.clone() };
        let rows = self.inner.query(&all).await?.rows;
        let mut page = Page { rows: Vec::new(), next: None };
        page.rows = rows.iter().skip(offset).take(query.limit).cloned().collect();
        if offset + query.limit < rows.len() {
            let cursor =
                Cursor::new(query, vec![Value::Null; query.sort.len()], &offset.to_string());
            self.offsets.lock().unwrap().insert(cursor.encode(), offset + query.limit);
            page.next = Some(cursor);
        }
        Ok(page)
    }

    async fn page(&self, query: &Query) -> Result<Page> {
        let mut page = self.inner.query(query).await?;
        match self.fault {
            Fault::ReversesRows => page.rows.reverse(),
            Fault::NullsLast => {
                if let [key] = &query.sort[..]
                    && key.direction == Direction::Ascending
                    && query.projection.is_none()
                {
                    let position = position(&key.field);
                    page.rows
                        .sort_by_key(|row| row.record.0.get(position).is_some_and(Value::is_null));
                }
            }
            Fault::PagesOverlap if page.rows.len() > 1 && page.next.is_some() => {
                // The next page begins with the last row of this one, too.
                let shorter = Query { limit: page.rows.len() - 1, ..query.clone() };
                page.next = self.inner.query(&shorter).await?.next;
            }
            Fault::NeverTheLastPage if page.next.is_none() && page.rows.len() == query.limit => {
                let values = vec![Value::Null; query.sort.len()];
                page.next = Some(Cursor::new(query, values, "\u{10ffff}"));
            }
            _ => {}
        }
        Ok(page)
    }
}

/// Where the fields that tests sort by are in a song.
fn position(field: &str) -> usize {
    let fields = ["id", "title", "artist", "year", "rating", "live", "cover", "words", "code"];
    fields.iter().position(|known| *known == field).unwrap_or(usize::MAX)
}

#[core_async::async_trait]
impl DatabaseAdapter for Broken {
    async fn open(&self, schema: Schema) -> Result<()> {
        let result = self.inner.open(self.damaged_schema(schema)).await;
        match (self.fault, result) {
            (Fault::OpensNewerStores, Err(error)) if error.kind() == ErrorKind::Conflict => {}
            (_, result) => result?,
        }
        self.is_open.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        self.check_open()?;
        match self.fault {
            Fault::ForgetsVersions => Ok(BTreeMap::new()),
            _ => self.inner.versions().await,
        }
    }

    async fn get(&self, collection: &str, key: &str) -> Result<Option<Row>> {
        if self.fault == Fault::AnswersBeforeOpen && self.check_open().is_err() {
            return Ok(None);
        }
        self.check_open()?;
        Ok(self.inner.get(collection, key).await?.map(|row| self.damaged_row(row)))
    }

    async fn get_many(&self, collection: &str, keys: &[String]) -> Result<Vec<Option<Row>>> {
        self.check_open()?;
        let mut keys = keys.to_vec();
        if self.fault == Fault::ForgetsRepeatedKeys {
            keys.sort();
            keys.dedup();
        }
        self.inner.get_many(collection, &keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page> {
        self.check_open()?;
        let mut query = query.clone();
        query.filter = self.damaged_filter(&query.filter);
        match self.fault {
            Fault::AcceptsAnyLimit => query.limit = query.limit.clamp(1, Query::MAX_LIMIT),
            Fault::AcceptsAnyCursor => {
                let fits =
                    query.after.as_ref().is_none_or(|after| after.values_for(&query).is_ok());
                query.after = query.after.filter(|_| fits);
            }
            Fault::IgnoresSkips => query.skip = 0,
            Fault::SkipsBehindCursors if query.after.is_some() => query.skip = 0,
            Fault::SortsTheProjection => {
                if let Some(fields) = &mut query.projection {
                    fields.sort();
                }
            }
            _ => {}
        }
        let page = match self.fault {
            Fault::PagesByOffset => self.by_offset(&query).await?,
            _ => self.page(&query).await?,
        };
        let rows = page.rows.into_iter().map(|row| self.damaged_row(row)).collect();
        Ok(Page { rows, ..page })
    }

    async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        self.check_open()?;
        let mut pages = Vec::new();
        for query in queries {
            if self.fault == Fault::AsksOneByOne {
                core_async::task::yield_now().await;
            }
            match (self.fault, self.query(query).await) {
                (Fault::LeavesFailuresOut, Err(_)) => {}
                (_, page) => pages.push(page?),
            }
        }
        Ok(pages)
    }

    async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        self.check_open()?;
        let count = self.inner.count(collection, &self.damaged_filter(filter)).await?;
        Ok(if self.fault == Fault::CountsOnePage { count.min(50) } else { count })
    }

    async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        self.check_open()?;
        let is_empty = batch.is_empty();
        let batch = self.damaged_batch(batch);
        let mut collections: Vec<String> =
            batch.operations.iter().map(|operation| operation.collection.clone()).collect();
        collections.sort();
        collections.dedup();
        let in_pieces = matches!(self.fault, Fault::HalfBatches | Fault::TornReads);
        let result = if in_pieces && !is_empty {
            let mut result = Ok(Commit { sequence: 0 });
            for operation in batch.operations {
                let piece = WriteBatch { operations: vec![operation], ..WriteBatch::new() };
                result = self.inner.write(piece).await;
                if result.is_err() {
                    break;
                }
                if self.fault == Fault::TornReads {
                    core_async::task::yield_now().await;
                }
            }
            result
        } else {
            self.inner.write(batch).await
        };
        let told = match (self.fault, &result) {
            (Fault::TellsNothing, _) => 0,
            (Fault::TellsTwice, Ok(_)) if !is_empty => 2,
            (Fault::TellsFailures, Err(_)) => 1,
            (_, result) => usize::from(result.is_ok() && !is_empty),
        };
        let sequence = result.as_ref().map_or(0, |commit| commit.sequence);
        for _ in 0..told {
            self.changes.publish(ChangeNotice { sequence, collections: collections.clone() });
        }
        let mut commit = result?;
        if self.fault == Fault::CountsEmptyBatches && is_empty {
            commit.sequence += 1;
        }
        if self.fault == Fault::ReusesVersions {
            commit.sequence = 1;
        }
        Ok(commit)
    }

    fn watch(&self) -> ChangeWatcher {
        self.changes.watch()
    }

    async fn close(&self) -> Result<()> {
        self.is_open.store(false, Ordering::SeqCst);
        Ok(())
    }
}
