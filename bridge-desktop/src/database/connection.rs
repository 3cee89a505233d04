//! Opening SQLite files the way this crate wants them.
//!
//! A write-ahead log, one connection that writes and up to four that read: five at most. The writer
//! keeps 64 MiB of pages, and so do the readers together. Measured with SQLite 3.40, files in the
//! system's cache, medians of 9 rounds in turns (5 and 3 where something is written):
//!
//! | | 100,000 tracks (160 MiB) | 500,000 tracks (805 MiB) |
//! | --- | --- | --- |
//! | 50 tracks by title: 16 MiB, 64 MiB, 16 MiB and `mmap_size` of 256 MiB | 0.28, 0.25, 0.23 ms | 0.30, 0.27, 0.28 ms |
//! | a track by its id | 13.4, 13.7, 12.0 µs | 16.1, 15.8, 15.1 µs |
//! | 10,000 tracks written | 2.7, 2.4, 2.5 s | 2.8, 2.7, 2.3 s |
//!
//! 64 MiB for each reader too would be up to 192 MiB more of memory for a tenth of the time of a
//! page. Nothing is mapped into memory: where a mapped file is cut short by somebody else, or its
//! disk is unplugged, the system ends the whole process, where a read fails with an error that can
//! be told. Foreign keys are off because a record store has none.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bridge_traits::{BridgeError, Durability, ErrorKind, Result};
use core_async::time;
use rusqlite::OpenFlags;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor, Sqlite, Transaction};

use super::BEGIN_WRITE;
use super::damage;
use super::error::{bridge_error, is_busy};
use super::migrate::APPLICATION_ID;
use super::statement::Statement;

const OPEN: &str = "database.open";
const WRITE: &str = "database.write";

/// What a transaction begins with that has begun already. It ends like every other.
const GO_ON: &str = "SAVEPOINT kept";

/// How long SQLite waits for another process to finish its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many statements a connection keeps prepared.
const STATEMENTS: usize = 256;

/// The pages that the writer keeps: 64 MiB.
const WRITER_CACHE: (&str, &str) = ("cache_size", "-65536");

/// The pages that each of the four readers keeps: 16 MiB, so that together they have as many.
const READER_CACHE: (&str, &str) = ("cache_size", "-16384");

/// What every connection is told besides: that sorting needs no files.
const SORTING: (&str, &str) = ("temp_store", "MEMORY");

/// SQLite's file system of what is in memory.
const IN_MEMORY: &str = "memdb";

/// Where a database lives.
#[derive(Clone, Debug)]
pub(super) enum Location {
    /// In a file, shared by one writer and several readers.
    File(PathBuf),
    /// In memory, under this name; it is gone with its last connection.
    Memory(String),
}

impl Location {
    /// A place in memory that nobody else has.
    pub(super) fn in_memory() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        // Connections share what has a name that begins with a slash.
        Self::Memory(format!("/mpc-{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
    }

    /// The file, if it is one.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Memory(_) => None,
        }
    }
}

/// The one connection that writes.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    durability: Durability,
    /// The turn that is kept, if one is, by its number; and how many were kept before.
    kept: Option<u64>,
    turns: u64,
}

impl Writer {
    fn new(connection: SqliteConnection) -> Self {
        Self { connection, durability: Durability::Relaxed, kept: None, turns: 0 }
    }

    /// Opens the database, creating it if need be. Commits are [`Durability::Strict`] at first.
    pub(super) async fn open(location: &Location) -> Result<Self> {
        let failed = |error| bridge_error(OPEN, error);
        match location {
            Location::Memory(name) => {
                let options = options().filename(name).vfs(IN_MEMORY).create_if_missing(true);
                let connection = options.connect().await.map_err(failed)?;
                let mut writer = Self::new(connection);
                writer.set_durability(Durability::Strict).await?;
                Ok(writer)
            }
            Location::File(path) => {
                let parent = prepare_directory(path)?;
                let is_new = !path.exists();
                let options = options().filename(path).create_if_missing(true);
                let connection = options.connect().await.map_err(|error| why(path, error))?;
                let mut writer = Self::new(connection);
                match writer.prepare(path, is_new.then_some(&parent)).await {
                    Ok(()) => Ok(writer),
                    Err(error) => {
                        // Whoever moves the file out of the way next must be the only one who has
                        // it. Why it cannot be used says more than why it cannot be closed.
                        drop(writer.connection.close().await);
                        Err(error)
                    }
                }
            }
        }
    }

    /// Makes a file ready to be written, which may have been created in a directory just now.
    async fn prepare(&mut self, path: &Path, created_in: Option<&PathBuf>) -> Result<()> {
        check_owner(&mut self.connection).await?;
        damage::check_if_suspect(&mut self.connection, path).await?;
        use_wal(&mut self.connection).await?;
        if let Some(parent) = created_in {
            // A file is only there after a power cut if its name is.
            crate::files::sync_directory(parent)
                .map_err(|error| crate::files::bridge_error(OPEN, error))?;
        }
        self.set_durability(Durability::Strict).await
    }

