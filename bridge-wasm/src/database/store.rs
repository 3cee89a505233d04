//! The three object stores: loading an engine from them, appending commits, replacing snapshots.

use bridge_memory::{ChangeSet, Engine};
use bridge_traits::{BridgeError, Durability, ErrorKind, Result};
use core_async::task;
use js_sys::Uint8Array;
use rexie::KeyRange;
use wasm_bindgen::{JsCast, JsValue};

use super::frame::{self, corrupt};
use super::snapshot::{self, Meta};
use crate::host::JsError;
use crate::storage::{Connection, Reader, Transaction};

const META: &str = "meta";
const BLOCKS: &str = "blocks";
const LOG: &str = "log";
const STORES: [&str; 3] = [META, BLOCKS, LOG];

/// The only key of `meta`.
const META_KEY: &str = "state";

/// How many values one read asks for, so that not everything is in memory twice.
const BLOCKS_AT_ONCE: u32 = 64;
const COMMITS_AT_ONCE: u32 = 256;

/// How many records are packed before the event loop may turn.
const PACK_ROWS: usize = 4096;

/// How much log there is.
#[derive(Clone, Copy, Debug, Default)]
struct LogSize {
    entries: u64,
    bytes: u64,
}

/// A profile's stored state, which only the holder of its lock touches.
#[derive(Debug)]
pub(super) struct Store {
    name: String,
    connection: Connection,
    log: LogSize,
    snapshot_bytes: u64,
    /// Doubled by each failed attempt to fold the log, so that a full disk is not tried over and
    /// over.
    patience: u64,
}

/// An engine and where it came from.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) engine: Engine,
    pub(super) store: Store,
}

impl Store {
    /// A log longer than this is folded into blocks.
    const LOG_ENTRIES: u64 = 1_000;
    const LOG_BYTES: u64 = 8 << 20;

    /// Reads everything: the blocks, then the log.
    pub(super) async fn load(name: &str) -> Result<Loaded> {
        let failed = |error: JsError| failure(error, "database.open");
        let reader = Reader::open(name, &STORES).await.map_err(failed)?;
        let mut engine = Engine::new();
        let mut log = LogSize::default();
        let mut snapshot_bytes = 0;
        match reader.get(META, &META_KEY.into()).await.map_err(failed)? {
            Some(meta) => {
                let meta: Meta = frame::decode_js(&meta, "the description")?;
                engine = Engine::restore(meta.schema, meta.sequence);
                snapshot_bytes = read_blocks(&reader, &mut engine, meta.blocks).await?;
                log = read_log(&reader, &mut engine, meta.sequence).await?;
            }
            None => {
                for store in [BLOCKS, LOG] {
                    if !reader.is_empty(store).await.map_err(failed)? {
                        return Err(corrupt("the description is missing".into()));
                    }
                }
            }
        }
        drop(reader);
        let connection = Connection::open(name).await.map_err(failed)?;
        let name = name.to_owned();
        Ok(Loaded { engine, store: Self { name, connection, log, snapshot_bytes, patience: 1 } })
    }

    /// Makes a commit durable.
    pub(super) async fn append(
        &mut self,
        changes: &ChangeSet,
        durability: Durability,
    ) -> Result<()> {
        let entry = frame::encode(changes)?;
        let (key, value) = (number(changes.sequence), Uint8Array::from(&entry[..]));
        let transaction = self.begin(&[LOG], durability, "database.write").await?;
        // `add` refuses a number that is taken, should two owners ever meet.
        transaction
            .run(|stores| stores.store(LOG)?.add_with_key(&value, &key).map(drop))
            .await
            .map_err(|error| failure(error, "database.write"))?;
        self.log.entries += 1;
        self.log.bytes += entry.len() as u64;
        Ok(())
    }

    /// Whether the log has grown so long that folding it pays.
    ///
    /// The more there is in blocks, the longer the log may get: each record is then rewritten a
    /// bounded number of times however long the database stays open.
    fn is_log_long(&self) -> bool {
        self.log.bytes / self.patience > Self::LOG_BYTES.max(self.snapshot_bytes)
            || self.log.entries / self.patience > Self::LOG_ENTRIES.max(self.snapshot_bytes / 1024)
    }

    /// Folds a long log into blocks. That it cannot be done, for example because the disk is full,
    /// is no harm: the log stays as it is, and it is tried again when it has doubled.
    pub(super) async fn fold(&mut self, engine: impl EngineAccess) {
        if self.is_log_long() {
            self.patience = match self.rewrite(engine).await {
                Ok(()) => 1,
                Err(_) => self.patience.saturating_mul(2),
            };
        }
    }

