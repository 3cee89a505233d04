//! The three object stores: appending commits, folding the log into blocks, and keeping up with
//! what other tabs do.

use std::collections::HashSet;
use std::time::Duration;

use bridge_memory::{ChangeSet, StoredSchema};
use bridge_traits::{BridgeError, Durability, ErrorKind, Result, Schema};
use core_async::sync::CancellationToken;
use core_async::task;
use core_async::time::timeout;
use futures::future::LocalBoxFuture;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::description::{Description, Head, Placed};
use super::directory::Directory;
use super::entry;
use super::frame;
use super::health::DatabaseDamage;
use super::load::{Aside, Loaded, behind};
use super::records::Records;
use super::residency::Residency;
use crate::host::JsError;
use crate::storage::{Connection, Reader, Reading, Transaction};

pub(super) const META: &str = "meta";
pub(super) const BLOCKS: &str = "blocks";
pub(super) const LOG: &str = "log";
pub(super) const STORES: [&str; 3] = [META, BLOCKS, LOG];

/// The keys of `meta`: the description, the same again, and its head. Damaged values are put
/// aside under `damaged:`.
pub(super) const DESCRIPTION_KEY: &str = "state";
pub(super) const COPY_KEY: &str = "copy";
pub(super) const HEAD_KEY: &str = "head";

/// How much log there is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LogSize {
    pub(super) entries: u64,
    pub(super) bytes: u64,
}

/// A profile's stored state, as one tab knows it.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) name: String,
    pub(super) connection: Connection,
    pub(super) schema: StoredSchema,
    pub(super) head: Head,
    pub(super) next_block: u32,
    pub(super) directory: Directory,
    pub(super) log: LogSize,
    pub(super) damage: Vec<DatabaseDamage>,
    /// Damaged values that are still where they were found.
    pub(super) aside: Vec<Aside>,
    /// Doubled by each failed attempt to fold the log, so that a full disk is not tried over and
    /// over.
    pub(super) patience: u64,
    pub(super) residency: Residency,
    /// The numbers of the blocks before they were written anew, until it is known which of the new
    /// ones are in memory.
    pub(super) unsettled: Option<HashSet<u32>>,
    /// A block that was whole when it was read first is damaged now: all has to be read again.
    pub(super) is_damaged: bool,
}

/// What others have done since we last looked.
#[derive(Debug)]
pub(super) enum News {
    /// These commits, in order; none if nothing happened.
    Commits(Vec<ChangeSet>),
    /// More than the log can tell: everything has to be read again.
    Everything,
}

impl Store {
    /// How long the browser may take to open the database. It takes long only while another tab
    /// does not give way.
    const OPEN_WAIT: Duration = Duration::from_secs(5);

    /// Opens the database, creating an empty one if there is none, and reads everything.
    pub(super) async fn load(
        name: &str,
        limit: u64,
        schema: &Schema,
    ) -> Result<(Loaded, Connection)> {
        // The browser may close a connection at any moment, but hardly twice in a row.
        for _ in 0..2 {
            let connection = match connect(name).await {
                Err(error) if error.name() == "AbortError" => {
                    Reader::open(name, &STORES).await.map_err(at_open)?;
                    connect(name).await
                }
                connection => connection,
            };
            let connection = connection.map_err(at_open)?;
            if let Some(loaded) = Loaded::read(&connection, limit, schema).await? {
                return Ok((loaded, connection));
            }
        }
        Err(keeps_closing("database.open"))
    }

    /// The store behind what was read; the engine goes its own way.
    pub(super) fn new(name: &str, loaded: Loaded, connection: Connection) -> (Records, Self) {
        let Loaded { engine, description, directory, log, aside, residency, .. } = loaded;
        let store = Self {
            name: name.to_owned(),
            connection,
            schema: description.schema,
            head: description.head,
            next_block: description.next_block,
            directory,
            log,
            damage: description.damage,
            aside,
            patience: 1,
            residency,
            unsettled: None,
            is_damaged: false,
        };
        (Records::new(engine), store)
    }

    /// Cancelled once the connection is closed.
    pub(super) fn closed(&self) -> &CancellationToken {
        self.connection.closed()
    }

    /// Opens the database again after the connection was closed.
    pub(super) async fn reconnect(&mut self) -> Result<(), JsError> {
        self.connection = connect(&self.name).await?;
        Ok(())
    }