    /// Decides what the next commit waits for.
    ///
    /// In WAL mode `NORMAL` leaves the write-ahead log to the operating system: it survives the
    /// death of the process. `FULL` syncs the whole log, earlier commits included, before the
    /// commit returns.
    pub(super) async fn set_durability(&mut self, durability: Durability) -> Result<()> {
        if durability == self.durability {
            return Ok(());
        }
        let level = if durability == Durability::Strict { "FULL" } else { "NORMAL" };
        self.connection
            .execute(sqlx::AssertSqlSafe(format!("PRAGMA synchronous = {level}")))
            .await
            .map_err(|error| bridge_error(WRITE, error))?;
        self.durability = durability;
        Ok(())
    }
}

impl Writer {
    /// Begins a transaction that writes, or goes on with the turn that was kept. Dropped before it
    /// is committed, it rolls back.
    pub(super) async fn begin(
        &mut self,
        durability: Durability,
    ) -> Result<Transaction<'_, Sqlite>> {
        if durability != self.durability {
            // This cannot be changed in a transaction.
            self.release(None).await?;
            self.set_durability(durability).await?;
        }
        let begin = if self.kept.take().is_some() { GO_ON } else { BEGIN_WRITE };
        self.connection.begin_with(begin).await.map_err(|error| bridge_error(WRITE, error))
    }

    /// Keeps every other connection from writing until the next transaction here, for somebody who
    /// found that what they had read was old: what they read next stays true. Gives the number to
    /// [`release`](Self::release) it by.
    pub(super) async fn keep_turn(&mut self) -> Result<u64> {
        self.execute(BEGIN_WRITE).await?;
        self.turns += 1;
        self.kept = Some(self.turns);
        Ok(self.turns)
    }

    /// Lets others write, unless this turn, or any, is not kept any more.
    pub(super) async fn release(&mut self, turn: Option<u64>) -> Result<()> {
        match self.kept.take_if(|kept| turn.is_none_or(|turn| turn == *kept)) {
            Some(_) => self.execute("ROLLBACK").await,
            None => Ok(()),
        }
    }

    async fn execute(&mut self, statement: &'static str) -> Result<()> {
        let done = self.connection.execute(statement).await;
        done.map(drop).map_err(|error| bridge_error(WRITE, error))
    }
}

/// Opens one more connection to an existing database, for reading only.
pub(super) fn open_reader(location: &Location) -> Result<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let opened = match location {
        Location::File(path) => rusqlite::Connection::open_with_flags(path, flags),
        Location::Memory(name) => {
            rusqlite::Connection::open_with_flags_and_vfs(name, flags, IN_MEMORY)
        }
    };
    let prepared = opened.and_then(|connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        for (name, value) in [READER_CACHE, SORTING] {
            connection.pragma_update(None, name, value)?;
        }
        Ok(connection)
    });
    prepared.map_err(|error| bridge_error("database.read", error))
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(false)
        .statement_cache_capacity(STATEMENTS)
        // Elsewhere than on macOS, where `fsync` alone does not reach the disk, this does nothing.
        .pragma("fullfsync", "ON")
        .disable_statement_logging()
        .pragma(WRITER_CACHE.0, WRITER_CACHE.1)
        .pragma(SORTING.0, SORTING.1)
}

/// SQLite says no more than that it cannot open a file; the system says why. It is only asked then:
/// closing any other handle of a database that this process has open would drop its locks.
fn why(path: &Path, error: sqlx::Error) -> BridgeError {
    match File::open(path) {
        Err(reason) if reason.kind() != std::io::ErrorKind::NotFound => {
            crate::files::bridge_error(OPEN, reason)
        }
        _ => bridge_error(OPEN, error),
    }
}

fn prepare_directory(path: &Path) -> Result<PathBuf> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&parent).map_err(|error| crate::files::bridge_error(OPEN, error))?;
    Ok(parent)
}

/// Refuses files of other programs before anything is written to them.
async fn check_owner(connection: &mut SqliteConnection) -> Result<()> {
    let failed = |error| bridge_error(OPEN, error);
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let owner: i64 =
        sqlx::query_scalar("PRAGMA application_id").fetch_one(connection).await.map_err(failed)?;
    if tables == 0 || owner == APPLICATION_ID {
        return Ok(());
    }
    Err(BridgeError::new(ErrorKind::Conflict, OPEN)
        .with_detail("the file is a database of another program; choose another path"))
}

/// Switches to a write-ahead log. Two processes that do so at once do not wait for each other by
/// themselves.
async fn use_wal(connection: &mut SqliteConnection) -> Result<()> {
    let mut waited = Duration::ZERO;
    let pause = Duration::from_millis(20);
    loop {
        let statement = Statement::new("PRAGMA journal_mode = WAL");
        match statement.into_query().persistent(false).execute(&mut *connection).await {
            Err(error) if is_busy(&error) && waited < BUSY_TIMEOUT => time::sleep(pause).await,
            result => return result.map(drop).map_err(|error| bridge_error(OPEN, error)),
        }
        waited += pause;
    }
}
