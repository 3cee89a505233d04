//! A few connections that only read, so that reading never waits for writing.
//!
//! They are `rusqlite`'s, on threads that may wait: `sqlx` hands every row to another thread by
//! itself and copies each of its cells twice, which takes several times as long as SQLite does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bridge_traits::{BridgeError, ErrorKind, Result};
use core_async::sync::Semaphore;
use core_async::task;
use rusqlite::{Connection, Row};

use super::connection::{self, Location};
use super::error::bridge_error;
use super::statement::{Bound, Statement};

/// How many reads run at the same time.
const READERS: u32 = 4;

const READ: &str = "database.read";

/// Connections to one database, opened when first needed.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    location: Location,
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// Readers of an existing database.
    pub(super) fn new(location: Location) -> Self {
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Self { location, permits, idle: Arc::default() }
    }

    /// Runs statements, of one moment of the database, until there are `enough` rows, and reads
    /// each. `held` is let go once nothing is read any more.
    ///
    /// Cancellation: dropping the future ends the reading with its next row.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        held: impl Send + 'static,
        statements: Vec<Statement>,
        enough: usize,
        read: impl Fn(&Row<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Vec<T>> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let readers = self.clone();
        let is_wanted = Arc::new(AtomicBool::new(true));
        let _unwanted = Unwanted(Arc::clone(&is_wanted));
        let reading = task::spawn_blocking(move || {
            let mut connection = readers.take()?;
            let mut rows = Vec::new();
            let take = |row: &Row<'_>| {
                rows.push(read(row)?);
                match is_wanted.load(Ordering::Relaxed) {
                    true => Ok(()),
                    false => Err(BridgeError::new(ErrorKind::Cancelled, READ)),
                }
            };
            let done = run(&mut connection, statements, enough, take);
            // The permit goes after this, so whoever gets it finds the connection.
            readers.idle().push(connection);
            drop((permit, held));
            done.map(|()| rows)
        });
        reading.await.unwrap_or_else(|error| {
            Err(BridgeError::new(ErrorKind::Other, READ).with_source(error))
        })
    }

    /// Waits for the reads under way and closes every connection. No read begins afterwards.
    pub(super) async fn close(&self) -> Result<()> {
        let all = self.permits.acquire_many(READERS).await;
        self.permits.close();
        drop(all);
        let connections = std::mem::take(&mut *self.idle());
        let closing = task::spawn_blocking(|| {
            connections.into_iter().try_for_each(|connection| {
                connection.close().map_err(|(_, error)| bridge_error("database.close", error))
            })
        });
        closing.await.unwrap_or_else(|error| {
            Err(BridgeError::new(ErrorKind::Other, "database.close").with_source(error))
        })
    }

    fn take(&self) -> Result<Connection> {
        let idle = self.idle().pop();
        idle.map_or_else(|| connection::open_reader(&self.location), Ok)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that nobody waits for an answer, once dropped.
struct Unwanted(Arc<AtomicBool>);

impl Drop for Unwanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

fn run(
    connection: &mut Connection,
    mut statements: Vec<Statement>,
    enough: usize,
    mut take: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    if statements.len() <= 1 {
        let Some(statement) = statements.pop() else { return Ok(()) };
        return run_through(connection, statement, enough, &mut take).map(drop);
    }
    // A transaction sees one moment from its first read on. Dropping it ends it.
    let transaction = connection.transaction().map_err(failed)?;
    let mut found = 0;
    for statement in statements {
        found += run_through(&transaction, statement, enough - found, &mut take)?;
        if found >= enough {
            break;
        }
    }
    transaction.rollback().map_err(failed)
}

/// Runs one statement; says how many rows there were, up to `enough`.
fn run_through(
    connection: &Connection,
    statement: Statement,
    enough: usize,
    take: &mut impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<usize> {
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
    Ok(found)
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