    /// Makes a commit durable. What the browser breaks off, as it does when it closes the
    /// connection, is tried once more: the commit has a number, so it cannot be written twice.
    ///
    /// `meanwhile` is carried out while the disk is at it.
    pub(super) async fn append(
        &mut self,
        changes: &ChangeSet,
        durability: Durability,
        meanwhile: impl FnOnce(),
    ) -> Result<()> {
        let operation = "database.write";
        let entry = entry::encode(changes)?;
        let (key, value) = (number(changes.sequence), Uint8Array::from(&entry[..]));
        let adding = self.add(&key, &value, durability, operation).await?;
        // Should this fail, blocks count as changed without need, and are written once more.
        for change in &changes.changes {
            self.directory.touch(&change.collection, &change.key);
        }
        meanwhile();
        let mut result = adding.await;
        if result.as_ref().is_err_and(|error| error.name() == "AbortError") {
            result = self.add(&key, &value, durability, operation).await?.await;
        }
        result.map_err(|error| failure(error, operation))?;
        self.log.entries += 1;
        self.log.bytes += entry.len() as u64;
        Ok(())
    }

    /// Has a commit on its way to the disk, and gives what waits for it.
    async fn add(
        &mut self,
        key: &JsValue,
        value: &Uint8Array,
        durability: Durability,
        operation: &'static str,
    ) -> Result<LocalBoxFuture<'static, Result<(), JsError>>> {
        let transaction = self.begin(&[LOG], durability, operation).await?;
        // `add` refuses a number that is taken, should two writers ever meet.
        Ok(transaction.run(|stores| stores.store(LOG)?.add_with_key(value, key).map(drop)))
    }

    /// Begins a transaction, on a new connection if the browser has closed this one.
    pub(super) async fn begin(
        &mut self,
        stores: &[&str],
        durability: Durability,
        operation: &'static str,
    ) -> Result<Transaction> {
        let failed = |error: JsError| failure(error, operation);
        if let Some(transaction) = self.connection.begin(stores, durability).map_err(failed)? {
            return Ok(transaction);
        }
        self.reconnect().await.map_err(failed)?;
        let transaction = self.connection.begin(stores, durability).map_err(failed)?;
        transaction.ok_or_else(|| keeps_closing(operation))
    }

    /// Begins to read, on a new connection if the browser has closed this one.
    async fn read(&mut self, stores: &[&str], operation: &'static str) -> Result<Reading> {
        let failed = |error: JsError| failure(error, operation);
        if let Some(reading) = self.connection.read(stores).map_err(failed)? {
            return Ok(reading);
        }
        self.reconnect().await.map_err(failed)?;
        let reading = self.connection.read(stores).map_err(failed)?;
        reading.ok_or_else(|| keeps_closing(operation))
    }

    /// These blocks as they are stored; `None` if others are stored instead by now.
    pub(super) async fn blocks(&mut self, blocks: &[Placed]) -> Result<Option<Vec<JsValue>>> {
        let operation = "database.fetch";
        let failed = |error: JsError| failure(error, operation);
        let reading = self.read(&[META, BLOCKS], operation).await?;
        let mut stored = stored_blocks(reading, blocks).await;
        if stored.as_ref().is_err_and(|error| error.name() == "AbortError") {
            // As when the browser closes the connection.
            let reading = self.read(&[META, BLOCKS], operation).await?;
            stored = stored_blocks(reading, blocks).await;
        }
        let (head, values) = stored.map_err(failed)?;
        // No number is used twice: what is there is what was asked for.
        let is_whole = head == Some(self.head) || !values.iter().any(JsValue::is_undefined);
        Ok(is_whole.then_some(values))
    }

    /// Takes another directory, to be [settled](Self::settle).
    pub(super) fn change_directory(&mut self, directory: Directory) {
        let old = std::mem::replace(&mut self.directory, directory);
        self.unsettled.get_or_insert_with(|| old.numbers());
    }

    /// What has happened behind the commit `last`. If there are other blocks by now, they have to be
    /// [settled](Self::settle).
    pub(super) async fn news(&mut self, last: u64) -> Result<News> {
        let operation = "database.follow";
        let failed = |error: JsError| failure(error, operation);
        let reading = self.read(&STORES, operation).await?;
        let head = reading.get(META, &HEAD_KEY.into());
        let entries = reading.get_all(LOG, &behind(last)?);
        let head = Head::decode(&head.await.map_err(failed)?)?;
        let mut entries: Array = entries.await.map_err(failed)?.unchecked_into();
        if head != Some(self.head) {
            // The blocks were written anew. That is no news if we have every commit that is in
            // them, but from now on other blocks hold the records.
            let reading = self.read(&STORES, operation).await?;
            let description = reading.get(META, &DESCRIPTION_KEY.into());
            let all = reading.get_all(LOG, &behind(0)?);
            let description = description.await.map_err(failed)?;
            entries = all.await.map_err(failed)?.unchecked_into();
            let Ok((description, false)) = Description::decode(&description) else {
                return Ok(News::Everything);
            };
            if description.head.sequence > last || description.schema != self.schema {
                return Ok(News::Everything);
            }
            self.head = description.head;
            self.next_block = description.next_block;
            self.change_directory(Directory::new(description.blocks));
            self.damage = description.damage;
            self.aside.clear();
            self.log = LogSize::default();
        }
        let size = LogSize::of(&entries);
        self.log = LogSize {
            entries: self.log.entries + size.entries,
            bytes: self.log.bytes + size.bytes,
        };
        let mut commits = Vec::new();
        for value in entries.iter() {
            let Ok(commit) = entry::decode(&value, "a commit") else { return Ok(News::Everything) };
            for change in &commit.changes {
                self.directory.touch(&change.collection, &change.key);
            }
            if commit.sequence > last {
                commits.push(commit);
            }
        }
        let numbers = commits.iter().map(|commit| commit.sequence);
        let is_gapless = numbers.eq(last + 1..=last + commits.len() as u64);
        Ok(if is_gapless { News::Commits(commits) } else { News::Everything })
    }
}

