//! An open database: the connections, the schema, and the running of statements.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge_traits::{
    Collection, Commit, CompiledSchema, Cursor, Durability, ErrorKind, Filter, Page, Query, Result,
    Schema, Value, WriteBatch,
};
use core_async::sync::{Mutex, OwnedMutexGuard, oneshot};
use core_async::time::{self, Duration};
use rusqlite::Row;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Row as _};

use super::compile::{self, MAX_VALUES, PagePlan};
use super::connection::{Location, Writer};
use super::error::bridge_error;
use super::file_watch::{self, FileWatch};
use super::migrate::{migrate, versions};
use super::names;
use super::news::{self, News};
use super::readers::{Question, Readers, closed};
use super::rows;
use super::statement::Statement;
use super::steps::{Expect, Step, Steps};

/// How long a turn to write is kept for a second try.
const KEPT: Duration = Duration::from_millis(250);

const WRITE: &str = "database.write";

/// An open database.
#[derive(Debug)]
pub(super) struct Store {
    schema: CompiledSchema,
    connections: Connections,
    news: Arc<News>,
    abandoned: AtomicBool,
}

/// What outlives a change of the schema.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    /// `None` once closed.
    writer: Arc<Mutex<Option<Writer>>>,
    readers: Readers,
    /// The file that other processes may write to as well; `None` in memory.
    path: Option<Arc<Path>>,
}

impl Connections {
    /// Opens a database.
    pub(super) async fn open(location: &Location) -> Result<Self> {
        let writer = Arc::new(Mutex::new(Some(Writer::open(location).await?)));
        let path = match location {
            Location::File(path) => Some(path.as_path().into()),
            Location::Memory(_) => None,
        };
        Ok(Self { writer, readers: Readers::new(location.clone()), path })
    }

    pub(super) async fn close(&self) -> Result<()> {
        self.readers.close().await?;
        // The last connection to close moves the write-ahead log into the file.
        match self.writer.lock().await.take() {
            Some(writer) => writer
                .connection
                .close()
                .await
                .map_err(|error| bridge_error("database.close", error)),
            None => Ok(()),
        }
    }
}

impl Store {
    /// Brings a database to `schema`.
    pub(super) async fn new(
        connections: Connections,
        schema: &Schema,
        news: Arc<News>,
    ) -> Result<Self> {
        let compiled = schema.compile()?;
        {
            let mut writer = connections.writer.lock().await;
            let writer = writer.as_mut().ok_or_else(closed)?;
            writer.release(None).await?;
            writer.set_durability(Durability::Strict).await?;
            let sequence = migrate(&mut writer.connection, schema).await?;
            let names = compiled.collections.iter().map(|collection| collection.name.clone());
            news.begin(sequence, names.collect());
        }
        connections.readers.prepare();
        Ok(Self { schema: compiled, connections, news, abandoned: AtomicBool::new(false) })
    }

    /// The connections, to open them with another schema.
    pub(super) fn connections(&self) -> Connections {
        self.connections.clone()
    }

    /// The version of each component in the file.
    pub(super) async fn versions(&self) -> Result<BTreeMap<String, u32>> {
        let read = |row: &Row<'_>| Ok((rows::cell(row, 0)?, rows::cell(row, 1)?));
        Ok(self.fetch(vec![versions()], usize::MAX, read).await?.into_iter().collect())
    }

    /// Tells watchers of other processes' commits for as long as the result lives.
    pub(super) fn watch_file(&self) -> Option<FileWatch> {
        let Connections { path: Some(path), readers, .. } = &self.connections else { return None };
        FileWatch::start(path, readers.clone(), Arc::clone(&self.news))
    }

    /// The rows with these keys, in their order.
    pub(super) async fn get_many(
        &self,
        collection: &str,
        keys: &[String],
    ) -> Result<Vec<Option<bridge_traits::Row>>> {
        let collection = self.schema.collection(collection)?;
        let kinds: Vec<_> = collection.fields.iter().map(|field| field.kind).collect();
        let statements = keys.chunks(MAX_VALUES).map(|keys| select(collection, keys)).collect();
        let found = self.fetch(statements, usize::MAX, move |row| rows::read(row, &kinds)).await?;
        let by_key: HashMap<_, _> =
            found.into_iter().map(|row| (row.record.key().to_owned(), row)).collect();
        Ok(keys.iter().map(|key| by_key.get(key).cloned()).collect())
    }

    /// The row with this key.
    pub(super) async fn get(
        &self,
        collection: &str,
        key: &str,
    ) -> Result<Option<bridge_traits::Row>> {
        let collection = self.schema.collection(collection)?;
        let kinds: Vec<_> = collection.fields.iter().map(|field| field.kind).collect();
        let statement = select(collection, &[key.to_owned()]);
        Ok(self.fetch(vec![statement], 1, move |row| rows::read(row, &kinds)).await?.pop())
    }

