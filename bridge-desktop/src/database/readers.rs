//! A few connections that only read, so that reading never waits for writing.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_traits::{BridgeError, ErrorKind, Result};
use core_async::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use core_async::task;
use sqlx::sqlite::SqliteConnection;

use super::connection::{self, Writer};

/// How many reads run at the same time.
const READERS: u32 = 4;

/// Connections to one file, opened when first needed.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
}

impl Readers {
    /// Readers of an existing file.
    pub(super) fn new(path: PathBuf) -> Self {
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Self { path, permits, idle: Arc::default() }
    }

    /// A connection of one's own until it is dropped.
    pub(super) async fn acquire(&self) -> Result<Reader> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| closed())?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut borrowed =
            Borrowed { connection: idle, idle: Arc::clone(&self.idle), _permit: permit };
        if borrowed.connection.is_some() {
            return Ok(Reader::Own(borrowed));
        }
        let path = self.path.clone();
        // Cancellation: a connection that is being opened cannot be called back. It joins the idle
        // ones if nobody waits for it any more, and until then whoever closes them waits for it.
        let opening = task::spawn(async move {
            borrowed.connection = Some(connection::open_reader(&path).await?);
            Ok(Reader::Own(borrowed))
        });
        opening.await.unwrap_or_else(|error| {
            Err(BridgeError::new(ErrorKind::Other, "database.read").with_source(error))
        })
    }

    /// Waits for the reads under way and gives back every connection. No read begins afterwards.
    pub(super) async fn close(&self) -> Vec<SqliteConnection> {
        let all = self.permits.acquire_many(READERS).await;
        self.permits.close();
        drop(all);
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A connection to read with.
#[derive(Debug)]
pub(super) enum Reader {
    /// One of the readers, which goes back when it is dropped.
    Own(Borrowed),
    /// The writer, where there is only one connection.
    Writer(OwnedMutexGuard<Option<Writer>>),
}

impl Reader {
    /// The connection itself.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        match self {
            Self::Own(borrowed) => borrowed.connection.as_mut(),
            Self::Writer(writer) => writer.as_mut().map(|writer| &mut writer.connection),
        }
        .ok_or_else(closed)
    }

    /// Keeps a connection whose thread has died from being used again.
    pub(super) fn discard(&mut self) {
        if let Self::Own(borrowed) = self {
            borrowed.connection = None;
        }
    }
}

/// One of the connections, out of the pool.
#[derive(Debug)]
pub(super) struct Borrowed {
    connection: Option<SqliteConnection>,
    idle: Arc<Mutex<Vec<SqliteConnection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        // The permit goes after this, so whoever gets it finds the connection.
        if let Some(connection) = self.connection.take() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

/// The error of every call outside `open` and `close`.
pub(super) fn closed() -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, "database")
        .with_detail("the database is not open, or was closed")
}
