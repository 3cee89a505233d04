//! A few connections that only read, so that reading never waits for writing.
//!
//! They are `rusqlite`'s, each on a thread of its own: `sqlx` hands every row to another thread by
//! itself and copies each of its cells twice, which takes several times as long as SQLite does.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{BridgeError, ErrorKind, Result};
use core_async::sync::{Semaphore, oneshot};
use rusqlite::{Connection, Row};

use super::connection::{self, Location};
use super::error::bridge_error;
use super::reader_thread::{ReaderThread, within_a_moment};
use super::statement::{Bound, Statement};

/// How many reads run at the same time.
const READERS: u32 = 4;

const READ: &str = "database.read";

/// Connections to one database, opened when first needed.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    location: Location,
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<ReaderThread>>>,
}

/// Statements that are run one after the other until there are enough rows.
#[derive(Debug)]
pub(super) struct Question<R> {
    pub(super) statements: Vec<Statement>,
    pub(super) enough: usize,
    /// Reads each row.
    pub(super) read: R,
}

impl Readers {
    /// Readers of an existing database.
    pub(super) fn new(location: Location) -> Self {
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Self { location, permits, idle: Arc::default() }
    }

    /// Opens a connection for the first read, beside whatever comes before that. Should it fail, the
    /// read says why.
    pub(super) fn prepare(&self) {
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else { return };
        let Ok(thread) = self.take() else { return };
        let (readers, again) = (self.clone(), thread.clone());
        thread.give(move |connection| {
            open(connection, &readers.location).ok();
            readers.idle().push(again);
            drop(permit);
        });
    }

    /// Answers questions, all of one moment of the database. `held` is let go once nothing is read
    /// any more.
    ///
    /// Cancellation: dropping the future ends the reading with its next row.
    pub(super) async fn read<T, R>(
        &self,
        held: impl Send + 'static,
        questions: Vec<Question<R>>,
    ) -> Result<Vec<Vec<T>>>
    where
        T: Send + 'static,
        R: Fn(&Row<'_>) -> Result<T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let thread = self.take()?;
        let (readers, again) = (self.clone(), thread.clone());
        let (answer, mut result) = oneshot::channel();
        thread.give(move |connection| {
            let is_given_up = || answer.is_closed();
            let done = open(connection, &readers.location)
                .and_then(|connection| run(connection, questions, is_given_up));
            drop(held);
            // The permit goes after this, so whoever gets it finds the thread; and who reads again
            // at once finds this one.
            readers.idle().push(again);
            drop(permit);
            answer.send(done).ok();
        });
        match within_a_moment(|| result.try_recv().ok()) {
            Some(result) => result,
            None => result.await.unwrap_or_else(|_| Err(died())),
        }
    }

    /// Waits for the reads under way and closes every connection. No read begins afterwards.
    pub(super) async fn close(&self) -> Result<()> {
        let all = self.permits.acquire_many(READERS).await;
        self.permits.close();
        drop(all);
        let threads = std::mem::take(&mut *self.idle());
        for thread in threads {
            let (answer, closed) = oneshot::channel();
            thread.give(move |connection| {
                let closed = connection.take().map_or(Ok(()), Connection::close);
                answer.send(closed).ok();
            });
            let closed = closed.await.map_err(|_| died())?;
            closed.map_err(|(_, error)| bridge_error("database.close", error))?;
        }
        Ok(())
    }

    fn take(&self) -> Result<ReaderThread> {
        let idle = self.idle().pop();
        let start = || ReaderThread::start().map_err(|e| crate::files::bridge_error(READ, e));
        idle.map_or_else(start, Ok)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<ReaderThread>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open<'a>(
    connection: &'a mut Option<Connection>,
    location: &Location,
) -> Result<&'a mut Connection> {
    match connection {
        Some(connection) => Ok(connection),
        none => Ok(none.insert(connection::open_reader(location)?)),
    }
}

fn died() -> BridgeError {
    BridgeError::new(ErrorKind::Other, READ).with_detail("the thread that reads has died")
}

/// Answers each question with its rows.
fn run<T, R: Fn(&Row<'_>) -> Result<T>>(
    connection: &Connection,
    questions: Vec<Question<R>>,
    is_given_up: impl Fn() -> bool,
) -> Result<Vec<Vec<T>>> {
    let statements = questions.iter().map(|question| question.statements.len()).sum::<usize>();
    // A transaction sees one moment from its first read on. Dropping it ends it.
    let transaction = (statements > 1).then(|| connection.unchecked_transaction());
    let transaction = transaction.transpose().map_err(failed)?;
    let mut answers = Vec::with_capacity(questions.len());
    for Question { statements, enough, read } in questions {
        let mut rows = Vec::new();
        for statement in statements {
            run_through(connection, statement, enough - rows.len(), |row| {
                rows.push(read(row)?);
                match is_given_up() {
                    true => Err(BridgeError::new(ErrorKind::Cancelled, READ)),
                    false => Ok(()),
                }
            })?;
            if rows.len() >= enough {
                break;
            }
        }
        answers.push(rows);
    }
    if let Some(transaction) = transaction {
        transaction.rollback().map_err(failed)?;
    }
    Ok(answers)
}

/// Runs one statement up to `enough` rows.
fn run_through(
    connection: &Connection,
    statement: Statement,
    enough: usize,
    mut take: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(failed)?;
    for (value, at) in statement.values.into_iter().zip(1..) {
        prepared.raw_bind_parameter(at, Bound(value)).map_err(failed)?;
    }
    let mut rows = prepared.raw_query();
    let mut found = 0;
    while found < enough
        && let Some(row) = rows.next().map_err(failed)?
    {
        take(row)?;
        found += 1;
    }
    Ok(())
}

/// A failure to read.
pub(super) fn failed(error: rusqlite::Error) -> BridgeError {
    bridge_error(READ, error)
}

/// The error of every call outside `open` and `close`.
pub(super) fn closed() -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "database")
        .with_detail("the database is not open, or was closed")
}

#[cfg(test)]
mod tests;