    /// One page of a query.
    pub(super) async fn query(&self, query: &Query) -> Result<Page> {
        let mut plan = PagePlan::new(self.schema.collection(&query.collection)?, query)?;
        let mut answers = self.fetch_all(vec![question(&mut plan, query)]).await?;
        Ok(page(&plan, query, answers.pop().unwrap_or_default()))
    }

    /// One page each of several queries, of one moment.
    pub(super) async fn query_many(&self, queries: &[Query]) -> Result<Vec<Page>> {
        let plan = |query: &Query| -> Result<_> {
            let mut plan = PagePlan::new(self.schema.collection(&query.collection)?, query)?;
            let question = question(&mut plan, query);
            Ok((plan, question))
        };
        let plans = queries.iter().map(plan).collect::<Result<Vec<_>>>()?;
        let (plans, questions): (Vec<_>, Vec<_>) = plans.into_iter().unzip();
        let answers = self.fetch_all(questions).await?;
        let pages = plans.iter().zip(queries).zip(answers);
        Ok(pages.map(|((plan, query), rows)| page(plan, query, rows)).collect())
    }

    /// What SQLite does for a query.
    pub(super) async fn explain(&self, query: &Query) -> Result<Vec<String>> {
        let plan = PagePlan::new(self.schema.collection(&query.collection)?, query)?;
        let mut lines = Vec::new();
        for statement in plan.statements {
            let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
            let explain = Statement { sql, values: statement.values };
            // Behind the numbers of the step and of the one it is part of, and one that is not used.
            let found = self.fetch(vec![explain], usize::MAX, |row| rows::cell(row, 3)).await?;
            lines.extend::<Vec<String>>(found);
        }
        Ok(lines)
    }

    /// How many records match.
    pub(super) async fn count(&self, collection: &str, filter: &Filter) -> Result<u64> {
        let statement = compile::count(self.schema.collection(collection)?, filter)?;
        self.fetch_number(statement).await
    }

    /// Carries out a batch and tells the watchers.
    pub(super) async fn write(&self, batch: WriteBatch) -> Result<Commit> {
        if batch.is_empty() {
            let last = Statement::new(format!("SELECT sequence FROM {}", names::COMMITS));
            return Ok(Commit { sequence: self.fetch_number(last).await? });
        }
        let mut collections: Vec<_> =
            batch.operations.iter().map(|operation| operation.collection.clone()).collect();
        collections.sort_unstable();
        collections.dedup();

        let mut guard = Arc::clone(&self.connections.writer).lock_owned().await;
        let writer = guard.as_mut().ok_or_else(closed)?;
        let written = self.write_with(writer, batch, collections.join(" ")).await;
        if written.as_ref().is_err_and(|error| error.kind() == ErrorKind::Conflict)
            && self.connections.path.is_some()
        {
            keep_turn(Arc::clone(&self.connections.writer), guard).await;
        }
        written
    }

    async fn write_with(
        &self,
        writer: &mut Writer,
        batch: WriteBatch,
        collections: String,
    ) -> Result<Commit> {
        let mut transaction = writer.begin(batch.durability).await?;
        // Whoever opens the file after this adapter was dropped waits for the lock just taken, and
        // must not find that a batch was still to come.
        if self.abandoned.load(Ordering::Acquire) {
            return Err(closed());
        }
        let sequence = next_sequence(&mut transaction).await?;
        // What other processes committed before has not been heard of yet, maybe.
        let failed = |error| bridge_error(WRITE, error);
        let mut heard = self.news.read(&mut transaction).await.map_err(failed)?;
        news::write(&mut transaction, sequence.cast_unsigned(), &collections).await?;
        let mut steps = Steps::new(&self.schema, batch.operations, sequence);
        while let Some(step) = steps.next()? {
            run(&mut transaction, step).await?;
        }
        transaction.commit().await.map_err(failed)?;
        if let Some(path) = &self.connections.path {
            file_watch::touch(path);
        }
        // Still under the writer's lock, so that notices come in the order of the commits.
        heard.push((sequence, collections));
        self.news.publish(heard);
        Ok(Commit { sequence: sequence.cast_unsigned() })
    }

    /// Keeps batches that have not begun from beginning.
    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    /// Finishes what is under way and closes every connection.
    pub(super) async fn close(&self) -> Result<()> {
        self.connections.close().await
    }

    async fn fetch_number(&self, statement: Statement) -> Result<u64> {
        let found: Vec<i64> = self.fetch(vec![statement], 1, |row| rows::cell(row, 0)).await?;
        Ok(found.first().copied().unwrap_or_default().cast_unsigned())
    }