    /// Replaces blocks, log and description by the present state of an engine, all or nothing.
    ///
    /// `engine` lends the engine for as long as nothing waits; nobody may change it meanwhile.
    pub(super) async fn rewrite(&mut self, engine: impl EngineAccess) -> Result<()> {
        let mut blocks: Vec<Vec<u8>> = Vec::new();
        let rows = engine.with(|engine| engine.rows().count());
        for skip in (0..rows).step_by(PACK_ROWS) {
            let first = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
            blocks.extend(engine.with(|engine| snapshot::pack(engine, skip, PACK_ROWS, first))?);
            task::yield_now().await;
        }
        let meta = engine.with(|engine| {
            frame::encode(&Meta {
                schema: engine.stored_schema().clone(),
                sequence: engine.sequence(),
                blocks: u32::try_from(blocks.len()).unwrap_or(u32::MAX),
            })
        })?;
        // Strict, because entries that were written strictly go away with the log.
        let transaction = self.begin(&STORES, Durability::Strict, "database.compact").await?;
        transaction
            .run(|stores| replace(stores, &meta, &blocks))
            .await
            .map_err(|error| failure(error, "database.compact"))?;
        self.log = LogSize::default();
        self.snapshot_bytes = blocks.iter().map(|block| block.len() as u64).sum();
        Ok(())
    }

    /// Begins a transaction, on a new connection if the browser has closed this one.
    async fn begin(
        &mut self,
        stores: &[&str],
        durability: Durability,
        operation: &'static str,
    ) -> Result<Transaction> {
        let failed = |error: JsError| failure(error, operation);
        if let Some(transaction) = self.connection.begin(stores, durability).map_err(failed)? {
            return Ok(transaction);
        }
        self.connection = Connection::open(&self.name).await.map_err(failed)?;
        self.connection.begin(stores, durability).map_err(failed)?.ok_or_else(|| {
            BridgeError::new(ErrorKind::Unavailable, operation)
                .with_detail("the browser keeps closing the database")
        })
    }
}

/// Lends an engine for the length of a call.
pub(super) trait EngineAccess {
    /// Calls `read` with the engine.
    fn with<T>(&self, read: impl FnOnce(&Engine) -> T) -> T;
}

impl EngineAccess for &Engine {
    fn with<T>(&self, read: impl FnOnce(&Engine) -> T) -> T {
        read(self)
    }
}

/// Reads the blocks and says how many bytes they have.
async fn read_blocks(reader: &Reader, engine: &mut Engine, blocks: u32) -> Result<u64> {
    let mut bytes = 0;
    let mut next = 0;
    while next < blocks {
        let values = page(reader, BLOCKS, number(next.into()), BLOCKS_AT_ONCE).await?;
        if values.is_empty() {
            return Err(corrupt(format!("block {next} is missing")));
        }
        for value in values {
            snapshot::unpack(engine, &value, next)?;
            bytes += packed_length(&value);
            next += 1;
        }
    }
    Ok(bytes)
}

/// Replays the log behind commit `last` and says how long it is.
async fn read_log(reader: &Reader, engine: &mut Engine, mut last: u64) -> Result<LogSize> {
    let mut log = LogSize::default();
    loop {
        let values = page(reader, LOG, number(last + 1), COMMITS_AT_ONCE).await?;
        if values.is_empty() {
            return Ok(log);
        }
        for value in values {
            let what = format!("commit {}", last + 1);
            let changes: ChangeSet = frame::decode_js(&value, &what)?;
            if changes.sequence != last + 1 {
                return Err(corrupt(format!("{what} is missing")));
            }
            engine.commit(changes)?;
            last += 1;
            log.entries += 1;
            log.bytes += packed_length(&value);
        }
    }
}

/// The next values from `first` on. Nobody else writes, so a transaction per page is consistent.
async fn page(reader: &Reader, store: &str, first: JsValue, limit: u32) -> Result<Vec<JsValue>> {
    let range = KeyRange::lower_bound(&first, Some(false))
        .map_err(|error| failure(rexie::Error::from(error).into(), "database.open"))?;
    reader.values(store, Some(range), limit).await.map_err(|error| failure(error, "database.open"))
}

fn replace(stores: &Transaction, meta: &[u8], blocks: &[Vec<u8>]) -> Result<(), JsValue> {
    stores.store(LOG)?.clear()?;
    let target = stores.store(BLOCKS)?;
    target.clear()?;
    for (block, key) in blocks.iter().zip(0_u32..) {
        target.put_with_key(&Uint8Array::from(&block[..]), &key.into())?;
    }
    stores.store(META)?.put_with_key(&Uint8Array::from(meta), &META_KEY.into()).map(drop)
}

/// Commit and block numbers as keys; they are exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "no database sees 2⁵³ commits")]
fn number(value: u64) -> JsValue {
    JsValue::from_f64(value as f64)
}

fn packed_length(value: &JsValue) -> u64 {
    value.dyn_ref::<Uint8Array>().map_or(0, |bytes| bytes.length().into())
}

fn failure(error: JsError, operation: &'static str) -> BridgeError {
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