/// The head and the values of some blocks, `undefined` where there is none.
pub(super) async fn stored_blocks(
    reading: Reading,
    blocks: &[Placed],
) -> Result<(Option<Head>, Vec<JsValue>), JsError> {
    let head = reading.get(META, &HEAD_KEY.into());
    // Collected, as a request is under way once it was made.
    let asked: Vec<_> =
        blocks.iter().map(|block| reading.get(BLOCKS, &block.number.into())).collect();
    drop(reading);
    // One of a newer release is as good as another one: it is not what was expected.
    let head = Head::decode(&head.await?).ok().flatten();
    let mut values = Vec::new();
    for value in asked {
        values.push(value.await?);
    }
    Ok((head, values))
}

/// Opens a database that exists.
///
/// In a task of its own: if it takes too long, what it opens in the end has to be closed again.
async fn connect(name: &str) -> Result<Connection, JsError> {
    let name = name.to_owned();
    let opening = task::spawn(async move { Connection::open(&name).await });
    match timeout(Store::OPEN_WAIT, opening).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(_)) => Err(JsError::new("UnknownError", "opening was broken off by a fault")),
        Err(_) => Err(JsError::new("TimeoutError", "another tab keeps the database from opening")),
    }
}

fn keeps_closing(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::Unavailable, operation)
        .with_detail("the browser keeps closing the database")
}

fn at_open(error: JsError) -> BridgeError {
    failure(error, "database.open")
}

/// Commit and block numbers as keys; they are exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "no database sees 2⁵³ commits")]
pub(super) fn number(value: u64) -> JsValue {
    JsValue::from_f64(value as f64)
}

pub(super) fn packed_length(value: Option<&Uint8Array>) -> u64 {
    value.map_or(0, |bytes| bytes.length().into())
}

pub(super) fn failure(error: JsError, operation: &'static str) -> BridgeError {
    let (kind, detail) = match error.name() {
        // The browser broke off a transaction, or an attempt to open found nothing.
        "AbortError" => {
            (ErrorKind::Conflict, "the browser deleted this site's data or lost it; open it again")
        }
        "VersionError" => (ErrorKind::Conflict, "a newer release wrote this; update the program"),
        "ConstraintError" => (ErrorKind::Conflict, "somebody else wrote to this profile"),
        _ => return error.at(operation),
    };
    BridgeError::new(kind, operation).with_detail(detail).with_source(error)
}

/// A packed value for the disk.
pub(super) fn packed<T: serde::Serialize>(value: &T) -> Result<Uint8Array> {
    Ok(Uint8Array::from(&frame::encode(value)?[..]))
}