    /// Runs statements, of one moment of the database, until there are `enough` rows, and reads
    /// each.
    async fn fetch<T: Send + 'static>(
        &self,
        statements: Vec<Statement>,
        enough: usize,
        read: impl Fn(&Row<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Vec<T>> {
        let mut answers = self.fetch_all(vec![Question { statements, enough, read }]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// Answers several questions, all of one moment of the database.
    async fn fetch_all<T, R>(&self, questions: Vec<Question<R>>) -> Result<Vec<Vec<T>>>
    where
        T: Send + 'static,
        R: Fn(&Row<'_>) -> Result<T> + Send + 'static,
    {
        let Connections { writer, readers, path } = &self.connections;
        if path.is_some() {
            return readers.read((), questions).await;
        }
        // What is in memory has no log: reading and writing take turns.
        let alone = Arc::clone(writer).lock_owned().await;
        readers.read(alone, questions).await
    }
}

/// What a page takes, out of its plan.
fn question(
    plan: &mut PagePlan,
    query: &Query,
) -> Question<impl Fn(&Row<'_>) -> Result<bridge_traits::Row> + Send + use<>> {
    let statements = std::mem::take(&mut plan.statements);
    let kinds = std::mem::take(&mut plan.kinds);
    let read = move |row: &Row<'_>| rows::read(row, &kinds);
    // One more, which says that there is a next page.
    Question { statements, enough: query.limit + 1, read }
}

/// The page of the rows that were found.
fn page(plan: &PagePlan, query: &Query, mut rows: Vec<bridge_traits::Row>) -> Page {
    let more = rows.len() > query.limit;
    rows.truncate(query.limit);
    let next = rows.last().filter(|_| more).map(|last| {
        let values = &last.record.0;
        let sort = plan.sort_columns.iter().map(|column| values[*column].clone()).collect();
        let key = values[plan.key_column].as_text().unwrap_or_default();
        Cursor::new(query, sort, key)
    });
    for row in &mut rows {
        row.record.0.truncate(plan.width);
    }
    Page { rows, next }
}

/// Keeps the turn for whoever found their batch out of date: they read again, and their second try
/// is not out of date again because somebody else never pauses. Not for long, as nobody has to try
/// again.
///
/// In a task of its own: what is kept has to be given up also if nobody waits for the answer any
/// more.
async fn keep_turn(writer: Arc<Mutex<Option<Writer>>>, mut held: OwnedMutexGuard<Option<Writer>>) {
    let (kept, is_kept) = oneshot::channel();
    core_async::task::spawn(async move {
        let turn = match held.as_mut() {
            Some(writer) => writer.keep_turn().await.ok(),
            None => None,
        };
        drop(held);
        kept.send(()).ok();
        let Some(turn) = turn else { return };
        time::sleep(KEPT).await;
        if let Some(writer) = &mut *writer.lock().await {
            // Closing the connection ends what it has begun, too.
            writer.release(Some(turn)).await.ok();
        }
    });
    is_kept.await.ok();
}

async fn next_sequence(connection: &mut SqliteConnection) -> Result<i64> {
    let next = Statement::new(format!(
        "UPDATE {} SET sequence = sequence + 1 RETURNING sequence",
        names::COMMITS
    ));
    let row = next.into_query().fetch_one(connection).await;
    row.and_then(|row| row.try_get(0)).map_err(|error| bridge_error(WRITE, error))
}

async fn run(connection: &mut SqliteConnection, step: Step) -> Result<()> {
    let query = step.statement.into_query();
    let failed = |error| bridge_error(WRITE, error);
    match step.expect {
        Expect::Nothing => query.execute(connection).await.map(drop).map_err(failed),
        Expect::Change(conflict) => {
            match query.execute(connection).await.map_err(failed)?.rows_affected() {
                0 => Err(conflict.into_error()),
                _ => Ok(()),
            }
        }
        Expect::NoRow(conflict) => match query.fetch_optional(connection).await.map_err(failed)? {
            Some(_) => Err(conflict.into_error()),
            None => Ok(()),
        },
    }
}

/// Selects whole records by key. Few different lengths, so that few texts are prepared: the last
/// key is repeated to fill up.
fn select(collection: &Collection, keys: &[String]) -> Statement {
    let columns: Vec<_> =
        collection.fields.iter().map(|field| names::column(&field.name)).collect();
    let length = keys.len().next_power_of_two().min(MAX_VALUES);
    let mut statement = Statement::new(format!(
        "SELECT {}, {} FROM {} WHERE {} IN (?{})",
        names::VERSION,
        columns.join(", "),
        names::table(&collection.name),
        names::column(Collection::KEY),
        ", ?".repeat(length.saturating_sub(1))
    ));
    let filled = keys.iter().chain(keys.last().into_iter().cycle()).take(length);
    statement.values.extend(filled.map(Value::from));
    statement
}

#[cfg(test)]
mod tests;
