//! Reading what can still be read from a damaged file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bridge_traits::{
    BridgeError, Collection, DatabaseAdapter, ErrorKind, Record, Result, Schema, WriteBatch,
};
use core_async::task;
use rusqlite::{Connection, OpenFlags};

use super::names;
use super::readers::failed;
use super::rows;

const OPERATION: &str = "database.salvage";

/// How many records are read, and written, at once.
const CHUNK: usize = 500;

/// How many rows that cannot be read are tried one after the other. No page holds more; a damaged
/// page further up hides many pages, behind which longer and longer steps get.
const ONE_BY_ONE: u32 = 1_000;

/// What could still be read from a damaged file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Salvaged {
    /// How many records were copied.
    pub records: u64,
    /// Whether these are all, as far as anybody can tell: nothing was unreadable.
    pub is_whole: bool,
}

/// Where reading a table has got.
#[derive(Debug)]
struct Position {
    /// The row to go on from; `None` at the end.
    next: Option<i64>,
    /// How many attempts in a row found nothing but damage.
    misses: u32,
}

/// Copies the records that can be read in the file at `path` into `target`, which is opened for it and
/// has `schema` in the end. The file stays as it is.
pub(super) async fn salvage(
    path: &Path,
    schema: &Schema,
    target: &dyn DatabaseAdapter,
) -> Result<Salvaged> {
    let mut salvaged = Salvaged { records: 0, is_whole: true };
    let file = fs::metadata(path).map_err(|error| crate::files::bridge_error(OPERATION, error))?;
    if file.len() == 0 {
        // SQLite would take it for new, and delete the log beside it.
        salvaged.is_whole = false;
        target.open(schema.clone()).await?;
        return Ok(salvaged);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    // Goes on where the file is shorter than it says, or its list of tables is not whole.
    connection.pragma_update(None, "writable_schema", "ON").map_err(failed)?;
    let versions = versions(&connection)?;
    // What is missing there is read as if it were of this release.
    salvaged.is_whole =
        schema.components.iter().all(|component| versions.contains_key(&component.name));
    let then = as_it_was(schema, &versions)?;
    target.open(then.clone()).await?;
    for collection in then.compile()?.collections {
        let mut position = Position { next: Some(i64::MIN), misses: 0 };
        while position.next.is_some() {
            let table = collection.clone();
            let read = task::spawn_blocking(move || {
                let records = read(&connection, &table, &mut position);
                (connection, position, records)
            });
            let read_records;
            (connection, position, read_records) = read.await.map_err(|error| {
                BridgeError::new(ErrorKind::Other, OPERATION).with_source(error)
            })?;
            let (records, is_whole) = read_records?;
            salvaged.is_whole &= is_whole;
            let count = records.len() as u64;
            let written = write(target, &collection.name, records).await?;
            salvaged.is_whole &= written == count;
            salvaged.records += written;
        }
    }
    target.open(schema.clone()).await?;
    Ok(salvaged)
}

/// The last migration of each component that the file has, as far as that can be read.
fn versions(connection: &Connection) -> Result<BTreeMap<String, u32>> {
    let sql = format!("SELECT component, version FROM {}", names::SCHEMA);
    let read = || -> rusqlite::Result<_> {
        let mut statement = connection.prepare(&sql)?;
        let versions = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        versions.collect()
    };
    read().or_else(|error| failure(error).map_or_else(|| Ok(BTreeMap::new()), Err))
}

/// The schema with the migrations that the file has.
fn as_it_was(schema: &Schema, versions: &BTreeMap<String, u32>) -> Result<Schema> {
    let mut then = schema.clone();
    for component in &mut then.components {
        let Some(&version) = versions.get(&component.name) else { continue };
        if version > component.version() {
            return Err(BridgeError::new(ErrorKind::Conflict, OPERATION)
                .with_detail("a newer release has written the library; update the program"));
        }
        component.migrations.retain(|migration| migration.number <= version);
    }
    Ok(then)
}

/// The failure of a disk, or whatever else says nothing of what is in the file; `None` for damage.
fn failure(error: rusqlite::Error) -> Option<BridgeError> {
    let error = failed(error);
    let is_elsewhere = matches!(
        error.kind(),
        ErrorKind::Unavailable | ErrorKind::PermissionDenied | ErrorKind::QuotaExceeded
    );
    is_elsewhere.then_some(error)
}

/// Reads until there is a chunk, or something that cannot be read; says whether there was no such
/// thing.
fn read(
    connection: &Connection,
    collection: &Collection,
    position: &mut Position,
) -> Result<(Vec<Record>, bool)> {
    let Some(first) = position.next else { return Ok((Vec::new(), true)) };
    let (mut records, mut last, mut is_whole) = (Vec::new(), None, true);
    let outcome = read_rows(connection, collection, first, |row, record| {
        last = Some(row);
        match record {
            Some(record) => records.push(record),
            None => is_whole = false,
        }
        records.len() < CHUNK
    });
    let after = |row: i64, step: i64| row.checked_add(step);
    position.next = match (outcome, last) {
        (Ok(true), _) => None,
        (Ok(false), last) => {
            position.misses = 0;
            last.and_then(|row| after(row, 1))
        }
        (Err(Unreadable::Failed(error)), _) => return Err(error),
        // Tables that are not there, or in a page that is not, cannot be prepared.
        (Err(Unreadable::Table), _) => {
            is_whole = false;
            None
        }
        (Err(Unreadable::Row), Some(last)) => {
            (position.misses, is_whole) = (0, false);
            after(last, 1)
        }
        (Err(Unreadable::Row), None) => {
            is_whole = false;
            position.misses += 1;
            let step = 1_i64.checked_shl(position.misses.saturating_sub(ONE_BY_ONE));
            // Rows are numbered from 1 on.
            step.filter(|step| *step > 0).and_then(|step| after(first.max(0), step))
        }
    };
    Ok((records, is_whole))
}

#[derive(Debug)]
enum Unreadable {
    Table,
    Row,
    /// That the disk fails says nothing of what is on it.
    Failed(BridgeError),
}

impl Unreadable {
    fn of(error: rusqlite::Error, what: Self) -> Self {
        failure(error).map_or(what, Self::Failed)
    }
}

/// Gives the rows from `first` on, with the records that fit, for as long as they are `taken`.
/// Says whether the end was reached.
fn read_rows(
    connection: &Connection,
    collection: &Collection,
    first: i64,
    mut take: impl FnMut(i64, Option<Record>) -> bool,
) -> Result<bool, Unreadable> {
    let columns: Vec<_> =
        collection.fields.iter().map(|field| names::column(&field.name)).collect();
    let kinds: Vec<_> = collection.fields.iter().map(|field| field.kind).collect();
    // By the table itself, whose indexes may be damaged too.
    let sql = format!(
        "SELECT {}, {} FROM {} NOT INDEXED WHERE {row} >= ? ORDER BY {row}",
        names::ROW,
        columns.join(", "),
        names::table(&collection.name),
        row = names::ROW,
    );
    let row_is_unreadable = |error| Unreadable::of(error, Unreadable::Row);
    let mut statement = connection
        .prepare_cached(&sql)
        .map_err(|error| Unreadable::of(error, Unreadable::Table))?;
    let mut found = statement.query([first]).map_err(row_is_unreadable)?;
    while let Some(row) = found.next().map_err(row_is_unreadable)? {
        let number = row.get(0).map_err(row_is_unreadable)?;
        let record = rows::read(row, &kinds).ok().map(|row| row.record);
        if !take(number, record.filter(|record| collection.check(record).is_ok())) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes records; one that contradicts another stays behind. Says how many were written.
async fn write(
    target: &dyn DatabaseAdapter,
    collection: &str,
    records: Vec<Record>,
) -> Result<u64> {
    let mut batch = WriteBatch::new();
    for record in records.clone() {
        batch.put(collection, record);
    }
    match target.write(batch).await {
        Err(error) if error.kind() == ErrorKind::Conflict => {}
        written => return written.map(|_| records.len() as u64),
    }
    let mut written = 0;
    for record in records {
        let mut batch = WriteBatch::new();
        batch.put(collection, record);
        match target.write(batch).await {
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            one => written += one.map(|_| 1)?,
        }
    }
    Ok(written)
}
